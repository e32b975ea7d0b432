"""Headers, errors, hostile text, and the machine-readable answers."""

from __future__ import annotations

import json
import shutil
from urllib.parse import quote

import jsonschema
import pytest
from lxml import html as lxml_html

from corpus.interchange import circular_to_json
from corpus.library import Library
from webui.app import create_app

ADDRESSES = [
    "/", "/search", "/search?q=知识产权", "/search?q=*", "/search?page=0", "/circulars", "/circulars?page=9",
    "/help", "/nowhere", "/d/nowhere/", "/d/nowhere/p/p_1", "/id/国办发-2017-46", "/id/x",
    "/api/v1/search?q=知识产权", "/api/v1/search?page=0", "/api/v1/circulars/nowhere", "/api/nowhere",
    "/search.json?q=知识产权", "/search.csv?q=知识产权", "/search.xlsx?q=知识产权", "/search.atom?q=知识产权",
    "/search.csv?q=*", "/matrix?q=知识产权", "/matrix.xlsx?q=知识产权", "/matrix?q=*", "/static/gongwen.css", "/static/gongwen.js", "/static/nowhere",
]  # fmt: skip
PAYLOADS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>", "javascript:alert(1)", "{{7*7}}", "${7*7}",
    "<b>知识产权</b>", '" autofocus onfocus="alert(1)', "\x00<script>", "\u202e<script>", "&lt;script&gt;",
]  # fmt: skip


@pytest.fixture(scope="session")
def schema(repository):
    path = repository / "webui" / "schemas" / "search.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_every_answer_carries_the_headers(site, address, method):
    with getattr(site.client, method)(address) as response:
        assert response.status_code < 500
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "address", [a for a in ADDRESSES if not a.startswith(("/api", "/static", "/search."))]
)
def test_pages_load_nothing_from_elsewhere_and_hold_nothing_inline(site, address):
    response = site.get(address)
    if response.mimetype != "text/html":
        return
    tree = lxml_html.document_fromstring(response.get_data(as_text=True))
    assert tree.get("lang") == "zh-CN"
    loaded = tree.xpath(
        "//script/@src | //link[@rel!='canonical' and @rel!='alternate']/@href | //img/@src"
    )
    assert all(each.startswith("/static/") for each in loaded)
    assert (
        tree.xpath("//script[not(@src)][not(@type='application/ld+json')] | //style | //*[@style]")
        == []
    )
    assert [n for e in tree.iter() for n in e.attrib if n.startswith("on")] == []
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//a[@class='skip']")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_comes_back_as_text(site, payload):
    for address in (
        "/search?q=",
        "/search?q=知识产权&agency=",
        "/search?kind=",
        "/search?unit=",
        "/d/",
        "/id/",
    ):
        response = site.get(address + quote(payload, safe=""))
        assert response.status_code < 500
        tree = lxml_html.document_fromstring(response.get_data(as_text=True).replace("\x00", ""))
        assert (
            tree.xpath(
                "//script[not(@src)][not(@type='application/ld+json')] | //img | //svg[@onload] | //b[text()='知识产权']"
            )
            == []
        )
        assert [n for e in tree.iter() for n in e.attrib if n.startswith("on")] == []


def test_tags_in_a_circular_stay_text_with_marks_around_them(hostile_site):
    site = hostile_site
    tree = site.tree("/search?q=网络侵权")
    assert "<script>alert(" in tree.xpath("string(//article//h2)")
    assert tree.xpath("//article//mark/text()") == ["网络侵权"]
    with site.library() as library:
        circular_id = library.circular_ids()[0]
        stored = library.get(circular_id)
    paths = [f"/d/{circular_id}/?hl=script", "/", "/circulars", "/search?agency=市公安局"]
    paths += [
        f"/d/{circular_id}/p/{p.id}{tail}"
        for p in stored.circular.paragraphs
        for tail in ("", "/cite")
    ]
    for path in paths:
        page = site.tree(path)
        assert (
            page.xpath(
                "//script[not(@src)][not(@type='application/ld+json')] | //img | //svg[@onload]"
            )
            == []
        )
        assert [n for e in page.iter() for n in e.attrib if n.startswith("on")] == []
    assert "49" not in site.tree(f"/d/{circular_id}/").xpath("string(//article)")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=知识产权",
        "q=知识产权&unit=measure",
        "agency=市公安局&role=lead",
        "q=无损化销毁站",
        "limit=0",
        "q=云政办发〔2017〕58号",
    ],
)
def test_the_search_answer_keeps_the_contract(site, schema, query):
    answer = site.get(f"/api/v1/search?{query}")
    assert answer.content_type.startswith("application/json")
    jsonschema.validate(answer.get_json(), schema)
    assert site.get(f"/search.json?{query}").get_json()["total"] == answer.get_json()["total"]


def test_marks_of_the_answer_lie_inside_the_snippet(site):
    for hit in site.get("/api/v1/search?q=知识产权").get_json()["hits"]:
        snippet = hit["snippet"]
        assert {snippet["text"][s:e] for s, e in snippet["marks"]} == {"知识产权"}


def test_the_page_and_the_program_get_the_same_hits(site):
    query = "q=知识产权&agency=市公安局&role=lead&unit=measure"
    answer = site.get(f"/api/v1/search?{query}").get_json()
    page = site.tree(f"/search?{query}")
    assert len(page.xpath("//article[@data-hit]")) == len(answer["hits"])
    assert page.xpath("string(//h1)").startswith(f"找到 {answer['total']} 条措施，")


def test_a_circular_as_json_is_what_parsing_gave(site):
    with site.library() as library:
        stored = library.get(library.circular_ids()[0])
    answer = site.get(f"/api/v1/circulars/{stored.id}").get_json()
    assert answer["permalink"] == f"/d/{stored.id}/"
    assert answer["revision"] == 1
    assert circular_to_json(stored.circular).items() <= answer.items()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/v1/search?q=*", 400, "暂不支持以 * 开头"),
        ("/api/v1/search?page=0", 400, "page"),
        ("/api/v1/search?q=" + "长" * 5000, 400, "超过上限"),
        ("/api/v1/circulars/nowhere", 404, "库中没有这份文件"),
        ("/api/v1/nowhere", 404, "没有这个页面"),
    ],
)
def test_programs_get_problem_details_in_chinese(site, address, status, words):
    response = site.get(address)
    assert response.status_code == status
    assert response.content_type.startswith("application/problem+json")
    problem = json.loads(response.data)
    assert problem["status"] == status
    assert words in problem["detail"]
    assert problem["title"]


def test_a_wrong_method_is_told_which_is_right(site):
    response = site.client.post("/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "只能查看" in response.get_data(as_text=True)


def test_a_large_body_is_refused(site):
    assert site.client.post("/search", data=b"x" * 100_000).status_code == 413
    assert site.client.get("/search", data=b"x" * 100_000).status_code == 413


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "127.0.0.1.evil.example"])
def test_a_foreign_host_name_is_refused(site, host):
    response = site.get("/", headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.get_data(as_text=True)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8321", "localhost:80", "[::1]:8321"])
def test_this_machine_is_answered(site, host):
    assert site.get("/", headers={"Host": host}).status_code == 200


def break_index(folder):
    for path in (folder / "index").glob("gen-*/*"):
        if path.name != "manifest.json":
            path.write_bytes(b"\0" * 100)


@pytest.mark.parametrize(
    ("harm", "command"),
    [
        (lambda folder: shutil.rmtree(folder / "index"), "gongwen index"),
        (break_index, "gongwen index --rebuild"),
        (shutil.rmtree, "gongwen add"),
    ],
    ids=["missing", "damaged", "no library"],
)
def test_without_index_or_library_the_answer_names_the_command(own_site, harm, command):
    harm(own_site.folder)
    page = own_site.get("/search?q=知识产权")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert command in page.get_data(as_text=True)
    answer = own_site.get("/api/v1/search?q=知识产权")
    assert answer.status_code == 503
    assert command in json.loads(answer.data)["detail"]


def test_an_empty_library_says_how_to_fill_it(tmp_path):
    Library.open(tmp_path / "library", create=True).close()
    client = create_app(tmp_path / "library", config={"TESTING": True}).test_client()
    assert "还没有文件。运行" in client.get("/").get_data(as_text=True)


def test_a_library_that_comes_later_is_picked_up(tmp_path, own_site):
    client = create_app(tmp_path / "later", config={"TESTING": True}).test_client()
    assert client.get("/search").status_code == 503
    shutil.copytree(own_site.folder, tmp_path / "later")
    assert client.get("/search").status_code == 200


def test_the_debugger_cannot_be_switched_on(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert create_app(tmp_path, config={"DEBUG": True}).debug is False


def test_a_mistake_of_ours_is_a_plain_page_without_a_trace(own_site):
    app = create_app(own_site.folder)

    @app.get("/broken")
    def broken():
        raise RuntimeError("秘密")

    response = app.test_client().get("/broken")
    assert response.status_code == 500
    assert "程序出了错" in response.get_data(as_text=True)
    assert "秘密" not in response.get_data(as_text=True)
