"""What a basket's items stand for today: text, place, agencies, references (报告篮内容)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from corpus.citation import Style, cite
from corpus.library_records import listed_date
from corpus.model import Role, measures_of, split_measure_id
from corpus.permalinks import LinkStatus
from search.matrix import paragraph_in, tasks_of
from webui.export_cells import one_line
from webui.views_notices import notices_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from corpus.library import Library
    from corpus.library_records import Permalink, StoredCircular
    from corpus.model import Assignment, Paragraph
    from search.matrix import Task
    from webui.basket_state import Basket, Item


@dataclass(frozen=True, slots=True)
class Collected:
    """One item as it stands: `notices` say what has become of it.

    `reference` is its number in the list of references; items of one circular share it. An item
    that is gone has no paragraph: `lost` says so.
    """

    order: int
    item: Item
    stored: StoredCircular | None = None
    paragraph: Paragraph | None = None
    text: str = ""
    roles: tuple[tuple[Role, tuple[str, ...]], ...] = ()
    citation: str = ""
    reference: int = 0
    permalink: str = ""
    notices: tuple[str, ...] = ()
    lost: str = ""
    tasks: tuple[Task, ...] = ()

    @property
    def title(self) -> str:
        """The title of the circular."""
        return (self.stored.circular.title or self.stored.source_name) if self.stored else ""

    @property
    def number(self) -> str:
        """The document number of the circular."""
        return str(self.stored.circular.number or "") if self.stored else ""

    @property
    def date(self) -> str:
        """The day a list shows for the circular."""
        return listed_date(self.stored.circular) if self.stored else ""

    def names(self, role: Role) -> str:
        """Return the agencies of one role."""
        return "、".join(dict(self.roles).get(role, ()))


@dataclass(frozen=True, slots=True)
class Report:
    """A basket with everything it stands for: ready for the page and for every file."""

    title: str
    items: tuple[Collected, ...]
    references: tuple[str, ...]  # GB/T 7714 entries, numbered from 1
    circulars: tuple[StoredCircular, ...]  # of the references, in their order
    address: str

    @property
    def found(self) -> tuple[Collected, ...]:
        """The items that are still there."""
        return tuple(item for item in self.items if not item.lost)


def collect(basket: Basket, library: Library, *, address: str, today: date) -> Report:
    """Look up everything in a basket."""
    held: dict[str, StoredCircular | None] = {}
    numbers: dict[str, int] = {}
    items = []
    for order, item in enumerate(basket.items, start=1):
        if item.circular not in held:
            held[item.circular] = library.get(item.circular)
        stored = held[item.circular]
        if stored is None:
            items.append(Collected(order, item, lost="库中没有这份文件，或已移除。"))
            continue
        link = library.resolve(item.circular, split_measure_id(item.eid)[0])
        if link.paragraph is None:
            gone = "该段已从库中移除。" if link.status is LinkStatus.REMOVED else "没有找到这一段。"
            items.append(Collected(order, item, stored, lost=gone))
            continue
        reference = numbers.setdefault(stored.id, len(numbers) + 1)
        items.append(
            _collected(
                order,
                item,
                stored=stored,
                link=link,
                paragraph=link.paragraph,
                reference=reference,
                today=today,
            )
        )
    circulars = tuple(stored for name in numbers if (stored := held[name]) is not None)
    references = tuple(
        _reference(stored, order, today) for order, stored in enumerate(circulars, 1)
    )
    return Report(basket.title, tuple(items), references, circulars, address)


def _collected(
    order: int,
    item: Item,
    *,
    stored: StoredCircular,
    link: Permalink,
    paragraph: Paragraph,
    reference: int,
    today: date,
) -> Collected:
    wanted_measure = split_measure_id(item.eid)[1]
    notices = notices_on(link)
    text, groups, wanted = paragraph.text, paragraph.groups, None
    if wanted_measure:
        measures = measures_of(paragraph)
        unchanged = link.status in {LinkStatus.SAME, LinkStatus.MOVED}
        if unchanged and wanted_measure <= len(measures):
            measure = measures[wanted_measure - 1]
            text, groups, wanted = measure.text, (measure.assignment,), (measure.id,)
        else:
            notices = (*notices, "原来收的是其中一条措施，现列出整段，请核对。")
    address = url_for("pages.permalink", circular_id=stored.id, eid=paragraph.id, _external=True)
    inside = cite(stored.circular, paragraph, Style.GONGWEN, permalink=address, accessed=today)
    lead_in = paragraph.run_in_heading
    return Collected(
        order=order,
        item=item,
        stored=stored,
        paragraph=paragraph,
        text=one_line(text if not lead_in or lead_in in text else f"{lead_in}{text}"),
        roles=tuple(_roles_of(groups)),
        citation=inside.text,
        reference=reference,
        permalink=address,
        notices=notices,
        tasks=tasks_of(paragraph_in(stored, paragraph), wanted),
    )


def _roles_of(groups: Iterable[Assignment]) -> Iterator[tuple[Role, tuple[str, ...]]]:
    members = [member for group in groups for member in group.members]
    for role in Role:
        names = dict.fromkeys(member.expanded for member in members if member.role is role)
        if names:
            yield role, tuple(names)


def _reference(stored: StoredCircular, order: int, today: date) -> str:
    address = url_for("pages.circular", circular_id=stored.id, _external=True)
    entry = cite(
        stored.circular, None, Style.GBT2025, permalink=address, accessed=today, order=order
    )
    return entry.text
