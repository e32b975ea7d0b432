"""How a circular, an answer and a report look in a terminal (终端显示).

Data goes to stdout and carries colour only where stdout is a terminal; marks of a snippet are then
bold, and in a pipe they vanish, so that what is copied is the source's text.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from corpus.model import Heading, PartKind
from search.facets import ROLE_NAMES
from webui.wording import RELATION_NAMES, ROLE_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.model import Assignment, Circular, Paragraph, Span

PART_NAMES: Final = {
    PartKind.BODY: "正文",
    PartKind.WRAPPER: "通知正文",
    PartKind.INNER: "内文",
    PartKind.ATTACHMENT: "附件",
}
MARK_STYLE: Final = "bold red"
QUIET_STYLE: Final = "dim"


def data_console() -> Console:
    """Return the console for data: stdout, never wrapped, coloured only on a terminal."""
    return Console(
        file=sys.stdout,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        legacy_windows=False,
    )


def note_console() -> Console:
    """Return the console for progress: stderr, silent decoration where nobody watches."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def visible(text: str) -> str:
    r"""Return a name from outside with nothing in it that a terminal would obey.

    >>> visible("a\x1b[2J.txt")
    'a\ufffd[2J.txt'
    """
    return "".join(each if each.isprintable() or each == "\u3000" else "\ufffd" for each in text)


def marked(text: str, marks: Iterable[Span | Sequence[int]]) -> Text:
    """Return a snippet with its marks made visible."""
    shown = Text(text)
    for start, end in marks:
        shown.stylize(MARK_STYLE, start, end)
    return shown


def print_circular(console: Console, circular: Circular) -> None:
    """Print a circular (公文) as an outline: its fields, then every heading and paragraph."""
    for label, value in field_lines(circular):
        console.print(Text.assemble((f"{label}　", QUIET_STYLE), value))
    for line in outline(circular):
        console.print(line)
    for reference in circular.references:
        number = f"（{reference.number}）" if reference.number else ""
        title = f"《{reference.title}》" if reference.title else ""
        shown = title + (number if title else number.strip("（）"))
        console.print(
            Text.assemble((f"引用·{RELATION_NAMES[reference.relation]}　", QUIET_STYLE), shown)
        )
    for remark in circular.remarks:
        where = f"第{remark.line}行" if remark.line else "全文"
        console.print(Text.assemble((f"附注·{where}　", QUIET_STYLE), remark.message))


def field_lines(circular: Circular) -> Iterator[tuple[str, str]]:
    """Yield the fields that a circular has, each with its Chinese label."""
    dates = (
        ("成文日期", circular.date_signed),
        ("印发日期", circular.date_printed),
        ("发布日期", circular.date_published),
    )
    yield "标　　题", circular.title or "（未识别）"
    for inner in circular.inner_titles:
        yield "内文标题", inner
    yield "发文字号", str(circular.number) if circular.number else "（无）"
    yield "文　　种", " · ".join(filter(None, (circular.kind, circular.inner_kind))) or "（未识别）"
    if circular.issuers:
        yield "发文机关", "、".join(circular.issuers)
    if circular.recipients:
        yield "主送机关", "；".join(circular.recipients)
    yield from ((label, value.isoformat()) for label, value in dates if value)
    if circular.region:
        yield "地　　区", circular.region


def outline(circular: Circular) -> Iterator[Text]:
    """Yield headings and paragraphs in the order of the text, indented by depth."""
    entries: list[tuple[int, Heading | Paragraph]] = [
        *((heading.span.start, heading) for heading in circular.headings),
        *((paragraph.span.start, paragraph) for paragraph in circular.paragraphs),
    ]
    part = None
    for _, entry in sorted(entries, key=lambda pair: pair[0]):
        if entry.part != part:
            part = entry.part
            name = PART_NAMES[part.kind]
            yield Text(f"\n── {f'{name}：{part.title}' if part.title else name} ──", QUIET_STYLE)
        yield from _entry_lines(entry)


def _entry_lines(entry: Heading | Paragraph) -> Iterator[Text]:
    depth = "  " * len(entry.path)
    if isinstance(entry, Heading):
        yield Text(f"{depth[2:]}{entry.number}{entry.heading}", "bold")
        return
    yield from _paragraph_lines(entry, depth)


def print_paragraph(console: Console, paragraph: Paragraph) -> None:
    """Print one paragraph (段) with its responsibility groups."""
    for line in _paragraph_lines(paragraph, ""):
        console.print(line)


def _paragraph_lines(paragraph: Paragraph, indent: str) -> Iterator[Text]:
    number = (f"¶{paragraph.number} ", QUIET_STYLE)
    yield Text.assemble(indent, number, paragraph.text, (f"  [{paragraph.id}]", QUIET_STYLE))
    for group in paragraph.groups:
        yield Text(f"{indent}   {describe_group(group)}", "cyan")


def describe_group(group: Assignment) -> str:
    """Return a responsibility group in one line, lead agencies first.

    The sign and the word both say the role, since a colour alone would not.
    """
    order = list(ROLE_MARKS)
    members = sorted(group.members, key=lambda member: order.index(member.role))
    shown = "　".join(
        f"{ROLE_MARKS[member.role]}{member.expanded}（{ROLE_NAMES[member.role]}）"
        for member in members
    )
    others = "　等" if group.open_ended else ""
    deadline = f"　时限：{group.deadline}" if group.deadline else ""
    return shown + others + deadline
