"""Which paragraph an id that was once issued answers with now (永久链接).

An id (`eid`) is issued for one paragraph and belongs to it for as long as the library exists:

- a paragraph keeps its id while its text lives, even when it moves (an inserted paragraph shifts no
  link) and when it is reworded but still recognisable: at least `ALIKE` like the text the id was
  issued for, so that it cannot drift into another text by small steps;
- a new paragraph takes the id its structure gives it (`sec_1__p_2`), unless that id was ever issued
  for another text; then it gets a fresh one (`sec_1__p_2-r3` in revision 3);
- an id that would be lost has the text that it was issued for, where another paragraph has come to
  be that text; the other's id forwards to it;
- an id whose paragraph is gone forwards to the paragraph that is most like it, or holds its whole
  text, and says so; where there is none it is removed. Should the same text come back, the id does.

Everything here is a pure function of folded texts: equal folds are the same text.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

ALIKE: Final = 0.6  # below this, staff shown both texts no longer called them one paragraph's
_CONTAINED_FROM: Final = 12  # folded characters: shorter texts stand inside anything
_CANDIDATES: Final = 4  # closest by bigrams, then compared in earnest
_EXACT_UP_TO: Final = 2000  # characters: difflib is quadratic, above it bigrams decide


class LinkStatus(StrEnum):
    """What has become of the paragraph an id was issued for."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    REMOVED = "removed"
    UNKNOWN = "unknown"  # never issued


@dataclass(frozen=True, slots=True)
class Arrival:
    """A paragraph of a new revision: the id its structure gives it, and its folded text."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """An id that was issued: for which text, at which place, and where it stood last.

    `last_place` and `last_text` are those of the previous revision, empty where it did not stand.
    """

    eid: str
    place: str
    text: str
    last_place: str = ""
    last_text: str = ""
    target: str = ""

    @property
    def alive(self) -> bool:
        """Whether the previous revision held the paragraph."""
        return bool(self.last_place)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an id resolves to in a revision: a paragraph's id (`target`), "" when removed."""

    status: LinkStatus
    target: str
    similarity: float


_REMOVED: Final = Answer(LinkStatus.REMOVED, "", 0.0)
Key = TypeVar("Key", bound="Hashable")


def text_hash(folded: str) -> str:
    """Return the check code (校验码) of a folded text: 12 hex digits of its sha256."""
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def similarity(one: str, other: str) -> float:
    """Return how alike two folded texts are, 0…1; 1 only for equal ones.

    Below `ALIKE` the figure is an upper bound: it decides nothing there, and is quicker to get.
    """
    if one == other:
        return 1.0
    if max(len(one), len(other)) <= _EXACT_UP_TO:
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        quick = min(matcher.real_quick_ratio(), matcher.quick_ratio())
        ratio = matcher.ratio() if quick >= ALIKE else quick
    else:
        ratio = _shared(_bigrams(one), _bigrams(other))
    return min(ratio, 0.999)


def settle(
    anchors: Sequence[Anchor], arrivals: Sequence[Arrival], revision: int
) -> tuple[tuple[str, ...], dict[str, Answer]]:
    """Return the id of each arriving paragraph, and what every id issued before answers with.

    An arriving paragraph gets its old id where it is known, else a new one. The answers are for
    the `anchors` alone: a new id answers with its own paragraph, unchanged.
    """
    issued = {index: anchor.eid for index, anchor in _recognised(anchors, arrivals).items()}
    taken = {anchor.eid for anchor in anchors}
    for index, arrival in enumerate(arrivals):
        if index not in issued:
            issued[index] = _fresh(arrival.place, taken, revision)
            taken.add(issued[index])
    standing = {eid: arrivals[index] for index, eid in issued.items()}
    answers = {
        anchor.eid: _compare(anchor, standing[anchor.eid])
        if anchor.eid in standing
        else _forward(anchor, standing)
        for anchor in anchors
    }
    lost = [anchor for anchor in anchors if anchor.alive and anchor.eid not in standing]
    if lost:
        before = {anchor.last_text for anchor in anchors if anchor.alive}
        successors = {eid: each for eid, each in standing.items() if each.text not in before}
        answers.update(_successors_of(lost, successors))
        answers.update(_heirs_of(lost, standing))
    return tuple(issued[index] for index in range(len(arrivals))), answers


def _compare(anchor: Anchor, arrival: Arrival) -> Answer:
    if anchor.text != arrival.text:
        return Answer(LinkStatus.CHANGED, anchor.eid, similarity(anchor.text, arrival.text))
    status = LinkStatus.SAME if anchor.place == arrival.place else LinkStatus.MOVED
    return Answer(status, anchor.eid, 1.0)


def _forward(anchor: Anchor, standing: Mapping[str, Arrival]) -> Answer:
    """Keep an id without a paragraph forwarding where it did, while that is still its successor."""
    arrival = standing.get(anchor.target)
    if arrival is not None:
        alike = similarity(anchor.text, arrival.text)
        if alike < 1 and (alike >= ALIKE or _holds(arrival.text, anchor.text)):
            return Answer(LinkStatus.CHANGED, anchor.target, alike)
    return _REMOVED


def _successors_of(
    lost: Sequence[Anchor], successors: Mapping[str, Arrival]
) -> Iterator[tuple[str, Answer]]:
    """Find for each lost paragraph the new text it was merged into, or the one most like it.

    A text that stood beside it in the previous revision did not replace it, however alike.
    """
    neighbours = _Neighbours({eid: arrival.text for eid, arrival in successors.items()})
    for anchor in lost:
        best = _REMOVED
        for eid in neighbours.near(anchor.text):
            alike = similarity(anchor.text, successors[eid].text)
            good = alike >= ALIKE or _holds(successors[eid].text, anchor.text)
            if good and best.similarity < alike < 1:  # equal ones are another id's own
                best = Answer(LinkStatus.CHANGED, eid, alike)
        yield anchor.eid, best


def _heirs_of(
    lost: Sequence[Anchor], standing: Mapping[str, Arrival]
) -> Iterator[tuple[str, Answer]]:
    """Find for each lost paragraph whose text had changed the id that has this text now."""
    at = {arrival.text: eid for eid, arrival in standing.items()}
    for anchor in lost:
        if anchor.last_text != anchor.text and anchor.last_text in at:
            alike = similarity(anchor.text, anchor.last_text)
            yield anchor.eid, Answer(LinkStatus.CHANGED, at[anchor.last_text], alike)


def _holds(text: str, piece: str) -> bool:
    return len(piece) >= _CONTAINED_FROM and piece in text


def _fresh(place: str, taken: set[str], revision: int) -> str:
    eid, count = place, revision
    while eid in taken:
        eid = f"{place}-r{count}"
        count += 1
    return eid


def _recognised(anchors: Sequence[Anchor], arrivals: Sequence[Arrival]) -> dict[int, Anchor]:
    """Return which arrivals are of which anchors, each at most once: the surest signs first."""
    free = dict(enumerate(arrivals))
    living = {anchor.eid: anchor for anchor in anchors if anchor.alive}
    resting = {anchor.eid: anchor for anchor in anchors if not anchor.alive}
    paired: dict[int, Anchor] = {}
    for rule, group in (
        (_same_place_and_text, living),
        (_same_text, living),
        (_same_text, resting),
        (_reworded, living),
    ):
        for anchor, index in tuple(rule(group.values(), free)) if group and free else ():
            del group[anchor.eid], free[index]
            paired[index] = anchor
    _give_back(paired, living.values(), arrivals)
    return paired


def _give_back(
    paired: dict[int, Anchor], lost: Iterable[Anchor], arrivals: Sequence[Arrival]
) -> None:
    """Give those that would be lost the text they were issued for, where another has come to it."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for index, arrival in reversed(tuple(enumerate(arrivals))):
        if index not in paired or paired[index].text != arrival.text:
            found[arrival.text].append(index)
    for anchor in lost:
        if found[anchor.text]:
            paired[found[anchor.text].pop()] = anchor


def _same_place_and_text(
    anchors: Iterable[Anchor], free: Mapping[int, Arrival]
) -> Iterator[tuple[Anchor, int]]:
    at = {(arrival.place, arrival.text): index for index, arrival in free.items()}
    for anchor in anchors:
        index = at.pop((anchor.last_place, anchor.last_text), None)
        if index is not None:
            yield anchor, index


def _same_text(
    anchors: Iterable[Anchor], free: Mapping[int, Arrival]
) -> Iterator[tuple[Anchor, int]]:
    """Pair equal texts in order; an id that rests comes back for the text it was issued for."""
    by_text: defaultdict[str, list[int]] = defaultdict(list)
    for index in sorted(free, reverse=True):
        by_text[free[index].text].append(index)
    for anchor in anchors:
        waiting = by_text[anchor.last_text if anchor.alive else anchor.text]
        if waiting:
            yield anchor, waiting.pop()


def _reworded(
    anchors: Iterable[Anchor], free: Mapping[int, Arrival]
) -> Iterator[tuple[Anchor, int]]:
    """Pair reworded texts: the most alike first, and of equals those that kept their place."""
    neighbours = _Neighbours({index: arrival.text for index, arrival in free.items()})
    at = {arrival.place: index for index, arrival in free.items()}
    pairs: list[tuple[float, bool, int, str, Anchor]] = []
    for anchor in anchors:
        candidates = set(neighbours.near(anchor.last_text))
        if anchor.last_place in at:
            candidates.add(at[anchor.last_place])
        for index in candidates:
            arrival = free[index]
            alike = similarity(anchor.last_text, arrival.text)
            if anchor.text != anchor.last_text:
                alike = min(alike, similarity(anchor.text, arrival.text))
            if alike >= ALIKE:
                moved = arrival.place != anchor.last_place
                pairs.append((-alike, moved, index, anchor.eid, anchor))
    paired: set[str] = set()
    used: set[int] = set()
    for _, _, index, eid, anchor in sorted(pairs, key=lambda pair: pair[:4]):
        if eid not in paired and index not in used:
            paired.add(eid)
            used.add(index)
            yield anchor, index


class _Neighbours(Generic[Key]):
    """Texts found by the bigrams they share with another: which are worth comparing in earnest."""

    def __init__(self, texts: Mapping[Key, str]) -> None:
        self._sizes: dict[Key, int] = {}
        self._holders: defaultdict[str, list[Key]] = defaultdict(list)
        for key, text in texts.items():
            grams = set(_bigrams(text))
            self._sizes[key] = len(grams)
            for gram in grams:
                self._holders[gram].append(key)

    def near(self, text: str) -> list[Key]:
        """Return the few texts that share most with `text`, closest first."""
        shared: Counter[Key] = Counter()
        grams = set(_bigrams(text))
        for gram in grams:
            shared.update(self._holders.get(gram, ()))
        return sorted(shared, key=lambda key: -shared[key] / (self._sizes[key] + len(grams)))[
            :_CANDIDATES
        ]


def _bigrams(text: str) -> Counter[str]:
    return Counter(text[index : index + 2] for index in range(max(len(text) - 1, 1)))


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient over bigrams: linear in the length of the texts."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
