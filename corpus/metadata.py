# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""What a circular says about itself (元数据): title, number, issuers, dates, kinds, remarks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.dates import parse_date
from corpus.model import Evidence, PartKind, Remark
from corpus.number import DocumentNumber, NumberError, NumberKind, find_numbers
from corpus.signatures import split_issuers
from corpus.title import (
    INNER_KINDS,
    STATUTORY_KINDS,
    inner_titles_of,
    is_issuer_name,
    issuers_of_title,
    kind_of,
    title_key,
    without_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corpus.model import RawCircular
    from corpus.parts import Sheet
    from corpus.region import Region

_PERIOD: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s?[-—–~～至]{1,2}\s?((?:19|20)\d\d))?\s?年")
_DAMAGED_DOT: Final = re.compile(r"\d[?？]\d{1,2}[”\"]")


def outer_kind(sheet: Sheet) -> str:
    """The genre (文种) of the outer document: an order (令) may bear an inner title."""
    kind = kind_of(sheet.head.title)
    number = sheet.head.number
    wraps = any(text.part.kind is PartKind.WRAPPER for text in sheet.texts)
    if wraps and number is not None and kind not in STATUTORY_KINDS:
        return {NumberKind.ORDER: "令", NumberKind.ANNOUNCEMENT: "公告"}.get(number.kind, kind)
    return kind


def is_sign_of_order(title: str) -> bool:
    """Whether a title is only the sign over an order: 江东省人民政府令."""
    return kind_of(title) == "令" and "关于" not in title


def take_title_from_name(raw: RawCircular, sheet: Sheet) -> None:
    """Take the file's name for a title that the text lacks, where it reads like one."""
    stem = raw.name.rpartition("/")[2].rpartition(".")[0]
    stem = _NAME_PREFIX.sub("", stem[:200])
    if kind_of(stem) and sum("\u4e00" <= character <= "\u9fff" for character in stem) >= _NAME_HAN:
        sheet.head.title = stem
        sheet.evidence.append(Evidence("title", stem, None, "file_name", 0.3))


_NAME_PREFIX: Final = re.compile(r"^[A-Za-z0-9]{1,20}[_-](?:[A-Za-z0-9]{1,20}[_-])?")


_NAME_HAN: Final = 6


def issuers_of(sheet: Sheet) -> tuple[str, ...]:
    """Who issued it: the signature, else the title's beginning, else the site's field."""
    names = tuple(dict.fromkeys(sheet.closing_names))
    titled = tuple(
        name
        for one in issuers_of_title(sheet.head.title)
        for name in (split_issuers(one) or (one,))
    )
    joined = "".join(titled)
    if titled and len(titled) > len(names) and set(names) <= set(titled):
        return titled
    if titled and (not names or ("".join(names) == joined and len(titled) > len(names))):
        return titled
    if names:
        return names
    number = sheet.head.number
    if number is not None and number.kind in {NumberKind.ORDER, NumberKind.ANNOUNCEMENT}:
        return (number.code,)
    said = sheet.head.metadata.get("发文机关", "")
    return tuple(said.split()) if 0 < len(said) <= 120 else ()


def complete_number(sheet: Sheet) -> None:
    """Complete 公告 2020年 第64号, as a site states it, with the issuer it states."""
    head = sheet.head
    found = _ANNOUNCEMENT.fullmatch(head.metadata.get("发文字号", "").strip()[:60])
    issuer = head.metadata.get("发文机关") or head.metadata.get("发布机构", "")
    if head.number is not None or found is None or not is_issuer_name(issuer):
        return
    try:
        head.number = DocumentNumber.parse(f"{issuer}公告{found[1]}年第{found[2]}号")
    except NumberError:
        return
    value = str(head.number)
    sheet.evidence.append(Evidence("number", value, None, "metadata_with_issuer", 0.8))


def number_by_link(sheet: Sheet, text: str) -> None:
    """Take the number before the circular's own title where a page links to it as a file."""
    head = sheet.head
    if head.number is not None or not head.title or len(text) > _LONGEST_PAGE:
        return
    key = title_key(head.title)
    for line in text.splitlines():
        words = line.strip()
        if "号" not in words[:_LONGEST_NUMBER] or len(words) > _LONGEST_LINK:
            continue
        mention = next(iter(find_numbers(words[:_LONGEST_NUMBER])), None)
        if mention is None or mention.span.start > 0:
            continue
        named = words[mention.span.end :].rpartition(".")[0] or words[mention.span.end :]
        if title_key(named) == key:
            head.number = mention.number
            value = str(mention.number)
            sheet.evidence.append(Evidence("number", value, None, "link_with_title", 0.85))
            return


_LONGEST_PAGE: Final = 200_000
_LONGEST_NUMBER: Final = 40
_LONGEST_LINK: Final = 220
_ANNOUNCEMENT: Final = re.compile(r"公告\s{0,4}(\d{4})\s{0,4}年\s{0,4}第\s{0,4}(\d{1,4})\s{0,4}号")


def dates_of(sheet: Sheet) -> dict[str, date | None]:
    """Return 成文日期, 印发日期 and 发布日期 under their field names."""
    said = sheet.head.metadata
    signed = sheet.closing.value if sheet.closing else parse_date(said.get("成文日期", ""))
    printed = sheet.date_printed or parse_date(said.get("印发日期", ""))
    published = parse_date(said.get("发布日期", ""))
    return {"date_signed": signed, "date_printed": printed, "date_published": published}


def inner_titles_and_kind(sheet: Sheet) -> tuple[tuple[str, ...], str]:
    """The titles of the issued documents; one standing alone without its letter names itself."""
    titles = sheet.inner_titles or inner_titles_of(sheet.head.title)
    kind = kind_of(sheet.head.title)
    if not titles and kind in INNER_KINDS and kind not in STATUTORY_KINDS:
        return (sheet.head.title,), kind
    return titles, kind_of(titles[0]) if titles else ""


def period_of(title: str, inner_titles: Sequence[str]) -> str:
    """The year or years a plan covers, from the title of what is issued."""
    for one in (*inner_titles, title):
        found = _PERIOD.search(one[:300])
        if found:
            return f"{found[1]}—{found[2]}" if found[2] else found[1]
    return ""


def derived_evidence(sheet: Sheet, region: Region, issuers: tuple[str, ...]) -> list[Evidence]:
    """Return where the region and the issuers come from, when no line of their own says so."""
    found: list[Evidence] = []
    if region.name:
        found.append(Evidence("region", region.name, None, region.rule, region.confidence))
    if issuers and not sheet.closing_names:
        rule = "title" if issuers == issuers_of_title(sheet.head.title) else "metadata"
        found.append(Evidence("issuers", "、".join(issuers), None, rule, 0.85))
    return found


def _names_same(named: str, read: str) -> bool:
    """Whether a title names the text that follows; 转发 titles put its issuer first and drop 的."""
    long, short = (title_key(without_suffix(one)).replace("的", "") for one in (named, read))
    return bool(short) and (long.endswith(short) or short.endswith(long))


def remarks_of(raw: RawCircular, sheet: Sheet) -> list[Remark]:
    """What a careful reader would note about the whole file."""
    head = sheet.head
    found: list[Remark] = []
    if not head.title:
        found.append(Remark(0, "title_missing", "没有找到标题，标题留空"))
    elif any(one.rule == "file_name" for one in sheet.evidence):
        found.append(Remark(0, "title_from_name", "文中没有标题，暂以文件名为标题，请核对"))
    if head.number is None:
        found.append(Remark(0, "number_missing", "没有找到本文的发文字号；文中引用的字号不算"))
    if not any(text.lines for text in sheet.texts):
        found.append(Remark(0, "body_missing", "只有标题等文首内容，没有正文"))
    named, read = inner_titles_of(head.title), sheet.inner_titles
    if named and read and not any(_names_same(one, two) for one in named for two in read):
        message = f"标题所印发的“{named[0]}”与正文之后的标题“{read[0]}”不一致，两者都保留"
        found.append(Remark(0, "title_mismatch", message))
    for number, line in enumerate(raw.text.splitlines(), start=1):
        if ("?" in line or "？" in line) and any(
            _DAMAGED_DOT.search(line, at, at + 2000) for at in range(0, len(line), 1900)
        ):
            message = "数字之间的“?”像是间隔号“·”损坏所致，按原文保留"
            found.append(Remark(number, "damaged_middle_dot", message))
    return found
