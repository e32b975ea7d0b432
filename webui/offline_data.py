"""What an offline site is searched in (离线检索数据): paragraphs, agencies, folding, as scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from corpus.library_records import listed_date
from corpus.text import fold_text
from webui.export_cells import one_line, writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.library_records import StoredCircular
    from corpus.model import Paragraph

PER_SCRIPT: Final = 3_000  # paragraphs in one script: some megabytes, read one after another
_PLANE: Final = 0x10000
_SURROGATES: Final = range(0xD800, 0xE000)


class OfflineData:
    """Gathers circulars, and hands them out as scripts that a page loads."""

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label
        self._circulars: list[list[Any]] = []
        self._paragraphs: list[list[Any]] = []
        self._agencies: dict[str, int] = {}

    def add(self, stored: StoredCircular) -> None:
        """Add one circular with all its paragraphs."""
        circular = stored.circular
        order = len(self._circulars)
        title = writable(circular.title or stored.source_name)
        facts = (str(circular.number or ""), listed_date(circular), circular.region)
        self._circulars.append([stored.id, title, *facts])
        self._paragraphs += [self._row(order, one) for one in circular.paragraphs]

    def _row(self, circular: int, paragraph: Paragraph) -> list[Any]:
        members = dict.fromkeys(
            (self._agencies.setdefault(member.agency_id, len(self._agencies)), member.role.value)
            for group in paragraph.groups
            for member in group.members
        )
        text = one_line(writable(paragraph.text))
        lead_in = paragraph.run_in_heading
        whole = text if not lead_in or lead_in in text else f"{writable(lead_in)}{text}"
        return [circular, paragraph.id, paragraph.cite, whole, [list(each) for each in members]]

    def scripts(self, *, made: str) -> Iterator[tuple[str, str]]:
        """Yield names and texts of the scripts, to be loaded in this order."""
        head = {
            "made": made,
            "fold": fold_table(),
            "circulars": self._circulars,
            "agencies": [writable(self._label(agency)) for agency in self._agencies],
            "paragraphs": [],
        }
        yield "files/data.js", f"window.GONGWEN = {_script(head)};\n"
        for order, start in enumerate(range(0, len(self._paragraphs), PER_SCRIPT), start=1):
            rows = self._paragraphs[start : start + PER_SCRIPT]
            yield (
                f"files/data-{order}.js",
                f"Array.prototype.push.apply(window.GONGWEN.paragraphs, {_script(rows)});\n",
            )


def _script(value: Any) -> str:
    """Return a value as a script may hold it: JSON, without what ends a line in scripts alone."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def fold_table() -> dict[str, Any]:
    """Return how characters are folded: to one (`from`, `to`), to nothing, to `several`.

    >>> table = fold_table()
    >>> table["to"][table["from"].index("強")], table["several"]["㈠"]
    ('强', '(一)')
    """
    single: list[tuple[str, str]] = []
    nothing: list[str] = []
    several: dict[str, str] = {}
    for code in range(_PLANE):
        sign = chr(code)
        if code in _SURROGATES or (form := fold_text(sign)) == sign:
            continue
        if len(form) == 1:
            single.append((sign, form))
        elif form:
            several[sign] = form
        else:
            nothing.append(sign)
    return {
        "from": "".join(sign for sign, _ in single),
        "to": "".join(form for _, form in single),
        "nothing": "".join(nothing),
        "several": several,
    }
