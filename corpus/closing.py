# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""How a circular ends (落款、版记): signature, date, 抄送, 印发, 附注, list of attachments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.dates import find_date, parse_date
from corpus.markers import parse_marker
from corpus.model import Level
from corpus.places import invented_place, match_place
from corpus.signatures import HOLDERS, SEAL, split_issuers
from corpus.title import is_issuer_name, split_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.lines import Line

_IMPRINT_TAIL: Final = re.compile(r"(?:日|\d)\s{0,4}(?:印|印发|印制|打印|翻印)[。.]?$")
_RELEASE: Final = re.compile(
    r"[（(]?(?:此件|此文|本文|主动公开|依申请公开|不予公开|公开方式|公开属性|信息公开|联系人|联系单位"
    r"|联系电话|联系科室).{0,200}[）)]?"
)
_RELEASE_INNER: Final = ("公开", "不发", "联系", "电话", "网上发布", "登报")
_OFFICE_HOLDER: Final = re.compile(
    r"(?:总\s{0,3}理|主\s{0,3}席|[部局署行省市县区州院会]\s{0,3}长|主\s{0,3}任|委员长|检察长|总署长)"
    r"[：:]?\s{0,10}[\u4e00-\u9fff·]{1,3}(?:\s{0,6}[\u4e00-\u9fff·]{1,3}){0,3}"
)
_SIGNATURE_LINES: Final = 12
_LONGEST_SIGNATURE: Final = 80
_LONGEST_JOINT: Final = 240


class Closing(NamedTuple):
    """A signature block: `lines` of it, whose names, and the date of signing."""

    start: int  # index of the first line
    stop: int  # index after the last
    names: tuple[tuple[str, int], ...]  # name, index of its line
    dated: int  # index of the line with the date
    value: date


def is_imprint(line: str) -> bool:
    """Whether a line says who printed the circular and when: 某办公室2016年9月18日印发."""
    return (
        len(line) <= 80 and _IMPRINT_TAIL.search(line) is not None and find_date(line) is not None
    )


def is_copied_to(line: str) -> bool:
    """Whether a line begins the list of bodies that get a copy (抄送)."""
    squeezed = line[:12].replace(" ", "").replace("\u3000", "")
    return squeezed.startswith(("抄送", "抄报", "分送", "主送：", "发送："))


def is_release_note(line: str) -> bool:
    """Whether a line says how the circular may be published, or whom to call (附注).

    >>> is_release_note("（此件公开发布）")
    True
    """
    bare = line.strip()
    if len(bare) > 220 or not _RELEASE.fullmatch(bare):
        return False
    bracketed = bare[0] in "（(" or bare.startswith(
        ("此件", "公开方式", "公开属性", "信息公开选项", "信息公开形式", "信息公开属性")
    )
    return bracketed and any(word in bare for word in _RELEASE_INNER)


def is_signature(line: str) -> bool:
    """Whether a short line holds nothing but the names of signing bodies, or an office holder."""
    if len(line) > _LONGEST_JOINT or any(mark in line for mark in "。；，《》;,？?！"):
        return False
    if _OFFICE_HOLDER.fullmatch(line) or HOLDERS.fullmatch(line):
        return True
    if any(mark in line for mark in "：:"):
        return False
    if split_issuers("".join(line.split())):
        return True
    if len(line) > _LONGEST_SIGNATURE:
        return False
    bare = line.strip("（）() \u3000")
    bare = bare.removesuffix("代章").removesuffix("（").strip("（( ")
    names = split_names(bare)
    if not names:
        return False
    return all(is_issuer_name(name) for name in names) or is_issuer_name("".join(names))


def is_signing_body(name: str) -> bool:
    """Whether a name is that of a known body, or of a body of a place."""
    placed = match_place(name) is not None or invented_place(name) is not None
    return bool(split_issuers(name)) or (placed and is_issuer_name(name))


def may_be_dated(line: str) -> bool:
    """Whether a line may be the date of a signature block, or hold it."""
    return len(line) <= _LONGEST_JOINT + 20 and find_date(line) is not None


def find_closing(lines: Sequence[Line], at: int, first: int) -> Closing | None:
    """Return the signature block whose date stands at line `at`, or None.

    `first` is the earliest line it may reach back to.
    """
    text = lines[at].text
    if len(text) > _LONGEST_JOINT + 20 or is_imprint(text):
        return None
    value = parse_date(text)
    if value is not None:
        start = at
        while (
            start > first and at - start < _SIGNATURE_LINES and is_signature(lines[start - 1].text)
        ):
            start -= 1
        names = _names(lines, start, at)
        stop = at + 1
        if start == at:  # the date may stand above the names
            while stop < len(lines) and stop - at < 4 and is_signature(lines[stop].text):
                stop += 1
            if stop == at + 1 and not _ends_here(lines, at):
                return None
            names = _names(lines, at + 1, stop)
        return Closing(start, stop, names, at, value)
    return _closing_in_one(lines, at)


def _closing_in_one(lines: Sequence[Line], at: int) -> Closing | None:
    """Read 某部某局2021年12月24日, names and date in one line."""
    text = lines[at].text
    found = find_date(text)
    if found is None or found.span.start < 2 or text[found.span.end :].strip(" 。）)日\u3000"):
        return None
    before = SEAL.sub("", text[: found.span.start].strip()).strip()
    if not is_signature(before):
        return None
    names = tuple((name, at) for name in split_issuers("".join(before.split())))
    names = names or tuple((name, at) for name in split_names(before))
    return Closing(at, at + 1, names, at, found.value)


def _names(lines: Sequence[Line], start: int, stop: int) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for index in range(start, stop):
        line = SEAL.sub("", lines[index].text).strip()
        if not line or _OFFICE_HOLDER.fullmatch(line) or HOLDERS.fullmatch(line):
            continue
        pieces = split_names(line)
        whole = "".join(pieces)
        known = split_issuers(whole)
        if known:
            found += [(piece, index) for piece in known]
        elif all(is_issuer_name(piece) for piece in pieces):
            found += [(piece, index) for piece in pieces]
        else:  # 国 务 院
            found.append((whole, index))
    return tuple(found)


def _ends_here(lines: Sequence[Line], at: int) -> bool:
    """Whether a date without names ends the letter: nothing, a note or an attachment follows."""
    if at + 1 >= len(lines):
        return True
    following = lines[at + 1].text
    return (
        is_release_note(following)
        or is_copied_to(following)
        or is_imprint(following)
        or following[:4].startswith(("附件", "附："))
        or following[:1] in "（("
    )


def attachment_list_end(lines: Sequence[Line], at: int) -> int:
    """Return where the list of attachments (附件说明) at `at` ends, or `at` if there is none."""
    squeezed = lines[at].text[:20].replace(" ", "").replace("\u3000", "")
    if not squeezed.startswith(("附件：", "附件:", "附：", "附:")):
        return at
    rest = squeezed.partition("：" if "：" in squeezed else ":")[2]
    stop = at + 1
    marker = parse_marker(rest) if rest else None
    expected = marker.ordinal + 1 if marker and marker.level is Level.POINT else 1
    if rest and not marker:
        return stop if len(lines[at].text) <= 200 else at
    while stop < len(lines):
        marker = parse_marker(lines[stop].text)
        if marker is None or marker.level is not Level.POINT or marker.ordinal != expected:
            break
        if "。" in lines[stop].text or len(lines[stop].text) > 120:
            break
        expected += 1
        stop += 1
    return stop if rest or stop > at + 1 else at
