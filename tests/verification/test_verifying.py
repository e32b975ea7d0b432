"""A verdict is what the library says, never more."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.citation import Style, cite
from corpus.model import Span
from search.likeness import bare_text, plain_text
from search.verification import Verdict
from search.verification_claims import Claim, ClaimKind

WHOLE = "港口经营人应当建立“双重预防”机制，对危险货物作业每15天排查一次，隐患整改率不得低于98.5%。"
STANDING = {Verdict.SAME, Verdict.ENDED}
LOOSE = {Verdict.SAME, Verdict.PUNCTUATION, Verdict.ENDED}
WIDER = str.maketrans("，；：（）()0123456789", ",;:()（）０１２３４５６７８９")


def claim_of(text):
    return Claim(ClaimKind.QUOTATION, text, Span(0, len(text)))


def verdict_on(verifier, text):
    return verifier.check(claim_of(text)).verdict


@pytest.mark.parametrize(
    ("quotation", "verdict"),
    [
        (WHOLE, Verdict.SAME),
        ("对危险货物作业每15天排查一次", Verdict.SAME),
        ("对危险货物作业\n每15天排查一次", Verdict.SAME),
        ("落实企业主体责任", Verdict.SAME),
        ("应当建立‘双重预防’机制,对危险货物作业每１５天排查一次", Verdict.PUNCTUATION),
        ("應當建立雙重預防機制，對危險貨物作業每15天排查一次", Verdict.PUNCTUATION),
        ("港口经营人应当建立“双重预防”机制……隐患整改率不得低于98.5%", Verdict.PUNCTUATION),
        ("在2022～2024年开展专项检查", Verdict.PUNCTUATION),
        ("港口经营人应当建立“双重预防”机制，对危险货物作业每30天排查一次", Verdict.CHANGED),
        ("对危险货物作业每15天排查一次，隐患整改率不得低于985%", Verdict.CHANGED),
        ("隐患整改率不得低于9", Verdict.SAME),
        ("隐患整改率不得低于98。", Verdict.CHANGED),
        ("企业所得税减按百分之十五的税率征收", Verdict.MISSING),
        ("。", Verdict.MISSING),
    ],
)
def test_each_way_of_quoting_has_its_verdict(verifier, quotation, verdict):
    assert verdict_on(verifier, quotation) is verdict


def test_a_quotation_of_two_paragraphs_is_checked_paragraph_by_paragraph(verifier, library):
    """Their ends are no ends of sentences: (市交通局牵头，市应急局配合)."""
    stored = library.find_number("云政发〔2022〕7号")[0]
    one, two = (each.text for each in stored.circular.paragraphs[:2])
    assert one.endswith("）")
    both = verifier.verify(f"文件规定：“{one}\n“{two}”").checked
    assert [each.verdict for each in both] == [Verdict.SAME, Verdict.SAME]
    assert [each.claim.text for each in both] == [one, two]
    wrong = verifier.verify(f"文件规定：“{one}\n“{two.replace('露天', '夜间')}”").checked
    assert [each.verdict for each in wrong] == [Verdict.SAME, Verdict.CHANGED]


def test_marks_turned_single_inside_a_quotation_are_called_right(verifier):
    turned = verifier.check(claim_of(WHOLE.replace("“", "‘").replace("”", "’")))
    assert turned.verdict is Verdict.PUNCTUATION
    assert "合乎规范" in turned.notes[-1]
    other = verifier.check(claim_of(WHOLE.replace("，", ",")))
    assert other.notes == ()


def test_a_changed_word_is_marked_on_both_sides(verifier):
    checked = verifier.check(claim_of("严禁在台风天气进行露天装卸，作业前须检测有毒气体浓度"))
    place = checked.places[0]
    passage = place.text[slice(*place.passage)]
    assert checked.verdict is Verdict.CHANGED
    assert [checked.claim.text[slice(*span)] for span in checked.difference.mine] == [
        "台风",
        "有毒",
    ]
    assert [passage[slice(*span)] for span in checked.difference.theirs] == ["雷雨", "可燃"]
    assert place.number == "云政发〔2022〕7号"


def test_what_is_out_of_force_says_why(verifier):
    checked = verifier.check(claim_of("对检出的不合格商品追查供货来源"))
    assert checked.verdict is Verdict.ENDED
    assert "废止" in checked.notes[0]


@pytest.mark.parametrize(
    ("report", "verdict", "said"),
    [
        ("见云政发〔2022〕7号。", Verdict.SAME, ""),
        ("见云政发[2022]7号。", Verdict.PUNCTUATION, "云政发〔2022〕7号"),
        ("见《关于加强港口安全生产工作的意见》（云政发〔2022〕7号）。", Verdict.SAME, ""),
        ("见《关于促进港口物流发展的意见》（云政发〔2022〕7号）。", Verdict.CHANGED, "标题"),
        ("见云政发〔2022〕8号。", Verdict.MISSING, "没有这份文件"),
        ("另见云政发〔2022〕7号。", Verdict.SAME, ""),
        ("市里云政发〔2022〕7号。", Verdict.MISSING, "请核对“市里”是不是文号的一部分"),
        ("见江市监发〔2020〕118号。", Verdict.MISSING, "份文件引用了它"),
        ("见 http://h/id/云政发-2022-7 。", Verdict.SAME, ""),
        ("见 http://h/id/云政发-2022-8 。", Verdict.MISSING, "没有这份文件"),
        ("见 /d/nothing/p/sec_1__p_1 一段。", Verdict.MISSING, "没有这份文件"),
    ],
)
def test_numbers_and_links_are_held_against_the_library(verifier, report, verdict, said):
    (checked,) = verifier.verify(report).checked
    assert checked.verdict is verdict
    assert said in "".join(checked.notes)


def test_a_permalink_leads_to_its_paragraph(verifier, library):
    circular = library.find_number("云政发〔2022〕7号")[0].id
    report = f"http://127.0.0.1:8321/d/{circular}/p/sec_1__p_2 和 /d/{circular}/p/sec_8__p_1"
    found, lost = verifier.verify(report).checked
    assert (found.verdict, found.places[0].eid) == (Verdict.SAME, "sec_1__p_2")
    assert (lost.verdict, lost.notes) == (Verdict.MISSING, ("这份文件里从来没有这一段。",))


def test_a_right_quotation_with_a_wrong_source_is_told(verifier):
    report = "“对危险货物作业每15天排查一次”（云政办发〔2020〕46号）"
    checked = verifier.verify(report).checked[0]
    assert checked.verdict is Verdict.SAME
    assert "请核对出处" in checked.notes[-1]


def test_a_right_quotation_with_a_wrong_place_is_told(verifier):
    def notes(place):
        report = f"“对危险货物作业每15天排查一次”——《关于加强港口安全生产工作的意见》（云政发〔2022〕7号）{place}。"
        return verifier.verify(report).checked[0].notes

    assert notes("第一部分第1段") == notes("第一部分") == notes("") == ()
    assert notes("第一部分第一款") == ()  # counted in another way, it may be right
    for wrong in ("第一部分第2段", "第二部分第1段", "第一部分第9段"):
        assert "这段文字在第一部分第1段，请核对位置" in notes(wrong)[-1]


def test_every_citation_we_hand_out_is_right_behind_its_quotation(verifier, library):
    """What 复制引用 gives, with the paragraph's own words before it."""
    for circular in library.circular_ids()[:5]:
        stored = library.get(circular)
        for paragraph in stored.circular.paragraphs[:6]:
            cited = cite(
                stored.circular, paragraph, Style.GONGWEN, permalink="", accessed=date(2026, 11, 21)
            )
            first = verifier.verify(f"“{paragraph.text}”——{cited.text}").checked[0]
            assert not any("核对" in note for note in first.notes), cited.text


def test_what_was_not_checked_is_told(verifier):
    report = "".join(f"“第{order}项任务由有关部门按职责落实”" for order in range(5))
    verification = verifier.verify(report, most=2)
    assert (len(verification.checked), verification.left, verification.sound) == (2, 3, False)
    assert verifier.verify(report, seconds=0).left == 4


numbers = st.integers(0, 1_000_000)


@settings(max_examples=80)
@given(which=numbers, start=numbers, length=st.integers(2, 120))
def test_any_piece_of_any_paragraph_is_the_same(make, paragraphs, which, start, length):
    circular, paragraph = paragraphs[which % len(paragraphs)]
    start %= len(paragraph.text)
    piece = paragraph.text[start : start + length]
    checked = make().check(claim_of(piece))
    if bare_text(piece):
        assert checked.verdict in STANDING
        assert checked.total > 3 or (circular, paragraph.id) in {
            (place.circular, place.eid) for place in checked.places
        }


@settings(max_examples=50)
@given(which=numbers, without=st.booleans())
def test_other_punctuation_and_width_are_called_so(make, paragraphs, which, without):
    text = paragraphs[which % len(paragraphs)][1].text
    other = text.translate(WIDER)
    if without:
        other = "".join(sign for sign in other if sign not in ",;、。“”")
    checked = make().check(claim_of(other))
    if bare_text(other) == bare_text(text) and plain_text(other) not in plain_text(text):
        assert checked.verdict in {Verdict.PUNCTUATION, Verdict.ENDED}
        assert checked.verdict is Verdict.PUNCTUATION or "仅标点" in checked.notes[0]


@settings(max_examples=50)
@given(which=numbers, at=numbers)
def test_a_changed_word_is_found_in_its_paragraph(make, paragraphs, which, at):
    often = Counter(paragraph.text for _, paragraph in paragraphs)
    longer = [
        each
        for each in paragraphs
        if len(bare_text(each[1].text)) >= 24 and often[each[1].text] == 1
    ]
    circular, paragraph = longer[which % len(longer)]
    text = paragraph.text
    at = 6 + at % (len(text) - 12)
    changed = text[:at] + "甲骨钟鼎" + text[at + 2 :]
    checked = make().check(claim_of(changed))
    assert checked.verdict is Verdict.CHANGED
    assert (checked.places[0].circular, checked.places[0].eid) == (circular, paragraph.id)
    marked = "".join(changed[slice(*span)] for span in checked.difference.mine)
    assert "甲骨钟鼎" in marked


@settings(max_examples=80)
@given(
    places=st.tuples(numbers, numbers),
    cut=st.integers(1, 40),
    how=st.sampled_from(["join", "add", "turn"]),
)
def test_nothing_is_ever_the_same_that_the_library_lacks(make, paragraphs, places, cut, how):
    headings = [h for _, p in paragraphs for h in (*p.headings, p.run_in_heading)]
    held = "\n".join(plain_text(text) for text in [*(p.text for _, p in paragraphs), *headings])
    one, other = (paragraphs[each % len(paragraphs)][1].text for each in places)
    text = {"join": one[:cut] + other[cut : cut + 30], "add": one[:cut] + "的", "turn": one[::-1]}[
        how
    ]
    checked = make().check(claim_of(text))
    if plain_text(text) not in held:
        assert checked.verdict is not Verdict.SAME
        assert not any("文字一致" in note for note in checked.notes)
    if checked.verdict in LOOSE and "…" not in text:
        assert bare_text(text) in bare_text(held)
