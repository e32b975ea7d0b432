"""W4 formulas through every field into every table we hand out: no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from pathlib import Path
from urllib.parse import quote

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from tests.torture.outcome import Tally, scratch
from webui.app import create_app

SHORT, LONG = 1, 10
PAYLOADS = (
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","点")', "=IMPORTXML(A1)", '=WEBSERVICE("http://evil")',
    "=DDE(A1)", "+1+1", "+cmd|'/C calc'!A0", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "@A1", "\t=1+1", "\r=1+1", "\n=1+1",
    " =1+1", "　=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "\x00=1+1", "\u200b=1+1", "\ufeff=1+1", "\u202e=1+1", "|calc", "%0A=1+1",
    '"=1+1', "';=1+1", ",=1+1", "=1+1;=2", "\x0b=1", "\x85=1", "\u2028=1",
)  # fmt: skip
# What a spreadsheet computes, also behind what it drops or does not show.
TRIGGER = re.compile(
    r"^[\s\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠|%]"
)
FORMULA = re.compile(rb"<f[ >/]|<f>|DDE|externalLink")


def circular_with(payload: str, serial: int) -> str:
    clean = payload.replace("\n", "").replace("\r", "")
    return "\n".join((
        f"{clean}关于第{serial}批工作的通知", f"云政办发〔2018〕{serial}号", f"{clean}：", f"一、{clean}加强第{serial}项工作",
        f"{clean}落实第{serial}项知识产权责任。（{clean}市公安局牵头，{clean}局配合，{clean}完成）", f"{clean}推进体系建设。",
        f"（一）{clean}", "第一段。", "云港市人民政府办公室", "2018年3月5日",
    ))  # fmt: skip


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    with scratch("w4") as folder:
        sources = folder / "sources"
        sources.mkdir()
        for turn in range(trials):
            for serial, payload in enumerate(PAYLOADS, start=1):
                path = sources / name_with(payload, serial)
                path.write_text(circular_with(payload, serial + turn * 100), encoding="utf-8")
        with Library.open(folder / "library", create=True) as library:
            add_paths(library, [sources])
            update_index(library)
            circulars = library.circular_ids()
            items = [f"{one}/{library.get(one).circular.paragraphs[0].id}" for one in circulars]
        client = create_app(folder / "library").test_client()
        for payload in PAYLOADS:
            note, query = quote(payload), quote(f"知识产权 {payload}")
            basket = "&".join(
                f"item={quote(item)}&note={note}" for item in rng.sample(items, min(20, len(items)))
            )
            for address in (
                f"/search.csv?q={query}", f"/search.xlsx?q={query}", f"/basket.csv?title={note}&{basket}",
                f"/basket.xlsx?title={note}&{basket}", f"/matrix.xlsx?q={query}", f"/overview.xlsx?q={query}",
                "/search.csv?q=", "/search.csv?q=&unit=measure", "/search.xlsx?q=&unit=measure", "/missing.csv", "/missing.xlsx",
                *(f"/overview.csv?q={query}&figure={figure}" for figure in ("years", "regions", "agencies", "together")),
            ):  # fmt: skip
                look(tally, client, address)
        for one in circulars:
            look(tally, client, f"/d/{one}/matrix.xlsx")
    return tally.result()


def name_with(payload: str, serial: int) -> str:
    return re.sub(r"[/\x00\r\n]", "_", payload)[:40] + f"{serial}.txt"


def look(tally: Tally, client, address: str) -> None:
    with client.get(address) as answer:
        data = answer.get_data()
        if answer.status_code not in {200, 303, 400, 404}:
            tally.trial(f"{address}: {answer.status_code}")
            return
        if answer.status_code != 200:
            return
    found = risky_cells(data) if ".csv" in address else formulas(data)
    tally.trial(*(f"{address[:80]}: {one}" for one in found))


def risky_cells(data: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    cells = {cell for row in rows for cell in row}
    return [
        repr(cell[:60]) for cell in sorted(cells) if TRIGGER.match(cell) and not is_number(cell)
    ]


def is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+(\.\d+)?%?", cell))


def formulas(data: bytes) -> list[str]:
    """Cells of a workbook are text by their type, whatever they hold: only formulas are run."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            part = book.read(name)
            if Path(name).parent.name == "worksheets" and FORMULA.search(part):
                found.append(f"a formula in {name}")
            if name.startswith("xl/externalLinks") or "calcChain" in name:
                found.append(name)
    return found
