"""One circular, whatever format it comes in, parses to one structure."""

from __future__ import annotations

import pytest

from corpus.model import measures_of
from corpus.readers import read_bytes
from corpus.structure import parse_circular

SAMPLES = (  # every invented circular of the repository
    "hexi-2018-nongzi",
    "jiangdong-2018-33",
    "jiangdong-2020-31",
    "jiangdong-gonggao-2021-7",
    "jiangdong-ling-215",
    "linxi-2021-32",
    "qinglan-2022-19",
    "yungang-2017-58",
    "yungang-2018-44",
    "yungang-2019-14",
    "yungang-2020-46",
    "yungang-2021-qingwang",
    "yungang-2023-71",
    "yungang-2024-3",
)


def squeezed(text):
    """Text without white space: a page format knows no full-width spaces, a web page folds them."""
    return "".join(text.split())


def structure_of(circular):
    """What a reader would call the same: everything but where it stands in the file."""
    return {
        "title": squeezed(circular.title),
        "number": str(circular.number),
        "issuers": circular.issuers,
        "recipients": circular.recipients,
        "dates": (circular.date_signed, circular.date_printed),
        "headings": [(h.level, h.number, squeezed(h.heading), h.path) for h in circular.headings],
        "inner": (tuple(map(squeezed, circular.inner_titles)), circular.kind, circular.inner_kind),
        "paragraphs": [
            (p.id, p.cite, p.run_in_heading, squeezed(p.text)) for p in circular.paragraphs
        ],
        "groups": [
            (
                squeezed(measure.text),
                measure.assignment.deadline,
                [(m.as_written, m.canonical, m.role) for m in measure.assignment.members],
            )
            for paragraph in circular.paragraphs
            for measure in measures_of(paragraph)
        ],
        "references": [(r.title, str(r.number), r.relation) for r in circular.references],
    }


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("kind", ["html", "docx", "pdf", "ofd"])
def test_the_format_does_not_change_the_structure(repository, make, sample, kind):
    text = (repository / "corpus" / "samples" / f"{sample}.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    plain = parse_circular(read_bytes("通知.txt", make.text(lines)))
    other = parse_circular(read_bytes(f"通知.{kind}", getattr(make, kind)(lines)))
    assert plain.headings
    assert structure_of(other) == structure_of(plain)
