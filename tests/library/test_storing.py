"""What the library keeps of a circular, and when two files are one circular."""

from __future__ import annotations

from dataclasses import replace

from corpus.library_records import Quarantined
from corpus.model import Role

LONG = "各部门要加强协调配合，形成监管合力，重点打击网络销售假冒伪劣商品的违法行为。"
OTHER = "加大执法力度，严肃查处侵犯商标权、专利权的案件，依法公开行政处罚信息。"
THIRD = "建立健全联合惩戒机制，推进信用信息共享，定期通报工作进展情况。"
NUMBER = "云政发〔2017〕1号"
TITLE = "云港市人民政府关于印发工作要点的通知"


def test_a_stored_circular_comes_back_as_it_was(library, add, circular, group):
    written = circular(LONG, OTHER, title=TITLE, number=NUMBER, groups=(group("公安局"),))
    stored = add(written)
    held = library.get(stored.circular_id)
    assert held.circular == written
    assert (held.revision, held.source_name) == (1, "甲.txt")
    assert held.text.endswith(OTHER)
    assert library.original(held.source_sha256) == held.text.encode()


def test_text_that_sql_cannot_carry_is_kept_all_the_same(library, add, circular):
    odd = "孤立的\ud800代理项、\x00空字符和𠮷"
    stored = add(circular(odd, title=odd))
    assert library.get(stored.circular_id).circular.paragraphs[0].text == odd
    assert library.get(stored.circular_id).circular.title == odd
    assert library.get(stored.circular_id).text.endswith(odd)


def test_the_same_bytes_twice_change_nothing(library, add, circular):
    first = add(circular(LONG, title=TITLE))
    before = library.sequence()
    again = add(circular(LONG, title=TITLE), place="/别处/乙.txt")
    assert (again.status, again.reason) == ("duplicate", "same_bytes")
    assert again.circular_id == first.circular_id
    assert library.sequence() == before


def test_a_file_whose_text_changed_makes_a_revision(library, add, circular):
    first = add(circular(LONG, OTHER, title=TITLE))
    second = add(circular(LONG, THIRD, title=TITLE))
    assert (second.status, second.reason, second.revision) == ("indexed", "revised", 2)
    assert second.circular_id == first.circular_id
    assert library.counts().circulars == 1


def test_a_file_whose_spaces_changed_makes_none(library, add, circular):
    add(circular(LONG, title=TITLE), content="一")
    again = add(circular("  " + LONG, title=TITLE), content="二")
    assert (again.status, again.reason) == ("duplicate", "same_text")


def test_a_file_whose_title_was_corrected_makes_a_revision(library, add, circular):
    add(circular(LONG, OTHER, title="关于印发工作要点的通和"))
    assert add(circular(LONG, OTHER, title="关于印发工作要点的通知")).reason == "revised"


def test_a_file_put_back_as_it_was_makes_a_third_revision(library, add, circular):
    old = circular(LONG, OTHER, title=TITLE)
    stored = add(old)
    add(circular(LONG, THIRD, title=TITLE))
    held = library.get(stored.circular_id)
    assert library.recall("甲.txt", "/文件/甲.txt", held.source_sha256) is not None
    assert add(old).revision == 3
    assert library.get(stored.circular_id).circular == old


def test_a_file_that_now_holds_another_circular_starts_one(library, add, circular):
    first = add(circular(LONG, OTHER, title="2016年工作要点", number="云政发〔2016〕9号"))
    second = add(circular(LONG, THIRD, title="2017年工作要点", number="云政发〔2017〕3号"))
    assert second.reason == "new"
    assert library.get(first.circular_id).circular.title == "2016年工作要点"


def test_a_reprint_with_equal_text_is_attached(library, add, circular):
    first = add(circular(LONG, OTHER, title=TITLE, number=NUMBER), content="原件")
    reprint = add(
        circular(LONG, OTHER, title=TITLE, number=NUMBER), place="/网页/乙.html", content="转载"
    )
    assert (reprint.status, reprint.reason) == ("duplicate", "same_text")
    assert reprint.circular_id == first.circular_id
    assert library.counts().sources == 2


def test_a_reprint_that_knows_the_number_fills_it_in(library, add, circular):
    first = add(circular(LONG, OTHER, THIRD, title=TITLE))
    page = add(circular(LONG, OTHER, THIRD, title=TITLE, number=NUMBER), place="/网页/乙.html")
    assert (page.reason, page.circular_id) == ("revised", first.circular_id)
    assert [each.id for each in library.find_number(NUMBER)] == [first.circular_id]


def test_a_reprint_with_other_text_hides_nothing(library, add, circular):
    add(circular(LONG, OTHER, title=TITLE, number=NUMBER))
    other = add(circular(LONG, THIRD, title=TITLE, number=NUMBER), place="/网页/乙.html")
    assert other.reason == "new"
    assert len(library.find_number(NUMBER)) == 2


def test_a_corrected_download_of_the_same_name_is_a_revision(library, add, circular):
    first = add(circular(LONG, OTHER, title=TITLE, number=NUMBER))
    other = add(circular(LONG, THIRD, title=TITLE, number=NUMBER), place="/新下载/甲.txt")
    assert (other.reason, other.circular_id) == ("revised", first.circular_id)


def test_a_corrected_download_that_only_lost_a_paragraph_is_a_revision(library, add, circular):
    first = add(circular(LONG, OTHER, title=TITLE, number=NUMBER))
    other = add(circular(LONG, title=TITLE, number=NUMBER), place="/新下载/甲.txt")
    assert (other.reason, other.circular_id) == ("revised", first.circular_id)


def test_the_whole_after_an_excerpt_is_a_revision(library, add, circular):
    first = add(circular(LONG, title=TITLE, number=NUMBER))
    whole = add(circular(LONG, OTHER, title=TITLE, number=NUMBER), place="/全文/乙.txt")
    assert (whole.reason, whole.circular_id) == ("revised", first.circular_id)


def test_equal_number_and_title_without_common_text_stay_two(library, add, circular):
    add(circular(LONG, title=TITLE, number=NUMBER))
    other = add(circular(OTHER, THIRD, title=TITLE, number=NUMBER), place="/网页/乙.html")
    assert other.reason == "new"
    assert library.counts().circulars == 2


def test_an_excerpt_of_a_known_circular_adds_nothing(library, add, circular):
    first = add(circular(LONG, OTHER, THIRD, title=TITLE, number=NUMBER))
    part = add(circular(OTHER, title=TITLE, number=NUMBER), place="/摘要/乙.txt")
    assert (part.status, part.reason) == ("duplicate", "excerpt")
    assert len(library.get(first.circular_id).circular.paragraphs) == 3


def test_a_standing_phrase_does_not_make_two_letters_one(library, add, circular):
    add(circular("现予印发，请认真贯彻执行。", title="关于印发甲办法的通知"))
    other = add(
        circular("现予印发，请认真贯彻执行。", title="关于印发乙办法的通知"), place="/文件/乙.txt"
    )
    assert other.reason == "new"


def test_equal_text_under_other_numbers_stays_two(library, add, circular):
    add(circular(LONG, OTHER, THIRD, title=TITLE, number=NUMBER))
    other = add(
        circular(LONG, OTHER, THIRD, title=TITLE, number="云政发〔2017〕2号"), place="/文件/乙.txt"
    )
    assert other.reason == "new"


def test_last_years_circular_is_not_this_years(library, add, circular):
    add(circular(LONG, OTHER, THIRD, title="2016年工作要点"))
    other = add(circular(LONG, OTHER, THIRD, title="2017年工作要点"), place="/文件/乙.txt")
    assert other.reason == "new"


def test_every_change_counts_and_can_be_asked_for(library, add, circular):
    first = add(circular(LONG, OTHER, title="甲", number=NUMBER))
    second = add(circular(THIRD, title="乙"), place="/文件/乙.txt")
    seen = library.sequence()
    assert [each.circular_id for each in library.changes(0)] == [
        first.circular_id,
        second.circular_id,
    ]
    add(circular(LONG, THIRD, title="甲", number=NUMBER))
    library.remove(second.circular_id)
    changes = list(library.changes(seen))
    assert [(each.circular_id, each.removed) for each in changes] == [
        (first.circular_id, False),
        (second.circular_id, True),
    ]
    assert changes[-1].sequence == library.sequence()


def test_a_removed_circular_is_gone_everywhere_and_can_come_back(library, add, circular, group):
    stored = add(circular(LONG, number=NUMBER, cites="国办发〔2017〕46号", groups=(group("局"),)))
    assert library.remove(stored.circular_id)
    assert not library.remove(stored.circular_id)
    assert library.get(stored.circular_id) is None
    assert library.circular_ids() == library.summary() == library.find_number(NUMBER) == ()
    assert library.cited_by("国办发〔2017〕46号") == ()
    assert library.agencies() == ()
    assert library.counts().circulars == library.counts().paragraphs == 0
    assert library.paragraphs([(stored.circular_id, "sec_1__p_1")]) == {}
    assert library.restore(stored.circular_id)
    assert library.get(stored.circular_id) is not None


def test_paragraphs_come_with_what_a_result_must_say(library, add, circular):
    stored = add(circular(LONG, OTHER, title=TITLE, number=NUMBER, signed="2017-03-01"))
    key = (stored.circular_id, "sec_1__p_2")
    found = library.paragraphs([key, ("unknown", "sec_1__p_1"), (stored.circular_id, "nowhere")])
    assert list(found) == [key]
    assert found[key].paragraph.text == OTHER
    assert (found[key].title, found[key].number, found[key].date) == (TITLE, NUMBER, "2017-03-01")


def test_more_paragraphs_can_be_asked_for_than_one_statement_takes(library, add, circular):
    stored = add(circular(*(f"第{order}项工作。" for order in range(20))))
    keys = [(stored.circular_id, f"sec_1__p_{order}") for order in range(1, 40_000)]
    assert len(library.paragraphs(keys)) == 20


def test_a_number_that_is_not_held_is_found_where_it_is_cited(library, add, circular):
    stored = add(circular(LONG, OTHER, title=TITLE, cites="国办发〔2017〕46号"))
    assert library.find_number("国办发〔2017〕46号") == ()
    assert library.cited_by("国办发〔2017〕46号") == ((stored.circular_id, TITLE, "sec_1__p_1"),)


def test_an_agency_is_known_by_all_its_spellings(library, add, circular, group):
    add(circular(LONG, groups=(group("公安局"), group("公安局", role=Role.LEAD))))
    (agency,) = library.agencies()
    assert (agency.agency_id, agency.canonical) == ("云港市:公安局", "云港市公安局")
    assert library.agency_names() == {"云港市:公安局": {"市公安局": 2}}
    assert agency.as_written == (("公安局", 2),)


def test_the_newest_circular_says_what_a_body_is(library, add, circular, group):
    newer = group("公安局")
    member = replace(newer.members[0], canonical="云港市公安总局")
    add(circular(LONG, title="甲", groups=(replace(newer, members=(member,)),)))
    add(circular(OTHER, title="乙", groups=(newer,)), place="/文件/乙.txt")
    assert [agency.canonical for agency in library.agencies()] == ["云港市公安局"]


def test_mentions_and_citations_are_those_of_the_current_revision(library, add, circular, group):
    add(circular(LONG, OTHER, title=TITLE, groups=(group("甲局"),), cites="国发〔2016〕1号"))
    add(circular(LONG, THIRD, title=TITLE, groups=(group("乙局"),)))
    assert list(library.agency_names()) == ["云港市:乙局"]
    assert library.cited_by("国发〔2016〕1号") == ()


def test_the_list_of_circulars_is_newest_first(library, add, circular):
    add(circular(LONG, title="旧", signed="2016-01-01"))
    add(circular(OTHER, title="新", signed="2018-01-01"), place="/文件/乙.txt")
    add(circular(THIRD, title="无日期"), place="/文件/丙.txt")
    assert [each.title for each in library.summary()] == ["新", "旧", "无日期"]


def test_a_rejected_file_is_listed_until_it_can_be_read(library, add, circular, source):
    bad = Quarantined("甲.txt", "", "binary", "损坏", "2026-01-01T00:00:00+00:00")
    library.quarantine(bad, "/文件/甲.txt")
    library.quarantine(bad, "/文件/甲.txt")
    assert library.quarantined() == (bad,)
    add(circular(LONG), place="/文件/甲.txt")
    assert library.quarantined() == ()


def test_every_library_has_a_name_of_its_own(library, tmp_path):
    from corpus.library import Library

    with Library.open(tmp_path / "另一个", create=True) as other:
        assert other.identity() != library.identity()


def test_a_check_finds_what_was_tampered_with(library, add, circular):
    from sqlalchemy import text

    stored = add(circular(LONG, OTHER))
    assert library.check() == ()
    with library._writing() as connection:
        connection.execute(text("DELETE FROM paragraphs WHERE position = 1"))
        connection.execute(text("UPDATE sources SET data = :data"), {"data": b"\0"})
        connection.execute(text("UPDATE circulars SET sequence = 99"))
    said = {finding.message for finding in library.check()}
    assert {
        "版本的段数与登记不符",
        "永久链接指向不存在的段落",
        "原文件与校验和不符",
        "公文的变更序号大于公文库的序号",
    } <= said
    assert stored.circular_id in {finding.where for finding in library.check()}
