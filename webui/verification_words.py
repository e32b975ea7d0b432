"""What the verdicts of a verification are called (核对结论), and a record of them as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from search.verification import Verdict
from search.verification_claims import ClaimKind
from webui.export_docx_record import Head, Run, record_document
from webui.export_table import csv_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from corpus.model import Span
    from search.verification import Checked, Verification

VERDICT_NAMES: Final = {
    Verdict.SAME: "一致",
    Verdict.PUNCTUATION: "仅标点或全半角不同",
    Verdict.CHANGED: "文字已变",
    Verdict.MISSING: "未找到",
    Verdict.ENDED: "文件已失效",
}
VERDICT_MARKS: Final = {
    Verdict.SAME: "✓",
    Verdict.PUNCTUATION: "≈",
    Verdict.CHANGED: "≠",
    Verdict.MISSING: "？",
    Verdict.ENDED: "✕",
}
KIND_NAMES: Final = {
    ClaimKind.QUOTATION: "引文",
    ClaimKind.NUMBER: "文号",
    ClaimKind.LINK: "链接",
}
COLUMNS: Final = (
    "序号", "类别", "结论", "文中文字", "相似度", "库中文字", "出处", "永久链接", "说明",
)  # fmt: skip
_HEADS: Final = (
    Head("序号", 10),
    Head("结论", 24),
    Head("文中文字", 82),
    Head("库中文字", 82),
    Head("出处、说明", 62),
)


def passage_of(checked: Checked) -> str:
    """Return what the library says in place of a claim: the passage, or the title of a circular."""
    if not checked.places:
        return ""
    place = checked.places[0]
    return place.text[place.passage.start : place.passage.end] or place.title


def alike_text(checked: Checked) -> str:
    """Return how alike, where that says something; 99.7 % is never rounded up to the same."""
    wanted = checked.verdict in {Verdict.CHANGED, Verdict.MISSING} and checked.alike
    return f"{min(99, int(checked.alike * 100))}%" if wanted else ""


def summary_lines(verification: Verification) -> Iterator[str]:
    """Yield what a record says above its table."""
    total = len(verification.checked)
    counted = "，".join(
        f"{VERDICT_NAMES[verdict]} {count}"
        for verdict, count in verification.counts.items()
        if count
    )
    yield f"核对 {total} 处" + (f"：{counted}。" if counted else "。")
    if verification.left:
        yield f"还有 {verification.left} 处没有核对：内容较多，请分几次核对。"
    if verification.short:
        yield f"另有 {verification.short} 处引号内不足 8 字，视为名词，没有核对。"
    if verification.unmarked:
        yield "文中没有引号，按每行是一段引文核对。"
    elif total and not any(one.claim.kind is ClaimKind.QUOTATION for one in verification.checked):
        yield "没有找到加引号的引文，只核对了文号和链接。"


def record_rows(verification: Verification, base: str) -> Iterator[tuple[str | int, ...]]:
    """Yield the record as rows of `COLUMNS`; `base` is the beginning of permanent addresses."""
    for order, one in enumerate(verification.checked, start=1):
        place = one.places[0] if one.places else None
        yield (
            order,
            KIND_NAMES[one.claim.kind],
            VERDICT_NAMES[one.verdict],
            one.claim.text,
            alike_text(one),
            passage_of(one),
            place.citation if place else "",
            base + place.path if place else "",
            "".join(_said(one)),
        )


def record_csv(verification: Verification, base: str) -> str:
    """Return the record as CSV."""
    return "".join(csv_lines(COLUMNS, record_rows(verification, base)))


def record_docx(verification: Verification, base: str, *, name: str, made: datetime) -> bytes:
    """Return the record as a Word document (核对记录)."""
    facts = [f"核对对象：{name}" if name else "", *summary_lines(verification)]
    facts.append(f"核对时间：{made:%Y-%m-%d %H:%M}。加删除线的字库中没有，加下划线的字文中没有。")
    rows = (_cells(order, one, base) for order, one in enumerate(verification.checked, start=1))
    return record_document(
        "引用核对记录", [fact for fact in facts if fact], _HEADS, rows, made=made
    )


def _cells(order: int, one: Checked, base: str) -> tuple[tuple[Run, ...], ...]:
    mine = one.difference.mine if one.difference else ()
    theirs = one.difference.theirs if one.difference else ()
    verdict = f"{VERDICT_MARKS[one.verdict]} {VERDICT_NAMES[one.verdict]}"
    alike = alike_text(one)
    where = [Run(line + "\n") for line in _said(one)]
    if one.places:
        where = [Run(f"{one.places[0].citation}\n"), *where, Run(base + one.places[0].path, "link")]
    return (
        (Run(str(order)),),
        (Run(verdict, "strong"), Run(f"\n相似度 {alike}" if alike else "")),
        runs_of(one.claim.text, mine, "lack"),
        runs_of(passage_of(one), theirs, "gain"),
        tuple(where),
    )


def _said(one: Checked) -> Iterable[str]:
    yield from one.notes
    if one.claim.times > 1:
        yield f"文中共出现 {one.claim.times} 次。"
    if one.total > 1:
        yield f"库中共 {one.total} 处相同。"


def runs_of(text: str, marked: Sequence[Span], kind: str) -> tuple[Run, ...]:
    """Return a text as runs, those in the marked ranges of a kind."""
    runs, done = [], 0
    for start, end in marked:
        runs += [Run(text[done:start]), Run(text[start:end], kind)]
        done = end
    return tuple(run for run in (*runs, Run(text[done:])) if run.text)
