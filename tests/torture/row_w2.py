"""W2 every route, by every method, with good and bad parts: all headers on every answer."""

from __future__ import annotations

import random
from itertools import product
from urllib.parse import quote

from corpus.library import Library
from tests.torture.outcome import Tally, scratch
from tests.torture.serving import fill_library, lacks, leaks
from webui.access import AccessRules, digest_of
from webui.limits import ServeLimits
from webui.service import make_service

SHORT, LONG = 1, 5
MOST_WAYS = 8  # of filling in the parts of one address
OTHER_METHODS = ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
QUERIES = ("", "?q=%E7%9F%A5%E8%AF%86", "?q=*", "?page=x", "?q=a&limit=0", "?b=%00&id=..")
TOKEN = "torture-torture-torture"


def parts_for(library) -> dict[str, list[str]]:
    """Return what may stand in each variable part of an address."""
    with Library.open(library) as held:
        stored = held.get(held.circular_ids()[0])
    good = stored.circular.paragraphs[0].id
    return {
        "circular_id": [stored.id, "nowhere", "%00", "<script>", "..%2f..", "长" * 300],
        "eid": [good, "p_99999", "%00", "<b>"],
        "slug": [stored.id, "国办发-2017-46", "x", "<i>"],
        "ending": ["csv", "xlsx", "ris", "exe", "<u>"],
        "filename": ["gongwen.css", "gongwen.js", "nowhere.js", "..%2f..%2fapp.py"],
        "facet": ["agency", "region", "nothing"],
    }


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    with scratch("w2") as folder:
        library = fill_library(folder / "library", rng, 5)
        parts = parts_for(library)
        open_app = make_service(str(library), ["localhost"], ServeLimits(), AccessRules())
        closed = AccessRules(frozenset({digest_of(TOKEN)}), "X-Remote-User")
        closed_app = make_service(str(library), ["localhost"], ServeLimits(), closed)
        missing = make_service(str(folder / "none"), ["localhost"], ServeLimits(), AccessRules())
        for app in (open_app, closed_app, missing) * trials:
            for address in addresses(app, parts, rng):
                for query in QUERIES:
                    ask(tally, app, "GET", address + query)
                for method in OTHER_METHODS:
                    ask(tally, app, method, address)
        for host in ("evil.example", "", "a..b", "a" * 300, "[::1", "localhost:99999999"):
            for address in ("/", "/api/v1/search", "/static/gongwen.css", "/nowhere"):
                ask(tally, open_app, "GET", address, host)
    return tally.result()


def addresses(app, parts: dict[str, list[str]], rng: random.Random) -> list[str]:
    found = ["/nowhere", "/api/nowhere", "//", "/%"]
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        assert set(names) <= set(parts), f"no parts known for {rule}"
        ways = list(product(*(parts[name] for name in names)))
        for chosen in [ways[0], *rng.sample(ways[1:], min(MOST_WAYS, len(ways) - 1))]:
            address = str(rule)
            for name, value in zip(names, chosen, strict=True):
                for shape in (f"<{name}>", f"<path:{name}>"):
                    address = address.replace(shape, quote(value, safe="%"))
            found.append(address)
    return found


def ask(tally: Tally, app, method: str, address: str, host: str = "localhost") -> None:
    environment = {"SERVER_NAME": "localhost", "HTTP_HOST": host}
    with app.test_client().open(address, method=method, environ_overrides=environment) as answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        found = [f"lacks {one}" for one in lacks(headers)]
        if "x-request-id" not in headers:
            found.append("lacks an id")
        if answer.status_code >= 500 and answer.status_code != 503:
            found.append(f"status {answer.status_code}")
        found += [f"shows {one}" for one in leaks(answer.get_data())]
        if answer.mimetype == "text/html":
            page = answer.get_data(as_text=True)
            found += [
                f"inline: {sign}" for sign in ("<style", " style=", "<script>") if sign in page
            ]
    tally.trial(*(f"{method} {address} ({host}): {one}" for one in found))
