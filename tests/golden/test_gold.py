"""The two annotated circulars, compared field by field with what was read by hand."""

from __future__ import annotations

import json

import pytest

from corpus.model import Circular, Level, PartKind, Relation
from corpus.readers import read_bytes
from corpus.structure import parse_circular

NAMES = ("xiamen-2016-146", "ningxia-2017")
_LEVELS = {1: Level.PART, 2: Level.ITEM}
# Not scored: whether these are titles or measures, two careful readers would disagree.
_DOUBTFUL_RUN_INS = {("ningxia-2017", 15), ("ningxia-2017", 64)}


class Pair:
    """One circular as parsed, with its gold annotation."""

    def __init__(self, name: str, shared) -> None:
        self.name = name
        data = (shared / "corpus" / f"{name}.txt").read_bytes()
        raw = read_bytes(f"{name}.txt", data)
        self.text: str = raw.text
        self.circular: Circular = parse_circular(raw)
        self.gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
        self.document = self.gold["document"]
        self.by_start = {one.span.start: one for one in self.circular.paragraphs}

    def pairs(self):
        return [(gold, self.by_start.get(gold["char_start"])) for gold in self.gold["paragraphs"]]


@pytest.fixture(scope="module", params=NAMES)
def pair(request, shared) -> Pair:
    return Pair(request.param, shared)


def test_titles_agree(pair):
    assert pair.circular.title == pair.document["title"]
    assert pair.circular.inner_titles == (pair.document["inner_title"],)
    assert pair.circular.kind == pair.document["title_genre"].split(" ")[0]
    genre = pair.document.get("inner_genre", pair.document["title_genre"])
    assert pair.circular.inner_kind == genre.split(" ")[0]


def test_the_own_number_is_never_a_cited_one(pair):
    gold = pair.document["doc_number"]
    if gold is None:
        assert pair.circular.number is None
        assert "number_missing" in {remark.code for remark in pair.circular.remarks}
    else:
        assert str(pair.circular.number) == gold["normalised"]


def test_issuer_and_recipients_agree(pair):
    issuer = pair.document["issuer"]
    assert pair.circular.issuers == ((issuer["canonical"],) if issuer else ())
    recipients = pair.document["recipients"]
    assert list(pair.circular.recipients) == (recipients["list"] if recipients else [])


def test_dates_agree(pair):
    dates = pair.document["dates"]
    for ours, theirs in (
        (pair.circular.date_signed, dates["date_written"]),
        (pair.circular.date_printed, dates["date_printed"]),
        (pair.circular.date_published, dates["date_published"]),
    ):
        assert (ours.isoformat() if ours else None) == (theirs["value"] if theirs else None)
    assert pair.circular.period == pair.document["period_covered"]


def test_region_agrees(pair):
    expected = {
        "xiamen-2016-146": ("厦门市", "350200"),
        "ningxia-2017": ("宁夏回族自治区", "640000"),
    }
    assert (pair.circular.region, pair.circular.region_code) == expected[pair.name]


def test_headings_agree(pair):
    gold = [
        (
            _LEVELS[one["level"]],
            one["number_as_written"],
            one["ordinal"],
            one["text"],
            (
                one["char_start"],
                one["char_start"] + len(one["number_as_written"] + one["text_as_written"]),
            ),
        )
        for one in pair.gold["headings"]
    ]
    ours = [
        (one.level, one.number, one.ordinal, one.heading, tuple(one.span))
        for one in pair.circular.headings
    ]
    assert ours == gold


def test_every_paragraph_stands_where_gold_has_it(pair):
    for gold, ours in pair.pairs():
        assert ours is not None, gold["starts_with"]
        assert tuple(ours.span) == (gold["char_start"], gold["char_end"])
        assert ours.text == pair.text[gold["char_start"] : gold["char_end"]]
        assert ours.number == gold["para_in_section"]
        assert ours.display == gold["display"]
        assert ours.cite == gold["cite"]
        path = [f"{one['number']}{one['text']}" for one in gold["section_path"]]
        assert list(ours.headings) == path


def test_no_paragraph_is_invented(pair):
    starts = {one["char_start"] for one in pair.gold["paragraphs"]}
    starts.add(pair.gold["preamble"]["char_start"])
    if "wrapper_body" in pair.gold:
        starts.add(next(
            line["char_start"]
            for line in pair.gold["lines"]
            if line["line"] == pair.gold["wrapper_body"]["line"]
        ))  # fmt: skip
    assert set(pair.by_start) == starts


def test_the_preamble_and_the_letter_have_their_names(pair):
    preamble = pair.by_start[pair.gold["preamble"]["char_start"]]
    assert (preamble.cite, preamble.path) == (pair.gold["preamble"]["cite"], ())
    if "wrapper_body" in pair.gold:
        letter = pair.circular.paragraphs[0]
        assert letter.part.kind is PartKind.WRAPPER
        assert letter.cite == pair.gold["wrapper_body"]["cite"]


def test_run_in_headings_agree(pair):
    for gold, ours in pair.pairs():
        if (pair.name, gold["line"]) in _DOUBTFUL_RUN_INS:
            continue
        expected = gold["run_in_heading"]["text"] if gold["run_in_heading"] else ""
        assert ours.run_in_heading == expected, gold["line"]


def test_every_group_agrees_and_none_is_false(pair):
    gold_groups = [group for gold, _ in pair.pairs() for group in gold["groups"]]
    our_groups = [group for one in pair.circular.paragraphs for group in one.groups]
    assert [(group.raw, tuple(group.span), tuple(group.governs)) for group in our_groups] == [
        (
            group["raw"],
            (group["char_start"], group["char_end"]),
            (group["governs"]["char_start"], group["governs"]["char_end"]),
        )
        for group in gold_groups
    ]


def test_every_agency_mention_agrees(pair):
    gold = [
        (
            one["as_written"],
            one["expanded"],
            one["role"],
            one["member_type"] == "collective",
            (one["char_start"], one["char_end"]),
        )
        for paragraph, _ in pair.pairs()
        for group in paragraph["groups"]
        for one in group["agencies"]
    ]
    ours = [
        (one.as_written, one.expanded, one.role.value, one.collective, tuple(one.span))
        for paragraph in pair.circular.paragraphs
        for group in paragraph.groups
        for one in group.members
    ]
    assert ours == gold


def test_citations_agree(pair):
    numbered = [one for one in pair.circular.references if one.number is not None]
    gold = [one for one in pair.gold["citations"] if one.get("cited_number")]
    assert [str(one.number) for one in numbered] == [one["cited_number"] for one in gold]
    for ours, theirs in zip(numbered, gold, strict=True):
        assert ours.title == theirs["cited_title"]
        assert ours.relation is Relation.BASIS
        assert pair.text[ours.span.start : ours.span.end] == theirs["raw"]


def test_the_counts_of_the_annotation_are_reached(shared):
    pairs = [Pair(name, shared) for name in NAMES]
    paragraphs = [one for pair in pairs for one in pair.circular.paragraphs]
    groups = [group for one in paragraphs for group in one.groups]
    assert len(groups) == 78
    assert sum(len(group.members) for group in groups) == 280
    assert sum(len(pair.gold["paragraphs"]) for pair in pairs) == 59
