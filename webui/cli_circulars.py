"""`gongwen show` and `gongwen cite`: one circular of the library, or one paragraph of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import click
from rich.text import Text

from corpus.citation import Style
from corpus.citation import cite as cite_text
from corpus.errors import CorpusError
from corpus.interchange import circular_to_json, paragraph_to_json
from corpus.library import Library
from corpus.model import split_measure_id
from corpus.number import DocumentNumber
from corpus.permalinks import LinkStatus
from webui.cli_words import say
from webui.statuses import ExitCode, NothingFoundError
from webui.terminal import data_console, print_circular, print_paragraph

if TYPE_CHECKING:
    from datetime import date

    from corpus.library_records import StoredCircular
    from corpus.model import Paragraph

NOTICES = {
    LinkStatus.MOVED: "该段在重新入库时移动了位置，文字未变。",
    LinkStatus.CHANGED: "原文已更新，以下为最接近的段落。",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a person named: a circular, and perhaps one paragraph of it."""

    held: StoredCircular
    paragraph: Paragraph | None = None
    notice: str = ""

    @property
    def address(self) -> str:
        """The permanent address, without the host."""
        base = f"/d/{quote(self.held.id)}/"
        return f"{base}p/{quote(self.paragraph.id)}" if self.paragraph else base


def show_circular(location: str, name: str, *, as_json: bool) -> int:
    """Print a circular, or one paragraph of it (显示)."""
    with Library.open(location) as library:
        place = find_place(library, name)
    if place.notice:
        say(place.notice)
    if as_json:
        click.echo(json.dumps(_json_of(place), ensure_ascii=False))
        return ExitCode.DONE
    console = data_console()
    circular = place.held.circular
    if place.paragraph is None:
        console.print(Text.assemble(("编　　号　", "dim"), place.held.id))
        print_circular(console, circular)
    else:
        where = cite_text(circular, place.paragraph, Style.GONGWEN, permalink="", accessed=today())
        console.print(Text(where.text, "bold"))
        print_paragraph(console, place.paragraph)
        console.print(Text(place.address, "dim"))
    return ExitCode.DONE


def cite_circular(location: str, name: str, *, style: str, base_url: str) -> int:
    """Print the citation of a circular or a paragraph in one of four styles (引用)."""
    with Library.open(location) as library:
        place = find_place(library, name)
    if place.notice:
        say(place.notice)
    permalink = base_url.rstrip("/") + place.address
    citation = cite_text(
        place.held.circular, place.paragraph, Style(style), permalink=permalink, accessed=today()
    )
    click.echo(citation.text)
    return ExitCode.DONE


def find_place(library: Library, name: str) -> Place:
    """Return what an id, a document number or a permanent address means in this library.

    Raises:
        NothingFoundError: nothing, or more than one circular, goes by that name.
    """
    circular_name, eid = split_name(name)
    held = _find_circular(library, circular_name)
    if not eid:
        return Place(held)
    link = library.resolve(held.id, split_measure_id(eid)[0])
    if link.paragraph is None:
        gone = "已从原文中移除" if link.status is LinkStatus.REMOVED else "不存在"
        title = held.circular.title or held.id
        message = f"段落 {eid} {gone}。原文件仍在：{title}（gongwen show {held.id}）。"
        raise NothingFoundError(message)
    return Place(held, link.paragraph, NOTICES.get(link.status, ""))


def split_name(name: str) -> tuple[str, str]:
    """Return the circular and the paragraph that a typed name holds.

    >>> split_name("云政办发-2017-58/sec_1__p_1")
    ('云政办发-2017-58', 'sec_1__p_1')
    >>> split_name("http://127.0.0.1:8321/d/云政办发-2017-58/p/sec_1__p_1")
    ('云政办发-2017-58', 'sec_1__p_1')
    """
    path = unquote(name.strip())
    for opening in ("/d/", "/id/"):
        if opening in path:
            path = path.split(opening, 1)[1]
    path = path.split("?", 1)[0].replace("#", "/")
    circular, _, rest = path.partition("/")
    return circular, rest.strip("/").removeprefix("p/")


def _find_circular(library: Library, name: str) -> StoredCircular:
    held = library.get(name)
    if held is not None:
        return held
    found: tuple[StoredCircular, ...] = ()
    for read in (DocumentNumber.parse, DocumentNumber.from_slug):
        try:
            number = read(name)
        except CorpusError:
            continue
        found = found or library.find_number(number)
    if len(found) == 1:
        return found[0]
    if found:
        ids = "、".join(each.id for each in found)
        message = f"文号 {name} 有 {len(found)} 份公文：{ids}。请改用编号。"
        raise NothingFoundError(message)
    message = f"库中没有“{name}”。可用 gongwen search 检索标题或文号，再用结果中的编号。"
    raise NothingFoundError(message)


def _json_of(place: Place) -> dict[str, object]:
    held = place.held
    if place.paragraph is not None:
        return {
            "circular": held.id,
            "title": held.circular.title,
            "permalink": place.address,
            **paragraph_to_json(place.paragraph),
        }
    return {
        "id": held.id,
        "permalink": place.address,
        "revision": held.revision,
        "source": held.source_name,
        "added_at": held.added_at,
        **circular_to_json(held.circular),
    }


def today() -> date:
    """Return the day a reader accesses a text, by this machine's clock."""
    return datetime.now(UTC).astimezone().date()
