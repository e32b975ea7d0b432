"""A library as a folder of pages (离线站点): opened from a disk, searched without any server.

The pages are plain files that link to each other relatively; what is searched lies in scripts,
since a page opened from a disk may load scripts beside it and nothing else.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from flask import render_template

from corpus.citation import quote_title
from corpus.library_records import listed_date
from webui.app import create_app
from webui.export_cells import writable
from webui.offline_data import OfflineData
from webui.views_lists import name_issuers
from webui.views_text import show_text
from webui.writing import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from corpus.library_records import StoredCircular

_STYLES: Final = ("gongwen.css", "offline.css", "offline.js", "gongwen.svg")
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Listed:
    """A circular in the list of the first page."""

    page: str
    title: str
    facts: tuple[str, ...]
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Written:
    """What an export came to (导出结果)."""

    circulars: int
    paragraphs: int
    bytes: int


def write_site(
    circulars: Iterable[StoredCircular],
    out: Path,
    *,
    label: Callable[[str], str],
    subject: str,
    made: datetime,
) -> Written:
    """Write a site into a new folder, or into one zip file where the name ends so.

    `label` names an agency by its id; `subject` says what was exported. The result appears under
    its name only when it is whole.
    """
    partial = out.with_name(f".{out.name}.part")
    data = OfflineData(label)
    listed: list[Listed] = []

    def pages() -> Iterator[tuple[str, bytes]]:
        for stored in circulars:
            data.add(stored)
            listed.append(_listed(stored))
            yield f"d/{stored.id}.html", encode(_page_of(stored, made))
        scripts = dict(data.scripts(made=made.date().isoformat()))
        yield from ((name, encode(text)) for name, text in scripts.items())
        for name in _STYLES:
            yield f"files/{name}", files("webui").joinpath("static", name).read_bytes()
        newest = sorted(listed, key=lambda one: one.facts[:2], reverse=True)
        index = render_template(
            "offline_index.html", listed=newest, scripts=scripts, subject=subject, made=made
        )
        yield "index.html", encode(index)

    with create_app(out).test_request_context():  # for its templates; it opens no library
        write = _write_zip if out.suffix.lower() == ".zip" else _write_folder
        size = write(partial, pages())
    partial.replace(out)
    return Written(len(listed), sum(one.paragraphs for one in listed), size)


def _write_zip(path: Path, pages: Iterable[tuple[str, bytes]]) -> int:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in pages:
            package.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
    return path.stat().st_size


def _write_folder(path: Path, pages: Iterable[tuple[str, bytes]]) -> int:
    size = 0
    for name, content in pages:
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        size += len(content)
    return size


def _listed(stored: StoredCircular) -> Listed:
    circular = stored.circular
    facts = (listed_date(circular), str(circular.number or ""), name_issuers(circular.issuers))
    return Listed(
        page=f"d/{stored.id}.html",
        title=writable(circular.title or stored.source_name),
        facts=facts,
        paragraphs=len(circular.paragraphs),
    )


def _page_of(stored: StoredCircular, made: datetime) -> str:
    circular = stored.circular
    text = show_text(circular, stored.id)
    title = writable(circular.title or stored.source_name)
    number = str(circular.number or "")
    named = quote_title(title) + (f"（{number}）" if number else "")
    return render_template(
        "offline_circular.html",
        title=title,
        number=number,
        named=named,
        issuers=circular.issuers,
        recipients=circular.recipients,
        facts=[fact for fact in (listed_date(circular), circular.region, circular.kind) if fact],
        text=text,
        made=made,
    )
