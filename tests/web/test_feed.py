"""The feed of a search: well formed, with all that RFC 4287 wants, filters included."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "q=知识产权", "q=知识产权&unit=measure&agency=市公安局&role=lead", "", "q=无损化销毁站", "q=<b>\"&'",
]  # fmt: skip


def feed(site, query):
    response = site.get(f"/search.atom?{quote(query, safe='=&')}")
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.data)


def texts(element, name):
    return [each.text for each in element.findall(ATOM + name)]


def check_common(element):
    """What RFC 4287 asks of a feed (4.1.1) and of an entry (4.1.2) alike."""
    for name in ("id", "title", "updated"):
        assert len(texts(element, name)) == 1, name
        assert texts(element, name)[0]
    assert texts(element, "id")[0].startswith("urn:uuid:")
    moment = datetime.fromisoformat(texts(element, "updated")[0])
    assert moment.tzinfo is not None
    for name in ("generator", "subtitle", "summary", "content", "published", "rights"):
        assert len(element.findall(ATOM + name)) <= 1, name
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(ATOM + "link")
        if link.get("rel", "alternate") == "alternate"
    ]
    assert len(alternates) == len(set(alternates))
    for link in element.findall(ATOM + "link"):
        assert link.get("href").startswith("http")
    for person in element.findall(ATOM + "author"):
        assert texts(person, "name")[0]


@pytest.mark.parametrize("query", FEEDS)
def test_a_feed_keeps_the_standard(site, query):
    root = feed(site, query)
    assert root.tag == ATOM + "feed"
    check_common(root)
    entries = root.findall(ATOM + "entry")
    # a feed without an author of its own would need one in each entry
    assert root.findall(ATOM + "author")
    own = [link for link in root.findall(ATOM + "link") if link.get("rel") == "self"]
    assert len(own) == 1
    for entry in entries:
        check_common(entry)
        assert entry.findall(ATOM + "link") or entry.findall(ATOM + "content")
        content = entry.find(ATOM + "content")
        assert content.get("type") == "text"
        assert not list(content)
    ids = [texts(entry, "id")[0] for entry in entries]
    assert len(ids) == len(set(ids))
    allowed = {"id", "title", "subtitle", "updated", "link", "author", "generator", "entry"}
    assert {child.tag.removeprefix(ATOM) for child in root} <= allowed


def test_the_feed_holds_what_the_search_finds_filters_included(site):
    query = "q=知识产权&unit=measure&agency=市公安局&role=lead"
    entries = feed(site, query).findall(ATOM + "entry")
    found = site.get(f"/api/v1/search?{quote(query, safe='=&')}&limit=100").get_json()
    linked = {each.find(ATOM + "link").get("href").rpartition("/d/")[2] for each in entries}
    assert linked == {hit["permalink"].rpartition("/d/")[2] for hit in found["hits"]}
    assert len(entries) == found["total"] > 0


def test_the_feed_names_its_filters_and_its_own_address(site):
    root = feed(site, "q=知识产权&role=lead")
    assert "角色：牵头" in texts(root, "title")[0]
    own = next(link for link in root.findall(ATOM + "link") if link.get("rel") == "self")
    assert own.get("href").endswith("/search.atom?" + quote("q=知识产权&role=lead", safe="=&"))


def test_an_address_has_one_identity_and_another_address_another(site):
    one, again, other = (
        texts(feed(site, query), "id")[0] for query in ("q=监管", "q=监管", "q=执法")
    )
    assert one == again != other


def test_a_feed_of_a_question_that_cannot_be_asked_is_refused(site):
    assert site.get("/search.atom?q=*").status_code == 400
