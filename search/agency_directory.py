"""Which bodies of a library a typed name means (责任单位), and under which label each is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.agency_names import name_table
from corpus.places import read_region
from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from corpus.agencies import AgencyRegistry
    from corpus.library_records import AgencyNames

_REMEMBERED = 10_000
_SHORTEST_ALIASED = 3
_MOST_ALIASES = 8
_NATION = "全国"
# What may stand before a name without making it another body: 公安局 → 市公安局.
_LEVELS = frozenset(("国家", "全国", "省", "自治区", "市", "州", "盟", "区", "县", "旗"))


class AgencyDirectory:
    """The agencies of one library, by id and by name."""

    def __init__(
        self, agencies: Iterable[AgencyNames], registry: AgencyRegistry | None = None
    ) -> None:
        agencies = tuple(agencies)
        self._registry = registry
        self._labels: dict[str, str] = {}
        self._weights: Counter[str] = Counter()
        full: defaultdict[str, dict[str, None]] = defaultdict(dict)
        elided: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for names in agencies:
            agency = names.agency_id
            spellings = names.expanded or names.as_written
            self._labels[agency] = spellings[0][0] if spellings else _stem_of(agency)
            self._weights[agency] = sum(count for _, count in spellings)
            for name in (agency, names.canonical, *(name for name, _ in names.expanded)):
                full[fold_text(name)][agency] = None
            for name, _ in names.as_written:
                elided[fold_text(name)][agency] = None
        self._names: dict[str, tuple[str, ...]] = {
            names.agency_id: tuple(
                dict.fromkeys(fold_text(name) for name, _ in (*names.expanded, *names.as_written))
            )
            for names in agencies
        }
        self._full: Mapping[str, Iterable[str]] = full
        self._elided: Mapping[str, Iterable[str]] = elided
        self._shared = Counter(self._labels.values())
        self._shown: dict[str, str] = {}
        self._remembered: dict[str, tuple[str, ...]] = {}

    def __contains__(self, agency: object) -> bool:
        return agency in self._labels

    def label(self, agency: str) -> str:
        """Return the dominant spelling, with its place where two share it: 市公安局（厦门市）."""
        shown = self._shown.get(agency)
        if shown is None:
            shown = self._label_anew(agency)
            if agency in self._labels:  # any id may be asked for, and these are finitely many
                self._shown[agency] = shown
        return shown

    def _label_anew(self, agency: str) -> str:
        label = self._labels.get(agency)
        if label is None:
            return _stem_of(agency)
        place = _place_of(agency) if self._shared[label] > 1 else ""
        return f"{label}（{place}）" if place and place not in label else label

    def named(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return (id, label, other names) of every agency, the most frequent first."""
        return tuple(
            (agency, self.label(agency), self._names[agency])
            for agency in self._ordered(self._labels)
        )

    def names(self, agency: str) -> tuple[str, ...]:
        """Return every name an agency has in this library, folded."""
        return self._names.get(agency, ())

    def find(self, name: str) -> tuple[str, ...]:
        """Return the ids a name means, the most frequent first; empty where it means none here.

        Tried in turn: an id, a full name or an expanded one as the library has it; the name as
        written after an elided prefix, or behind 市, 省 …; what the registry makes of it.
        """
        folded = fold_text(name)
        if not folded:
            return ()
        if folded not in self._remembered:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[folded] = self._ordered(self._find(folded))
        return self._remembered[folded]

    def aliases(self, folded: str) -> tuple[str, ...]:
        """Return how else the bodies of a name are called here (别名), the most frequent first.

        Only what reads like an agency's name has any; of names that hold one another, the shortest.
        """
        known = folded in self._full or folded in self._elided
        if len(folded) < _SHORTEST_ALIASED or not (
            known or (self._registry is not None and self._registry.is_agency_name(folded))
        ):
            return ()
        names = dict.fromkeys(
            name
            for agency in self.find(folded)
            for name in self._names.get(agency, ())
            if folded not in name and len(name) >= _SHORTEST_ALIASED
        )
        return tuple(
            name for name in names if not any(other != name and other in name for other in names)
        )[:_MOST_ALIASES]

    def _find(self, folded: str) -> Iterable[str]:
        bare = (*self._elided.get(folded, ()), *self._by_ending(folded))
        return self._full.get(folded, ()) or bare or self._by_registry(folded)

    def _by_registry(self, folded: str) -> Sequence[str]:
        """市监局 → every 市场监督管理 held; 厦门市监局 → the one of 厦门; 财政部 → itself."""
        if self._registry is None:
            return ()
        found = self._registry.resolve(folded)
        if found.agency_id in self._labels:
            return (found.agency_id,)
        place, _, stem = found.agency_id.partition(":")
        open_place = place == _NATION or place in _LEVELS
        if not found.known or not open_place or _is_central(folded):
            return ()
        return [agency for agency in self._labels if _is_one_of(agency, stem, place)]

    def _by_ending(self, folded: str) -> list[str]:
        return [
            agency
            for name, agencies in self._full.items()
            if name.endswith(folded) and name[: -len(folded)] in _LEVELS
            for agency in agencies
        ]

    def _ordered(self, agencies: Iterable[str]) -> tuple[str, ...]:
        distinct = dict.fromkeys(agencies)
        return tuple(sorted(distinct, key=lambda agency: (-self._weights[agency], agency)))


def _stem_of(agency: str) -> str:
    """Return what an id says of the body's name: 350200:?双打办 → 双打办."""
    return agency.partition(":")[2].lstrip("?*") or agency


def _is_central(name: str) -> bool:
    """Tell whether only a body of the nation bears a name: 公安部, 海关总署."""
    entries = name_table().names.get(name, ())
    return bool(entries) and all(entry.central for entry in entries)


def _is_one_of(agency: str, stem: str, level: str) -> bool:
    """Tell whether an id is a body of this stem at a level; every level is one of the nation's."""
    place, _, own_stem = agency.partition(":")
    if stem not in {place, own_stem}:  # a vertical body's id begins with its line: 海关:厦门
        return False
    if level == _NATION or not place.isdigit():
        return level == _NATION or place.endswith(level)
    if level in {"省", "自治区"}:
        return place.endswith("0000")
    return place.endswith("00") == (level in {"市", "州", "盟"})


@lru_cache(maxsize=_REMEMBERED)  # a directory is made anew whenever the library changes
def _place_of(agency: str) -> str:
    """Return the place in an id: 350200:公安, 云港市:公安 (outside the standard), 海关:厦门."""
    code, _, rest = agency.partition(":")
    place = read_region(code)
    if place is not None:
        return place.name
    return rest if code and not code.isdigit() else code
