"""Which bodies of a library a typed name means (责任单位), and under which label they are shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Protocol

from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class NameResolution(Protocol):
    """What the registry says about a name."""

    @property
    def agency_id(self) -> str:
        """The stable id, `<place>:<stem>`."""
        ...

    @property
    def known(self) -> bool:
        """Whether the stem is a known one."""
        ...


class NameRegistry(Protocol):
    """The part of `corpus.agencies.AgencyRegistry` used here."""

    def resolve(self, expanded: str, *, region: str, on: date | None) -> NameResolution:
        """Resolve a full name as written in a circular of `region`."""
        ...


class AgencyNames:
    """The names of one library's agencies, both ways.

    `spellings` maps an agency id to its spellings and how often each occurs.
    """

    def __init__(
        self, spellings: Mapping[str, Mapping[str, int]], registry: NameRegistry | None = None
    ) -> None:
        self._registry = registry
        self._labels = {
            agency: min(counts, key=lambda name: (-counts[name], name)) if counts else agency
            for agency, counts in spellings.items()
        }
        self._weights = {agency: sum(counts.values()) for agency, counts in spellings.items()}
        by_name: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for agency, counts in spellings.items():
            for name in (*counts, agency):
                by_name[fold_text(name)][agency] = None
        self._by_name = {name: tuple(agencies) for name, agencies in by_name.items()}
        self._shared = Counter(self._labels.values())
        self._resolved: dict[str, tuple[str, ...]] = {}

    def __contains__(self, agency: object) -> bool:
        return agency in self._labels

    def label(self, agency: str) -> str:
        """Return the dominant spelling; where two bodies share it, with its place: 市公安局（厦门市）."""
        label = self._labels.get(agency)
        if label is None:
            return _bare_stem(agency)
        if self._shared[label] == 1:
            return label
        place = _place_name(agency)
        return f"{label}（{place}）" if place and place not in label else label

    def find(self, name: str) -> tuple[str, ...]:
        """Return the ids a typed name means, most frequent first; empty where it means none.

        Tried in turn: an id or a spelling of this library; the registry's reading (an abbreviation,
        a full name with its place); a spelling without its 市, 省 … in front.
        """
        folded = fold_text(name)
        if not folded:
            return ()
        if folded not in self._resolved:
            if len(self._resolved) > _REMEMBERED:
                self._resolved.clear()
            self._resolved[folded] = self._ordered(self._find(folded))
        return self._resolved[folded]

    def _find(self, folded: str) -> tuple[str, ...]:
        if folded in self._by_name:
            return self._by_name[folded]
        return self._by_registry(folded) or self._by_ending(folded)

    def _by_registry(self, folded: str) -> tuple[str, ...]:
        if self._registry is None:
            return ()
        resolution = self._registry.resolve(folded, region="", on=None)
        if resolution.agency_id in self._labels:
            return (resolution.agency_id,)
        place, _, stem = resolution.agency_id.partition(":")
        if not resolution.known or not stem or place:
            return ()
        return tuple(agency for agency in self._labels if agency.partition(":")[2] == stem)

    def _by_ending(self, folded: str) -> tuple[str, ...]:
        """公安局 means every …公安局 whose own name is a level and that."""
        return tuple(
            agency
            for name, agencies in self._by_name.items()
            if name.endswith(folded) and name[: -len(folded)] in _LEVELS
            for agency in agencies
        )

    def _ordered(self, agencies: tuple[str, ...]) -> tuple[str, ...]:
        distinct = dict.fromkeys(agencies)
        return tuple(sorted(distinct, key=lambda agency: (-self._weights[agency], agency)))


_REMEMBERED = 10_000
_LEVELS = frozenset(("国家", "省", "自治区", "市", "州", "盟", "区", "县", "旗", "全国"))


def _bare_stem(agency: str) -> str:
    return agency.partition(":")[2].lstrip("?*") or agency


def _place_name(agency: str) -> str:
    from corpus.places import place_of_code

    code = agency.partition(":")[0]
    place = place_of_code(code) if code.isdigit() else None
    return place.name if place is not None else code
