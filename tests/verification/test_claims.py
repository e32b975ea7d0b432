"""What counts as a quotation, a number, a link."""

from __future__ import annotations

import pytest

from search.verification_claims import ClaimKind, find_claims

SENTENCE = "对危险货物作业每十五天排查一次"
OTHER = "隐患整改率不得低于百分之九十"


def quotations(text):
    return [one.text for one in find_claims(text).found if one.kind is ClaimKind.QUOTATION]


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (f"文件提出，“{SENTENCE}”。", [SENTENCE]),
        (f"文件提出，「{SENTENCE}」。", [SENTENCE]),
        (f'文件提出，"{SENTENCE}"。', [SENTENCE]),
        (f"“{SENTENCE}”和“{OTHER}”", [SENTENCE, OTHER]),
        (f"“{SENTENCE}‘双打’{OTHER}”", [f"{SENTENCE}‘双打’{OTHER}"]),
        (f"“{SENTENCE}“双打”{OTHER}”", [f"{SENTENCE}“双打”{OTHER}"]),
        (f"“{SENTENCE}。\n“{OTHER}。”", [f"{SENTENCE}。", f"{OTHER}。"]),
        ("“对危险货物作业\n每十五天排查一次”", ["对危险货物作业\n每十五天排查一次"]),
        (f"没有关上的“引号，后面“{SENTENCE}”", [SENTENCE]),
        (f"“放管服”改革，“{SENTENCE}”", [SENTENCE]),
        (f"> 1\\. {SENTENCE}\n>\n> ● 牵头：市公安局\n>\n> ——[某处](x)", [SENTENCE]),
        (f"《关于“{OTHER}”的通知》提出，“按《办法》{SENTENCE}”", [f"按《办法》{SENTENCE}"]),
        (f"{SENTENCE}\n{OTHER}", [SENTENCE, OTHER]),
        ("短句。", []),
    ],
)
def test_quotations_are_found_as_people_write_them(report, found):
    assert quotations(report) == found


def test_terms_between_marks_are_counted_not_checked():
    claims = find_claims(f"“放管服”和“双随机”，“{SENTENCE}”")
    assert (claims.short, len(claims.found)) == (2, 1)


def test_a_long_text_without_marks_is_no_quotation():
    assert quotations(f"{SENTENCE}\n" * 3 + "".join(f"{OTHER}第{n}条\n" for n in range(30))) == []


def test_numbers_inside_links_are_no_numbers():
    claims = find_claims("见 http://h/d/云政办发-2017-58/p/sec_1__p_2 与云政办发〔2018〕44号").found
    assert [one.kind for one in claims] == [ClaimKind.LINK, ClaimKind.NUMBER]
    assert (claims[0].circular, claims[0].eid) == ("云政办发-2017-58", "sec_1__p_2")


def test_the_address_of_a_number_is_a_link_to_it():
    (claim,) = find_claims(
        "见 http://h:8321/id/%E4%BA%91%E6%94%BF%E5%8A%9E%E5%8F%91-2017-58。"
    ).found
    assert (claim.kind, str(claim.number)) == (ClaimKind.LINK, "云政办发〔2017〕58号")
    others = find_claims("见 http://h/id/12345 号包裹").found
    assert ClaimKind.LINK not in {one.kind for one in others}


def test_the_items_of_our_own_report_are_quotations():
    report = f"1．{SENTENCE}“双打”工作。[1]\n●牵头：市公安局\n2．说明文字\n3．{OTHER}。[2]"
    assert quotations(report) == [f"{SENTENCE}“双打”工作。", f"{OTHER}。"]


@pytest.mark.parametrize(
    "place",
    [
        "第一部分第（二）项第3段",
        "引言第1段",
        "附件2引言第1段",
        "通知正文第1段",
        "《某办法》第二章第十二条第一款第（三）项",
        "第二部分第5点第（3）小点第1段",
    ],
)
def test_a_place_right_behind_a_number_belongs_to_it(place):
    (claim,) = find_claims(f"《通知》（云政办发〔2018〕44号）{place}。").found
    assert claim.locator == place


def test_a_title_right_before_a_number_belongs_to_it():
    (claim,) = find_claims("《关于印发〈办法〉的通知》（云政办发〔2018〕44号）").found
    assert claim.title == "关于印发〈办法〉的通知"


def test_what_is_said_twice_is_checked_once():
    (claim,) = find_claims("云政办发〔2018〕44号、云政办发〔2018〕44号").found
    assert claim.times == 2


def test_a_text_of_nothing_but_marks_costs_no_time():
    for text in ("“" * 100_000, '"' * 100_000, "“ " * 50_000, "《“" * 50_000, "> “\n" * 25_000):
        assert find_claims(text).found == ()
