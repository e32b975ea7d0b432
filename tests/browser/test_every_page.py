"""What holds for every page: light, from this machine alone, no wider than its window."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from corpus.library import Library
from tests.browser.take_screenshots import SHOWN, list_shots

HEAVIEST = 150_000  # bytes of a page with styles and scripts, without pictures, as they are sent
PATHS = tuple(dict.fromkeys(shot.path for shot in list_shots("{id}")))


@pytest.fixture(scope="session")
def circular_id(invented_folder):
    with Library.open(invented_folder) as library:
        return library.find_number(SHOWN)[0].id


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_light_and_fits_and_asks_nobody_else(open_page, invented_site, circular_id, path):
    page = open_page("wide")  # which fails on whatever is asked of another host
    sizes, kinds = {}, {}

    def weigh(request):
        response = request.response()
        kinds[request.url] = request.resource_type
        sizes[request.url] = len(response.body()) if response.status != 304 else 0

    page.on("requestfinished", weigh)
    address = invented_site + quote(path.replace("{id}", circular_id), safe="/?&=*%[]")
    page.goto(address, wait_until="networkidle")
    weight = sum(size for url, size in sizes.items() if kinds[url] != "image")
    assert {"document", "stylesheet", "script"} <= {*kinds.values()}
    assert weight <= HEAVIEST, sizes
    for width in (1280, 1024, 761, 390):
        page.set_viewport_size({"width": width, "height": 844})
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width


@pytest.mark.parametrize("path", ["/search", "/search?unit=measure", "/overview", "/matrix"])
def test_a_page_over_real_circulars_is_light(open_page, real_site, path):
    page = open_page("wide")
    sent = []
    page.on("requestfinished", lambda request: sent.append(request.sizes()["responseBodySize"]))
    page.goto(real_site + path, wait_until="networkidle")
    assert sent
    assert sum(sent) <= HEAVIEST
