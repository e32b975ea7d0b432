"""`gongwen verify`: a report's quotations, numbers and links checked against the library (核验)."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from corpus.library import Library
from corpus.readers.reading import read_bytes, read_path
from search.engine_source import open_source
from search.searcher import Searcher
from search.verification import MOST_CHARACTERS, Verifier
from webui.cli_words import say
from webui.export_files import write_whole
from webui.statuses import ExitCode, MistakenRequestError
from webui.verification_reading import text_of_report
from webui.verification_words import (
    VERDICT_MARKS,
    VERDICT_NAMES,
    alike_text,
    passage_of,
    record_csv,
    record_docx,
    summary_lines,
)
from webui.writing import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.verification import Checked, Verification

STANDARD_INPUT: Final = "-"
SECONDS: Final = 600.0  # nobody waits for a page
CLAIMS: Final = 5_000
_SHOWN: Final = 60


def verify_file(location: str, file: str, *, out: str, as_json: bool, base_url: str) -> int:
    """Check one file and print each claim with its verdict; 1 where one needs a second look."""
    ending = Path(out).suffix.lower()
    if out and ending not in {".docx", ".csv"}:
        raise MistakenRequestError("核对记录只能写成 .docx 或 .csv 文件。")
    text = _read(file)
    if len(text) > MOST_CHARACTERS * 10:
        raise MistakenRequestError(f"文件共 {len(text)} 字，一次最多 {MOST_CHARACTERS * 10} 字。")
    made = datetime.now().astimezone()
    with (
        Library.open(location) as library,
        closing(open_source(library)) as source,
        Searcher(library, source) as searcher,
    ):
        verifier = Verifier(library, searcher.find_all, searcher.standing)
        found = verifier.verify(text, seconds=SECONDS, most=CLAIMS)
    base = base_url.rstrip("/")
    if as_json:
        click.echo(json.dumps(_to_json(found, base), ensure_ascii=False))
    else:
        for order, one in enumerate(found.checked, start=1):
            for line in _lines(order, one, base):
                click.echo(line)
    if out:
        name = Path(file).name
        csv_or_docx = (
            encode(record_csv(found, base))
            if ending == ".csv"
            else record_docx(found, base, name=name, made=made)
        )
        write_whole(Path(out), csv_or_docx)
        say(f"已写入 {out}。")
    for line in summary_lines(found):
        say(line)
    return ExitCode.DONE if found.sound else ExitCode.NOT_FOUND


def _read(file: str) -> str:
    if file == STANDARD_INPUT:
        return text_of_report(read_bytes("标准输入.txt", sys.stdin.buffer.read()))
    return text_of_report(read_path(Path(file)))


def _lines(order: int, one: Checked, base: str) -> Iterator[str]:
    alike = alike_text(one)
    said = f"{VERDICT_MARKS[one.verdict]} {VERDICT_NAMES[one.verdict]}"
    yield f"{order}. {said}{f'（相似度 {alike}）' if alike else ''}　{_short(one.claim.text)}"
    if one.places:
        place = one.places[0]
        if passage_of(one) != one.claim.text:
            yield f"   库中：{_short(passage_of(one))}"
        yield f"   出处：{place.citation}　{base}{place.path}"
    for note in one.notes:
        yield f"   注：{note}"


def _short(text: str) -> str:
    line = "".join(text.splitlines())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _to_json(found: Verification, base: str) -> dict[str, Any]:
    return {
        "sound": found.sound,
        "counts": {verdict.value: count for verdict, count in found.counts.items()},
        "left": found.left,
        "checked": [
            {
                "kind": one.claim.kind.value,
                "text": one.claim.text,
                "span": list(one.claim.span),
                "verdict": one.verdict.value,
                "verdict_name": VERDICT_NAMES[one.verdict],
                "alike": round(one.alike, 3),
                "total": one.total,
                "notes": list(one.notes),
                "places": [
                    {
                        "permalink": base + place.path,
                        "citation": place.citation,
                        "text": place.text,
                        "passage": list(place.passage),
                    }
                    for place in one.places
                ],
            }
            for one in found.checked
        ],
    }
