"""The report basket (报告篮) as its address: what it holds, in which order, with which notes.

`/basket?title=…&item=<circular>/<eid>&note=…&item=…`: a note belongs to the item before it.
Nothing is kept on the server, so an address is the whole basket and can be sent to a colleague.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from webui.errors import BadParameterError

MOST_ITEMS: Final = 200
LONGEST_NOTE: Final = 1_000
LONGEST_TITLE: Final = 100
LONGEST_NAME: Final = 200
_NAME = re.compile(rf"([^/\s]{{1,{LONGEST_NAME}}})/([^/\s]{{1,{LONGEST_NAME}}})")
_TYPED_NAME = re.compile(rf"([\w.\-]{{1,{LONGEST_NAME}}})/([\w.\-]{{1,{LONGEST_NAME}}})")
_PERMALINK = re.compile(rf"/d/([^/\s]{{1,{LONGEST_NAME}}})/p/([^/\s]{{1,{LONGEST_NAME}}})/?")
_ACTIONS: Final = ("up", "down", "drop", "add")
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One thing collected: a paragraph or a measure, with the reader's own note."""

    circular: str
    eid: str
    note: str = ""

    @property
    def name(self) -> str:
        """`<circular>/<eid>`, as the address has it."""
        return f"{self.circular}/{self.eid}"


@dataclass(frozen=True, slots=True)
class Basket:
    """What a reader has collected, in the reader's order."""

    items: tuple[Item, ...] = ()
    title: str = ""

    def to_params(self) -> tuple[tuple[str, str], ...]:
        """Return the canonical parameters; empty notes and an empty title are left out."""
        pairs = [("title", self.title)] if self.title else []
        for item in self.items:
            pairs.append(("item", item.name))
            if item.note:
                pairs.append(("note", item.note))
        return tuple(pairs)

    def with_items(self, *items: Item) -> Basket:
        """Return the basket with more items at its end; what is in it already stays where it is.

        >>> Basket((Item("a", "p_1", "甲"),)).with_items(Item("a", "p_1"), Item("a", "p_2")).items
        (Item(circular='a', eid='p_1', note='甲'), Item(circular='a', eid='p_2', note=''))
        """
        known = {item.name: item for item in reversed((*self.items, *items))}
        names = dict.fromkeys(item.name for item in (*self.items, *items))
        return replace(self, items=tuple(known[name] for name in names))

    def moved(self, order: int, by: int) -> Basket:
        """Return the basket with its item at `order` (from 1) one place up or down."""
        items = list(self.items)
        there = order - 1 + by
        if 0 <= there < len(items):
            items[order - 1], items[there] = items[there], items[order - 1]
        return replace(self, items=tuple(items))

    def without(self, order: int) -> Basket:
        """Return the basket without its item at `order` (from 1)."""
        return replace(self, items=self.items[: order - 1] + self.items[order:])


@dataclass(frozen=True, slots=True)
class Asked:
    """A basket as an address gives it, and what is to be done with it (`action` "" for nothing)."""

    basket: Basket
    action: str = ""
    order: int = 0
    added: str = ""


def read_basket(query: str) -> Asked:
    """Read a basket out of an address.

    Raises:
        BadParameterError: a value is impossible, or there is more than a basket holds.
    """
    items: list[Item] = []
    title = action = value = ""
    for name, given in parse_qsl(query, keep_blank_values=True):
        if name == "item":
            items.append(_read_item(given))
        elif name == "note" and items:
            items[-1] = replace(items[-1], note=_short(given, "note", LONGEST_NOTE))
        elif name == "title":
            title = _short(given, "title", LONGEST_TITLE)
        elif name in _ACTIONS and (given or not action):
            action, value = name, given
    basket = Basket(title=title).with_items(*items)
    _check_size(basket)
    if action in {"", "add"}:
        return Asked(basket, action if value.strip() else "", added=value)
    plain = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    if not plain or not 1 <= int(value) <= len(basket.items):
        raise BadParameterError(action, f"应为 1 到 {len(basket.items)} 的整数")
    return Asked(basket, action, int(value))


def _check_size(basket: Basket) -> None:
    if len(basket.items) > MOST_ITEMS:
        raise BadParameterError("item", f"报告篮最多放 {MOST_ITEMS} 项，请分成几份")


def _read_item(text: str) -> Item:
    found = _NAME.fullmatch(text.strip())
    if found is None:
        raise BadParameterError("item", "应为 文件编号/段落编号")
    return Item(*found.groups())


def _short(text: str, name: str, most: int) -> str:
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > most:
        raise BadParameterError(name, f"最多 {most} 字")
    return plain


def add_typed(basket: Basket, typed: str) -> tuple[Basket, tuple[str, ...]]:
    """Return the basket with every link or name typed, and what could not be understood."""
    unknown = []
    for piece in typed.split():
        item = _understand(piece)
        if item is None:
            unknown.append(piece)
        else:
            basket = basket.with_items(item)
    _check_size(basket)
    return basket, tuple(unknown)


def _understand(piece: str) -> Item | None:
    """Return what a pasted permalink or a name means.

    >>> _understand("http://127.0.0.1:8321/d/okytscz63j/p/sec_1__p_2#sec_1__p_2").name
    'okytscz63j/sec_1__p_2'
    """
    try:
        path = unquote(urlsplit(piece).path)
    except ValueError:  # a bracket that is no address
        return None
    found = _PERMALINK.search(path) or _TYPED_NAME.fullmatch(piece)
    return Item(*found.groups()) if found else None


def address_of_basket(basket: Basket, path: str = "/basket") -> str:
    """Return the canonical address of a basket under a path.

    >>> address_of_basket(Basket((Item("a", "p_1", "甲"),)))
    '/basket?item=a/p_1&note=%E7%94%B2'
    """
    pairs = basket.to_params()
    return f"{path}?{urlencode(pairs, safe='/', quote_via=quote)}" if pairs else path
