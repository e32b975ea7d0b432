"""W1 markup through every field: the page holds what our templates hold, the browser runs nothing."""

from __future__ import annotations

import json
import random
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree
from lxml import html as lxml_html
from playwright.sync_api import Error, sync_playwright

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from tests.browser.conftest import FLAGS, find_chromium, serve
from tests.torture.outcome import NotRunError, Tally, scratch
from webui.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORT, LONG = 60, 60  # payloads; the long form opens every address in the browser
RUN = "alert(1)"
BENIGN = "寻常文字"
PAYLOADS = (
    f"<script>{RUN}</script>", f"<ScRiPt>{RUN}</sCrIpT>", "<script src=//evil.example/x.js></script>", f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>", f'"><img src=x onerror={RUN}>', f"'><img src=x onerror={RUN}>", f"<img src=x onerror='{RUN}'//",
    f"<svg onload={RUN}>", f'"><svg/onload={RUN}>', f"<svg><script>{RUN}</script></svg>", f"<svg><animate onbegin={RUN} attributeName=x>",
    f"<body onload={RUN}>", f"<iframe src=javascript:{RUN}>", f"<iframe srcdoc='<script>{RUN}</script>'>", f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>", f"<a href=javascript:{RUN}>点</a>", f"javascript:{RUN}", f"JaVaScRiPt:{RUN}", f"java\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>", f"<form action=javascript:{RUN}><input type=submit>", f"<input autofocus onfocus={RUN}>",
    f'" autofocus onfocus={RUN} x="', f"' onmouseover={RUN} '", f"<details open ontoggle={RUN}>", f"<video><source onerror={RUN}>",
    f"<audio src=x onerror={RUN}>", f"<marquee onstart={RUN}>", f"<math><mi//xlink:href='data:x,<script>{RUN}</script>'>",
    f"<style>@import 'javascript:{RUN}';</style>", f"<style>*{{background:url(javascript:{RUN})}}</style>", "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example/>", f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>", f"<template><script>{RUN}</script></template>",
    f"</title><script>{RUN}</script>", f"</textarea><script>{RUN}</script>", f"</style><script>{RUN}</script>", f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>", f"<!--><script>{RUN}</script>", f"<![CDATA[<script>{RUN}</script>]]>", f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;", f"%3Cscript%3E{RUN}%3C/script%3E", f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"＜script＞{RUN}＜/script＞", f"<scr\u200bipt>{RUN}</scr\u200bipt>", f"<scr\x00ipt>{RUN}</scr\x00ipt>", f"\u202e<script>{RUN}</script>",
    f"{{{{constructor.constructor('{RUN}')()}}}}", "{{7*7}}", "{% print 7*7 %}", "${7*7}", f"';{RUN}//", f'";{RUN}//', f"`${{{RUN}}}`",
    f"<mark><img src=x onerror={RUN}></mark>", f"<bdi onclick={RUN}>", f"<p class=x style=animation-name:x onanimationstart={RUN}>",
)  # fmt: skip
SAFE_LINK = re.compile(r"^(https?://|/|#|\?|[\w.%&;=+-]+$|[\w.%+-]+[?/#])")
SAME = re.compile(r"\d+")


def circular_with(given: str, serial: int) -> str:
    payload = given.replace("\x00", "")  # a text with NUL is refused: row I4
    return "\n".join((
        f"云港市人民政府办公室关于{payload}第{serial}批工作的通知", f"云政办发〔2018〕{serial}号", f"{payload}人民政府：",
        f"一、{payload}加强第{serial}项", f"知识{payload}产权。（{payload}市公安局牵头，市{payload}局配合，{payload}完成）",
        f"（一）{payload}", f"{payload}知识产权{payload}", f"根据《{payload}办法》（云政发〔2017〕{serial}号）办理。", "云港市人民政府办公室",
        "2018年3月5日",
    ))  # fmt: skip


def fill(folder: Path, payloads: tuple[str, ...]) -> list[str]:
    """Make a library of one circular for each payload and return their ids in that order."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for serial, payload in enumerate(payloads, start=1):
        name = re.sub(r"[/\x00]", "_", payload)[:60]
        (sources / f"{serial:03} {name}.txt").write_text(
            circular_with(payload, serial), encoding="utf-8"
        )
    with Library.open(folder / "library", create=True) as library:
        add_paths(library, [sources])
        update_index(library)
        return [
            next((one.id for one in library.find_number(f"云政办发〔2018〕{serial}号")), "")
            for serial in range(1, len(payloads) + 1)
        ]


def addresses(payload: str, circular: str, first: str) -> list[str]:
    """Return where a payload may come back."""
    typed, where = quote(payload), quote(circular)
    item = quote(f"{circular}/{first}")
    return [
        f"/search?q={typed}", f"/search?q=%22{typed}%22", f"/search?q={quote('知识产权')}&agency={typed}", f"/search?q=*{typed}",
        f"/search?q={quote('知识产权')}&limit=100", f"/search?q={typed}&unit=measure&sort=date&year={typed}", f"/search?page={typed}&q=a",
        f"/d/{where}/", f"/d/{where}/?hl={typed}&hl={quote('知识产权')}", f"/d/{where}/p/{first}", f"/d/{where}/p/{first}/cite",
        f"/d/{where}/matrix", f"/d/{where}/matrix?who={typed}", f"/d/{where}/references", f"/d/{typed}/", f"/d/{where}/p/{typed}", f"/id/{typed}",
        f"/{typed}", f"/circulars?page={typed}", "/circulars", f"/matrix?q={typed}", f"/matrix?q={quote('知识产权')}", f"/overview?q={typed}",
        f"/missing?q={typed}", f"/basket?title={typed}&item={item}&note={typed}", f"/basket?item={typed}", f"/search.{typed}",
    ]  # fmt: skip


JSONS = (
    "/api/v1/search?q={}",
    "/search.json?q={}",
    "/api/v1/suggest?q={}",
    "/api/v1/circulars/{}",
    "/api/{}",
)
FILES = ("/search.csv?q={}", "/search.atom?q={}", "/overview.svg?q={}", "/overview.csv?q={}")


def shape_of(page: str) -> tuple[set, list[str]]:
    """Return the elements and attributes of a page, and what no page of ours may hold."""
    tree = lxml_html.document_fromstring(page)
    pairs, wrong = set(), []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        pairs.add((element.tag, ""))
        for name, value in element.attrib.items():
            pairs.add((element.tag, SAME.sub("0", name)))
            if name.startswith("on") or name in {"style", "srcdoc"}:
                wrong.append(f"{element.tag} {name}={value[:40]!r}")
            if name in {"href", "src", "action", "formaction"} and not SAFE_LINK.match(value):
                wrong.append(f"{element.tag} {name}={value[:60]!r}")
        inside = (element.text or "").strip() if element.tag == "script" else ""
        # Data for machines is no script to a browser, as long as nothing in it can end the element.
        is_data = element.get("type") == "application/ld+json" and not set("<>&") & set(inside)
        if inside and not (is_data and isinstance(json.loads(inside), dict)):
            wrong.append("a script inside the page")
    return pairs, wrong


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, payloads = Tally(), PAYLOADS[:trials]
    with scratch("w1") as folder:
        ours = known_shapes(folder / "plain", len(payloads))
        circulars = fill(folder / "hostile", payloads)
        library = folder / "hostile" / "library"
        client = create_app(library).test_client()
        with Library.open(library) as held:
            firsts = [held.get(one).circular.paragraphs[0].id if one else "" for one in circulars]
        for payload, circular, first in zip(payloads, circulars, firsts, strict=True):
            tally.trial(*([] if circular else [f"not in the library: {payload!r}"]))
            for address in addresses(payload, circular, first):
                look_at_page(tally, client, address, ours)
            for shape in JSONS:
                look_at_json(tally, client, shape.format(quote(payload)))
            for shape in FILES:
                look_at_file(tally, client, shape.format(quote(payload)))
        browse(
            tally,
            library,
            list(zip(payloads, circulars, firsts, strict=True)),
            random.Random(seed),
            long=long,
        )
    return tally.result()


def known_shapes(folder: Path, count: int) -> set:
    """Return every element and attribute that pages without any payload have."""
    circulars = fill(folder, tuple(f"{BENIGN}{number}" for number in range(count)))
    client = create_app(folder / "library").test_client()
    known: set = set()
    for number in (0, 1, count - 1):
        for word in (f"{BENIGN}{number}", "知识产权", "不存在的词", "*"):
            for address in addresses(word, circulars[number], "sec_1__p_1"):
                with client.get(address) as answer:
                    if answer.mimetype == "text/html":
                        known |= shape_of(answer.get_data(as_text=True))[0]
    return known


def look_at_page(tally: Tally, client, address: str, ours: set) -> None:
    with client.get(address) as answer:
        if answer.status_code >= 500:
            tally.trial(f"{address}: {answer.status_code}")
        elif answer.mimetype == "text/html" and answer.status_code not in {301, 302, 303, 308}:
            pairs, wrong = shape_of(answer.get_data(as_text=True))
            wrong += [f"{tag} {name}".strip() for tag, name in sorted(pairs - ours)]
            tally.trial(*(f"{address[:120]}: {one}" for one in wrong))


def look_at_json(tally: Tally, client, address: str) -> None:
    with client.get(address) as answer:
        found = []
        if answer.mimetype not in {"application/json", "application/problem+json"}:
            found.append(f"{answer.mimetype}")
        elif answer.headers["X-Content-Type-Options"] != "nosniff":
            found.append("may be sniffed")
        else:
            json.loads(answer.get_data())
    tally.trial(*(f"{address[:120]}: {one}" for one in found))


def look_at_file(tally: Tally, client, address: str) -> None:
    with client.get(address) as answer:
        data = answer.get_data()
        kept = "attachment" in answer.headers.get("Content-Disposition", "")
        found = []
        if answer.mimetype.endswith("xml"):
            for element in etree.fromstring(data).iter("{*}*"):
                if etree.QName(element).localname in {"script", "foreignObject", "iframe"}:
                    found.append(f"holds {element.tag}")
                found += [f"holds {name}" for name in element.attrib if name.startswith("on")]
                links = [value for name, value in element.attrib.items() if name.endswith("href")]
                found += [f"links to {link[:60]}" for link in links if not SAFE_LINK.match(link)]
        elif answer.status_code == 200 and not kept:
            found.append("is shown, not saved")
    tally.trial(*(f"{address[:120]}: {one}" for one in found))


@contextmanager
def chromium() -> Iterator:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        except Error as error:
            raise NotRunError(f"no Chromium here: {error}") from error
        try:
            yield browser
        finally:
            browser.close()


def browse(tally: Tally, library: Path, cases: list, rng: random.Random, *, long: bool) -> None:
    """Open pages with our policy switched off, so that only escaping stands between."""
    with chromium() as browser, serve(library) as site:
        context = browser.new_context(bypass_csp=True)
        context.route(lambda url: not url.startswith(site), lambda route: route.abort())
        page = context.new_page()
        ran: list[str] = []

        def note(dialog) -> None:
            ran.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", note)
        for payload, circular, first in cases:
            wanted = [one for one in addresses(payload, circular, first) if "\x00" not in one]
            if not long:
                wanted = [
                    wanted[0],
                    f"/d/{quote(circular)}/?hl={quote(payload)}",
                    *rng.sample(wanted, 2),
                ]
            for address in wanted:
                ran.clear()
                page.goto(f"{site}{address}", wait_until="load")
                page.evaluate(
                    "() => document.querySelectorAll('input,a,details,summary,bdi').forEach(e => { try { e.dispatchEvent(new Event('focus')); e.dispatchEvent(new Event('mouseover')); } catch {} })"
                )
                tally.trial(*([f"{address[:120]}: the browser ran {ran[0]!r}"] if ran else []))
        context.close()
