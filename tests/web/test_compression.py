"""Answers are compressed for whoever can read that, and for nobody else."""

from __future__ import annotations

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate"}
PAGE = "/search?q=知识产权"


@pytest.mark.parametrize("path", [PAGE, "/search.json?q=知识产权", "/static/gongwen.css"])
def test_the_same_text_arrives_in_fewer_bytes(site, path):
    plain, packed = site.get(path), site.get(path, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    if path != "/search.json?q=知识产权":  # that one tells how long it took
        assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    plain.close()  # a static file
    packed.close()


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_who_cannot_read_it_gets_plain_text(site, accepted):
    response = site.get(PAGE, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert "知识产权" in response.get_data(as_text=True)


def test_a_streamed_table_and_a_workbook_are_left_alone(site):
    for ending in ("csv", "xlsx"):
        response = site.get(f"/search.{ending}?q=知识产权", headers=GZIP)
        assert "Content-Encoding" not in response.headers


def test_an_answer_that_is_known_already_is_not_sent_again(site):
    first = site.get("/search.json?q=知识产权", headers=GZIP)
    again = site.get(
        "/search.json?q=知识产权", headers=GZIP | {"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
