"""What a circular says of its own force (效力): from when, until when, whether it still applies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.model import Evidence, Remark, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from corpus.model import Paragraph
    from corpus.number import DocumentNumber

_DAY: Final = r"\d{4}\s?年\s?\d{1,2}\s?月\s?(?:\d{1,2}\s?日)?"
_FROM: Final = re.compile(
    rf"自(?:{_DAY}|(?:本\w{{1,6}})?(?:印发|发布|公布|下发|颁布)之日)起?(?:满?\d{{1,3}}日后|\d{{1,3}}天后)?(?:正式)?"
    r"(?:开始)?(?:施行|实施|执行|生效|试行)"
)  # 自2021年1月1日起施行, 自印发之日起执行, 自发布之日起30日后施行
_UNTIL: Final = re.compile(
    rf"有效期(?:至|到|截至|截止到?)\s?(?:{_DAY}|\d{{4}}年底)|有效期(?:限)?为?\s?(?:\d{{1,2}}|[一二三四五六七八九十])\s?(?:年|个月)"
    rf"|(?:执行|实施|施行|试行)(?:期限?)?至\s?(?:{_DAY}|\d{{4}}年底)|(?:试行|执行)期(?:限)?为?(?:\d{{1,2}}|[一二三四五六七八九十])年"
)  # 有效期至2025年12月31日, 有效期5年, 执行至2020年底
_SUBJECT: Final = re.compile(
    r"(?:本|以上|上述|该)(?:通知|办法|意见|方案|规定|细则|条例|措施|政策|公告|通告|决定|文件|规划|计划|标准|指南|规则|规程|若干)"
)
_REACH: Final = 60
_LABELS: Final = {
    "有效性": "validity", "失效日期": "valid_until", "施行日期": "effective_from",
    "公开方式": "release_note",
}  # fmt: skip
_ENDED: Final = ("废止", "失效", "无效")


def find_validity(paragraphs: Iterable[Paragraph]) -> list[Evidence]:
    """Return where the text says from when and until when the circular applies (施行、有效期)."""
    found: list[Evidence] = []
    seen: set[str] = set()
    for paragraph in paragraphs:
        text = paragraph.text
        if "施行" not in text and "有效期" not in text and "行" not in text and "生效" not in text:
            continue
        for field, pattern, mark in (
            ("effective_from", _FROM, "自"),
            ("valid_until", _UNTIL, "期"),
            ("valid_until", _UNTIL, "行至"),
        ):
            match = None if field in seen else _near(text, pattern, mark)
            if match is not None:
                seen.add(field)
                start = paragraph.span.start + match.start()
                span = Span(start, start + len(match[0]))
                found.append(Evidence(field, match[0], span, "text", 0.8))
    return found


def _near(text: str, pattern: re.Pattern[str], mark: str) -> re.Match[str] | None:
    """The first match about this circular itself: near 本办法, or opening its sentence."""
    at = text.find(mark)
    while at >= 0:
        match = pattern.search(text, max(0, at - 2), at + _REACH)
        if match is not None:
            before = text[max(0, match.start() - _REACH) : match.start()]
            sentence = before[before.rfind("。") + 1 :]
            if _SUBJECT.search(sentence) or not sentence.strip("，, \u3000"):
                return match
        at = text.find(mark, at + 1)
    return None


def validity_of_site(metadata: Mapping[str, str]) -> list[Evidence]:
    """Return what the site states about the force of the circular (网站标注)."""
    return [
        Evidence(field, metadata[label], None, "metadata", 0.85)
        for label, field in _LABELS.items()
        if any(character.isalnum() for character in metadata.get(label, ""))
    ]


def remark_on_force(
    evidence: Iterable[Evidence],
    number: DocumentNumber | None,
    signed: date | None,
    *,
    body: int,
) -> list[Remark]:
    """Return remarks on a circular out of force, or dated in another year than its number's.

    What stands behind `body`, where the first paragraph begins, may speak of other documents.
    """
    found = [
        Remark(0, "no_longer_in_force", f"来源标明本文已不再有效：{one.value[:_REACH]}")
        for one in evidence
        if one.field == "validity"
        and any(word in one.value for word in _ENDED)
        and (one.span is None or one.span.end <= body)
    ][:1]
    if number is not None and number.year is not None and signed is not None:
        years = signed.year - number.year
        if not 0 <= years <= 1:
            message = (
                f"成文日期的年份（{signed.year}）与发文字号的年份（{number.year}）不合，请核对"
            )
            found.append(Remark(0, "date_and_number_differ", message))
    return found
