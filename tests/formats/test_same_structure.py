"""One circular, whatever format it comes in, parses to one structure."""

from __future__ import annotations

import pytest

from corpus.readers import read_bytes
from corpus.structure import parse_circular

SAMPLES = (
    "hexi-2018-nongzi",
    "jiangdong-2018-33",
    "jiangdong-2020-31",
    "jiangdong-gonggao-2021-7",
    "jiangdong-ling-215",
    "linxi-2021-32",
    "qinglan-2022-19",
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
        "paragraphs": [(p.id, squeezed(p.text)) for p in circular.paragraphs],
        "groups": [
            [(m.as_written, m.canonical, m.role) for m in group.members]
            for paragraph in circular.paragraphs
            for group in paragraph.groups
        ],
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
