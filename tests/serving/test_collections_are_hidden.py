"""Whoever may not see a collection gets the answers of a library that never held it."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from itertools import product
from urllib.parse import quote

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from indexer.reprints import update_reprints
from webui.access import AccessRules, digest_of
from webui.limits import ServeLimits
from webui.service import make_service

NAME = "内部"
ALL, SOME, NONE = "all-all-all-all-1", "some-some-some-some", "none-none-none-none"
# The same title with another year, agencies of its own, cites an open one and a missing one.
SECRET = """云港市人民政府办公厅关于印发2019年全市知识产权保护和打击侵权假冒工作要点的通知
云政办发〔2019〕77号
各县（市、区）人民政府，市直各委、办、局：
《2019年全市知识产权保护和打击侵权假冒工作要点》已经市政府同意，现印发给你们，请认真贯彻执行。
《云港市绝密事项办法》（云政发〔2011〕3号）和云政办发〔2018〕44号同时废止。
云港市人民政府办公厅
2019年4月19日
2019年全市知识产权保护和打击侵权假冒工作要点
一、深化专项整治
（一）开展互联网领域清源行动
聚焦直播带货、社交电商、跨境代购等新业态，完善线索发现、固定证据、落地查人的办案流程。（市公安局牵头，市密码管理局、市市场监督局配合）
（二）筹建玄蜂观测站
在翠屏半岛筹建玄蜂观测站，设立玄蜂补助金，五年内建成，经费列入预算。（市密码管理局、市财政局负责）
云港市人民政府办公厅　　2019年4月20日印发
"""
COPY = "翻印：本件由翠屏街道玄蜂工作组翻印。\n"
# How long it took, how often the library has changed (the hidden changes as well), files' own times.
_MOVING = re.compile(
    r"took_ms\":[^,}]+|\d+(?:\.\d+)? 毫秒|(?<=since=)\d+|(?<=\"sequence\":)\s*\d+"
    r"|(?<=sequence=\")\d+|gongwen_\w+ .*|\"(?:library|index)\":\s*\d+|(?:process|_seconds)\w* .*"
    r"|\d{4}-\d\d-\d\dT[\d:]+(?:Z|[+-][\d:]+)?|\d\d:\d\d"
)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory, repository):
    """Open samples, and beside them a circular and a reprint of an open one that are not."""
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "公开").mkdir()
    (folder / NAME).mkdir()
    for path in sorted((repository / "corpus" / "samples").glob("*.txt")):
        (folder / "公开" / path.name).write_bytes(path.read_bytes())
    (folder / NAME / "yungang-2019-77.txt").write_text(SECRET, encoding="utf-8")
    text = (folder / "公开" / "yungang-2018-44.txt").read_text(encoding="utf-8")
    (folder / NAME / "玄蜂翻印.txt").write_text(
        COPY + text.replace("贴息", "贴补"), encoding="utf-8"
    )
    (folder / NAME / "玄蜂坏文件.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


def bring_in(folder, paths, collection=None):
    with Library.open(folder, create=True) as library:
        add_paths(library, paths, collection=collection)
        update_index(library)
        update_reprints(library)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory, inbox):
    """A library with circulars in a collection, and the same as it was before they came."""
    folder = tmp_path_factory.mktemp("libraries")
    bring_in(folder / "后", [inbox / "公开"])
    shutil.copytree(folder / "后", folder / "前")
    bring_in(folder / "后", [inbox / NAME], NAME)
    return folder / "后", folder / "前"


def serve(folder):
    rights = {digest_of(ALL): None, digest_of(SOME): frozenset({NAME})}
    rules = AccessRules(frozenset(map(digest_of, (ALL, SOME, NONE))), rights=rights)
    return make_service(str(folder), ["localhost"], ServeLimits(), rules)


def ask(app, address, token, data=None):
    """Return status and what an answer says, files unpacked, less what differs every time."""
    headers = {"Authorization": f"Bearer {token}"}
    method = "GET" if data is None else "POST"
    with app.test_client().open(address, method=method, headers=headers, data=data) as answer:
        body = answer.data
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            body = b"\n".join(package.read(name) for name in sorted(package.namelist()))
    about = f"{answer.headers.get('Content-Disposition', '')} {answer.headers.get('Location', '')}"
    return answer.status_code, _MOVING.sub("~", f"{about}\n{body.decode('utf-8', 'replace')}")


def parts_of(folder):
    """Return what may stand in an address, of open circulars and of hidden ones."""
    with Library.open(folder) as library:
        hidden = [each.id for each in library.summary() if each.number.endswith("77号")]
        hidden += [each.id for each in library.summary() if "翻印" in each.source_name]
        shown = [each.id for each in library.summary() if each.id not in hidden][:2]
        eids = [paragraph.id for paragraph in library.get(hidden[0]).circular.paragraphs][-2:]
    return {
        "circular_id": [*hidden, *shown],
        "eid": [*eids, f"{eids[-1]}__m_1"],
        "slug": ["云政办发-2019-77", "云政发-2011-3", "云政办发-2018-44", *hidden],
        "ending": ["ris", "json"],
        "facet": ["agency", "line", "issuer", "region", "year", "kind", "role", "validity"],
        "filename": ["gongwen.css"],
    }


def addresses_of(app, parts):
    """Return every address of the service, and those that ask for what is hidden."""
    found = ["/nowhere"]
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        for chosen in product(*(parts[name] for name in names)):
            address = str(rule)
            for name, value in zip(names, chosen, strict=True):
                for shape in (f"<{name}>", f"<path:{name}>"):
                    address = address.replace(shape, quote(value))
            found.append(address)
    secret, copy, shown, other = parts["circular_id"]
    questions = [
        "玄蜂", "玄蜂观测", "市密码管理局", "翠屏半岛", "云政办发〔2019〕77号", "直播带货 社交电商",
        "如何建设玄蜂观测站并给予补助", "玄峰观测站", "知识产权", "年:2019", "牵头:市公安局", "",
        "责任单位:市密码管理局", "开展互联网领域清源行动", "标题:2019年全市知识产权",
    ]  # fmt: skip
    for question, unit in product(questions, ("paragraph", "measure")):
        asked = f"q={quote(question)}&unit={unit}"
        for path in ("/search", "/api/v1/search", "/search.csv", "/search.xlsx", "/search.atom"):
            found.append(f"{path}?{asked}")
        for path in ("/overview", "/overview.csv", "/matrix", "/api/v1/additions"):
            found.append(f"{path}?{asked}&since=1")
    found += [f"/search?q={quote(one)}&year=2019&validity=repealed" for one in ("", "知识产权")]
    found += [f"/search?agency={quote('市密码管理局')}", "/search?since=1"]
    for typed in ("玄", "玄蜂", "市密", "smm", "2019年", "云港市人民政府办公厅关于印发2019"):
        found.append(f"/api/v1/suggest?q={quote(typed)}")
    for one, another in product((secret, shown), (secret, copy, shown, other)):
        for path in ("/compare", "/compare.xlsx", "/compare.docx"):
            found.append(f"{path}?a={one}&b={another}")
    for item in (secret, copy, shown):
        eid = parts["eid"][0]
        for path in ("/basket", "/basket.csv", "/basket.docx", "/basket/matrix"):
            found.append(f"{path}?i={item}/{eid}&b={item}/{eid}&items={item}/{eid}")
        found += [f"/d/{item}/?q={quote('玄蜂')}", f"/api/v1/circulars?q={item}"]
    return found


def test_no_route_shows_or_counts_what_is_hidden(libraries):
    after, before = map(serve, libraries)
    addresses = addresses_of(after, parts_of(libraries[0]))
    assert len(addresses) > 400
    for address in addresses:
        if address == "/metrics":  # seconds and bytes; its names are those of our own routes
            continue
        assert ask(after, address, NONE) == ask(before, address, NONE), address


def test_a_report_cannot_find_out_what_is_hidden(libraries):
    report = "要求“在翠屏半岛筹建玄蜂观测站，设立玄蜂补助金”（云政办发〔2019〕77号）。"
    after, before = map(serve, libraries)
    data = {"text": report}
    assert ask(after, "/verify", NONE, data) == ask(before, "/verify", NONE, data)
    assert ask(after, "/verify", SOME, data) != ask(before, "/verify", SOME, data)


def test_who_may_see_it_sees_it(libraries):
    app = serve(libraries[0])
    for token in (ALL, SOME):
        status, page = ask(app, f"/search?q={quote('玄蜂观测站')}", token)
        assert status == 200
        assert "市密码管理局" in page
    assert "玄蜂坏文件" not in ask(app, "/circulars", SOME)[1]


def test_a_circular_put_into_a_collection_is_gone_at_once(tmp_path, inbox):
    folder = tmp_path / "库"
    bring_in(folder, [inbox / "公开"])
    app = serve(folder)
    address = f"/search?q={quote('直播带货')}"
    assert "云政办发〔2018〕44号" in ask(app, address, NONE)[1]
    with Library.open(folder) as library:
        (held,) = library.find_number("云政办发〔2018〕44号")
        assert library.collect(held.id, NAME)
        assert not library.collect(held.id, NAME)
        assert library.collections() == {NAME: 1}
    assert "云政办发〔2018〕44号" not in ask(app, address, NONE)[1]
    assert ask(app, f"/d/{held.id}/", NONE)[0] == 404
    assert ask(app, f"/d/{held.id}/", SOME)[0] == 200
    with Library.open(folder) as library:
        library.remove(held.id)
    assert ask(app, f"/d/{held.id}/", NONE)[0] == 404
    assert ask(app, f"/d/{held.id}/", SOME)[0] == 410
