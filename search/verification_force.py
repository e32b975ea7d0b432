"""Whether a circular that is cited still applies (时效), as far as the library can tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.model import Relation

if TYPE_CHECKING:
    from corpus.library import Library
    from corpus.library_records import StoredCircular

# 有效期至2025年12月31日, 执行至2020年底
_DAY: Final = re.compile(r"至\s?(\d{4})\s?年(?:\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?|底)?")


class Force:
    """Answers for one library on one day; each circular is looked up once."""

    def __init__(self, library: Library, today: str) -> None:
        self._library = library
        self._today = today
        self._known: dict[str, str] = {}

    def ended(self, circular_id: str) -> str:
        """Return what shows that a circular no longer applies, as a sentence; "" for no sign."""
        if circular_id not in self._known:
            stored = self._library.get(circular_id)
            self._known[circular_id] = "" if stored is None else self._evidence(stored)
        return self._known[circular_id]

    def _evidence(self, stored: StoredCircular) -> str:
        circular = stored.circular
        for remark in circular.remarks:
            if remark.code == "no_longer_in_force":
                return f"{remark.message}。"
        for one in circular.evidence:
            if one.field == "valid_until" and (day := _last_day(one.value)) and day < self._today:
                return f"原文写明“{one.value}”。"
        return self._repealed_by(stored)

    def _repealed_by(self, stored: StoredCircular) -> str:
        number = stored.circular.number
        if number is None:
            return ""
        citing = {one.circular_id for one in self._library.cited_by(number)} - {stored.id}
        for each in sorted(citing):
            other = self._library.get(each)
            if other is not None and any(
                reference.number == number and reference.relation is Relation.REPEALS
                for reference in other.circular.references
            ):
                return f"已被《{other.circular.title}》废止。"
        return ""


def _last_day(text: str) -> str:
    """Return the last day a text names, as 2025-12-31; "" where it names none.

    >>> _last_day("有效期至2025年12月31日"), _last_day("执行至2020年底"), _last_day("有效期5年")
    ('2025-12-31', '2020-12-31', '')
    """
    found = _DAY.search(text)
    if found is None:
        return ""
    year, month, day = found.groups()
    return f"{year}-{int(month or 12):02}-{int(day or 31):02}"
