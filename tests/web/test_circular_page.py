"""A circular's page, its permalinks, citations and original."""

from __future__ import annotations

import shutil
from urllib.parse import quote, unquote

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.number import DocumentNumber

NUMBER = "云政办发〔2018〕44号"


def stored_in(site, number=NUMBER):
    with site.library() as library:
        return library.find_number(number)[0]


def plain(element):
    return "".join("".join(element.itertext()).split())


def test_every_paragraph_stands_under_its_anchor(site):
    with site.library() as library:
        every = [library.get(circular_id) for circular_id in library.circular_ids()]
    for stored in every:
        tree = site.tree(f"/d/{stored.id}/")
        for paragraph in stored.circular.paragraphs:
            block = tree.xpath(f"//*[@id='{paragraph.id}']")
            assert len(block) == 1
            shown = plain(block[0].xpath(".//p[@class='t']")[0])
            assert shown == "".join(paragraph.text.split())


def test_every_line_of_the_contents_leads_somewhere(site):
    with site.library() as library:
        ids = library.circular_ids()
    for circular_id in ids:
        tree = site.tree(f"/d/{circular_id}/")
        anchors = set(tree.xpath("//*[@id]/@id"))
        lines = tree.xpath("//nav[@class='toc']//a/@href")
        assert {line.removeprefix("#") for line in lines} <= anchors
        assert len(tree.xpath("//*[@id]/@id")) == len(anchors)


def test_a_permalink_marks_one_paragraph_by_more_than_colour(site):
    stored = stored_in(site)
    paragraph = stored.circular.paragraphs[3]
    tree = site.tree(f"/d/{stored.id}/p/{paragraph.id}")
    cited = tree.xpath("//div[contains(@class, 'cited')]")
    assert [each.get("id") for each in cited] == [paragraph.id]
    assert "引用位置" in plain(cited[0])
    assert cited[0].get("autofocus") is not None
    assert tree.xpath("//link[@rel='canonical']/@href")[0].endswith(
        f"/d/{stored.id}/p/{paragraph.id}"
    )


def test_a_measure_id_leads_to_its_paragraph(site):
    stored = stored_in(site)
    paragraph = next(p for p in stored.circular.paragraphs if p.groups)
    tree = site.tree(f"/d/{stored.id}/p/{paragraph.id}__m_1")
    assert tree.xpath("//div[contains(@class, 'cited')]/@id") == [paragraph.id]


def test_highlights_are_counted_and_numbered(site):
    stored = stored_in(site)
    tree = site.tree(f"/d/{stored.id}/?hl={quote('知识产权')}")
    count = int(tree.xpath("//p[@data-found]/@data-found")[0])
    assert count == len(tree.xpath("//mark[@id]")) > 1
    assert "".join(tree.xpath("//mark[@id='found-1']//text()")) == "知识产权"


def test_responsibility_groups_are_dimmed(site):
    stored = stored_in(site)
    raws = [group.raw for p in stored.circular.paragraphs for group in p.groups]
    tree = site.tree(f"/d/{stored.id}/")
    assert len(tree.xpath("//span[contains(@class, 'grp')]")) == len(raws) > 5


def test_the_side_panel_counts_who_does_what(site):
    stored = stored_in(site)
    members = [m for p in stored.circular.paragraphs for g in p.groups for m in g.members]
    tree = site.tree(f"/d/{stored.id}/")
    rows = tree.xpath("//table[@class='mx']//tr")
    assert len(rows) == len({member.agency_id for member in members})
    numbers = [int(text) for text in tree.xpath("//table[@class='mx']//td/span/text()")]
    assert sum(numbers) == len(members)


def test_an_agency_in_the_side_panel_leads_to_its_measures_here(site):
    stored = stored_in(site)
    tree = site.tree(f"/d/{stored.id}/")
    found = site.tree(tree.xpath("//table[@class='mx']//a/@href")[0])
    titles = {plain(each) for each in found.xpath("//p[@class='src']")}
    assert titles == {"".join(stored.circular.title.split())}


def test_the_four_citations_the_link_and_markdown_are_text_on_a_page(site):
    stored = stored_in(site)
    paragraph = stored.circular.paragraphs[3]
    tree = site.tree(f"/d/{stored.id}/p/{paragraph.id}/cite")
    rows = {
        row.get("data-style"): plain(row.xpath("dd")[0]) for row in tree.xpath("//*[@data-style]")
    }
    assert list(rows) == ["gbt2025", "gbt2015", "gongwen", "legal", "quote", "link", "markdown"]
    assert rows["link"] == f"http://localhost/d/{stored.id}/p/{paragraph.id}"
    assert rows["gongwen"].endswith(f"（{NUMBER}）{paragraph.cite}")
    assert rows["link"] in rows["gbt2025"]


def test_the_original_is_only_ever_downloaded(site, repository):
    response = site.get(f"/d/{stored_in(site).id}/source")
    sample = repository / "corpus" / "samples" / "yungang-2018-44.txt"
    assert response.data == sample.read_bytes()
    assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_number_leads_to_its_circular(site):
    slug = DocumentNumber.parse(NUMBER).slug
    response = site.get(f"/id/{slug}")
    assert (response.status_code, response.location) == (303, f"/d/{stored_in(site).id}/")


def test_a_number_not_held_says_who_cites_it_and_what_is_near(site):
    tree = site.tree("/id/云政办发-2017-57", 404)
    assert "库中没有云政办发〔2017〕57号" in plain(tree)
    assert "云政办发〔2017〕58号" in plain(tree)


@pytest.mark.parametrize("slug", ["随便写", "国办发-2017", "x" * 300])
def test_what_is_no_number_is_refused(site, slug):
    assert site.get(f"/id/{quote(slug)}").status_code == 400


def test_an_unknown_circular_is_a_404_page(site):
    assert "库中没有这份文件" in plain(site.tree("/d/nowhere/", 404))


def test_an_unknown_paragraph_names_the_circular_that_is_still_there(site):
    stored = stored_in(site)
    tree = site.tree(f"/d/{stored.id}/p/sec_99__p_9", 404)
    assert "没有找到这一段。原文件仍在：" in plain(tree)
    assert f"/d/{stored.id}/" in tree.xpath("//a[@class='offer']/@href")


def test_a_removed_circular_is_gone_for_good_reason(own_site):
    stored = stored_in(own_site)
    eid = stored.circular.paragraphs[3].id
    with own_site.library() as library:
        library.remove(stored.id)
    assert "已从库中移除" in plain(own_site.tree(f"/d/{stored.id}/", 410))
    assert "已从库中移除" in plain(own_site.tree(f"/d/{stored.id}/p/{eid}", 410))
    assert own_site.get(f"/api/v1/circulars/{stored.id}").status_code == 410


def change_source(site, change):
    """Rewrite the one source file and add it again."""
    source = site.folder.parent / "sources" / "yungang-2018-44.txt"
    text = source.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    source.write_text(changed, encoding="utf-8")
    with Library.open(site.folder) as library:
        add_paths(library, [source.parent], workers=1)


def test_a_changed_paragraph_is_announced_and_never_silently_swapped(own_site):
    stored = stored_in(own_site)
    paragraph = next(p for p in stored.circular.paragraphs if len(p.text) > 60 and p.path)
    words = paragraph.text[10:14]
    change_source(
        own_site,
        lambda text: text.replace(paragraph.text, paragraph.text.replace(words, "另行部署")),
    )
    tree = own_site.tree(f"/d/{stored.id}/p/{paragraph.id}")
    assert "重新入库时调整，下方是最接近的段落（相似度" in plain(tree)
    assert "另行部署" in plain(tree.xpath("//div[contains(@class, 'cited')]")[0])


def test_the_list_names_every_circular(site):
    with site.library() as library:
        ids = set(library.circular_ids())
    links = site.tree("/circulars").xpath("//tbody//div[@class='doc-title']/a/@href")
    assert {unquote(link).strip("/").removeprefix("d/") for link in links} == ids


def test_the_home_page_counts_what_is_held(site):
    with site.library() as library:
        counts = library.counts()
    tree = site.tree("/")
    assert [int(each.text) for each in tree.xpath("//dl[@class='figures']//dd")] == [
        counts.circulars,
        counts.paragraphs,
        counts.measures,
    ]
    for link in tree.xpath("//p[@class='tries']/a/@href"):
        site.tree(link)


def test_every_example_of_the_help_page_can_be_asked(site):
    links = site.tree("/help").xpath("//table//a/@href")
    assert len(links) > 10
    for link in links:
        site.tree(link)


def test_an_index_folder_may_go_while_the_pages_of_circulars_stay(own_site):
    shutil.rmtree(own_site.folder / "index")
    assert own_site.get(f"/d/{stored_in(own_site).id}/").status_code == 200
    assert "gongwenindex" in plain(own_site.tree("/"))
