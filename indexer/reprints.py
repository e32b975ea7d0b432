"""Which circulars of a library are one text, published more than once (转载).

A circular is reprinted on other sites, as text and as a page, with a line more or less. Such copies
stay circulars of their own (a merge would hide one), and are told to be the same text. Precision
goes first: yearly plans, numbered batches and licences share nearly all their words, and are never
one. Two circulars are the same text when nothing they say of themselves contradicts it (number,
date, the figures in their titles), one title is the other or holds it, and at least `SAME_TEXT`
of their shingles are common.

What was found stands beside the library's database and is brought up to date with the index; it can
always be found again.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.library_records import listed_date, number_text
from corpus.text import fold_text
from indexer.postings import look_up, starts_of_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from corpus.library import Library

FILE: Final = "reprints.json"
SAME_TEXT: Final = 0.9  # share of common shingles, read pair by pair over a real collection
NUMBERED: Final = 0.8  # with the same document number
SHORTEST: Final = 200  # characters: shorter letters differ by their title alone
_VERSION: Final = 2
_READABLE: Final = (1, _VERSION)  # of the first the groups; its sketches are made anew
_SHINGLE: Final = 6
_SKETCH: Final = 128  # the smallest hashes of a text stand for all of them
_HASH: Final = np.dtype("<u4")
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, and larger than any character
_WORTH_READING: Final = 0.6  # of two sketches
_COMMON: Final = 200  # circulars that share a hash: a set phrase then
# 2021, 第十四批
_FIGURES: Final = re.compile(r"\d+|第[一二三四五六七八九十百零〇]{1,5}[批期号次轮]")


class Sketch(NamedTuple):
    """What is remembered of one circular: enough to see which others are worth reading."""

    revision: int
    number: str
    title: str
    date: str
    length: int
    hashes: bytes  # `_SKETCH` of `_HASH`, ascending


def read_reprints(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return for each circular that is not alone the others of the same text; {} where unknown."""
    held = _read(folder / FILE)
    groups: dict[str, tuple[str, ...]] = {}
    for group in held.get("groups", ()):
        for one in group:
            groups[one] = tuple(other for other in group if other != one)
    return groups


def update_reprints(library: Library) -> int:
    """Find the reprints of a library again, reading what has changed, and return their groups.

    Only new and changed circulars are read, and those they may be the same as.
    """
    path = library.folder / FILE
    held = _read(path)
    identity, sequence = library.identity(), library.sequence()
    # A library that was brought back to an earlier state counts its changes anew.
    if held.get("library") != identity or held.get("sequence", 0) > sequence:
        held = {}
    if held.get("sequence") == sequence and held["version"] == _VERSION:
        return len(held["groups"])
    known = _sketches_in(held)
    sketches: dict[str, Sketch] = {}
    for summary in library.summary():
        sketch = known.get(summary.id)
        if sketch is None or sketch.revision != summary.revision:
            sketch = _sketch_of(library, summary.id)
        if sketch is not None:
            sketches[summary.id] = sketch
    changed = {name for name, sketch in sketches.items() if known.get(name) != sketch}
    unchanged = sketches.keys() - changed
    kept = {(one, other) for one, other in held.get("pairs", ()) if {one, other} <= unchanged}
    found = kept | set(_find_pairs(library, sketches, changed))
    groups = _groups_of(found, sketches)
    content = {
        "version": _VERSION,
        "library": identity,
        "sequence": sequence,
        "groups": groups,
        "pairs": sorted(found),
        "sketches": {
            name: (*facts, base64.b64encode(hashes).decode())
            for name, (*facts, hashes) in sketches.items()
        },
    }
    partial = path.with_name(f".{FILE}.part")
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(path)
    return len(groups)


def _sketch_of(library: Library, circular_id: str) -> Sketch | None:
    stored = library.get(circular_id)
    if stored is None:  # removed meanwhile
        return None
    circular = stored.circular
    text = bare_of(paragraph.text for paragraph in circular.paragraphs)
    smallest = shingles_of(text)[: 2 * _SKETCH] >> np.uint64(32)  # some may be alike now
    return Sketch(
        revision=stored.revision,
        number=number_text(circular.number),
        title=bare_of([circular.title]),
        date=listed_date(circular),
        length=len(text),
        hashes=np.unique(smallest)[:_SKETCH].astype(_HASH).tobytes(),
    )


def bare_of(texts: Iterable[str]) -> str:
    """Return the letters and digits of some texts, folded.

    >>> bare_of(["严查 侵权，", "３起。"])
    '严查侵权3起'
    """
    return "".join(filter(str.isalnum, fold_text("".join(texts))))


def shingles_of(bare: str) -> npt.NDArray[np.uint64]:
    """Return every stretch of a few characters (片段) as a number of 64 bits, ascending.

    A polynomial in the code points, mixed as splitmix64 does (Steele, Lea and Flood, 2014). That
    two stretches have one number is less likely than that a disk reads a wrong bit.

    >>> len(shingles_of("严查侵权假冒行为")), len(shingles_of("严查严查严查严查"))
    (3, 2)
    """
    codes = np.frombuffer(bare.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    numbers = np.zeros(max(0, len(codes) - _SHINGLE + 1), dtype=np.uint64)
    for at in range(_SHINGLE):
        numbers *= _BASE
        numbers += codes[at : at + len(numbers)]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers ^= numbers >> np.uint64(shift)
        numbers *= np.uint64(factor)
    numbers ^= numbers >> np.uint64(31)
    numbers.sort()
    return numbers[starts_of_runs(numbers)[:-1]]


def agree(one: Sketch, other: Sketch) -> bool:
    """Tell whether nothing two circulars say of themselves keeps them from being one text."""
    if one.number and other.number and one.number != other.number:
        return False
    if not one.number and not other.number and one.date and other.date and one.date != other.date:
        return False
    if min(one.length, other.length) < SHORTEST:
        return False
    if not one.title or not other.title:
        return True
    if Counter(_FIGURES.findall(one.title)) != Counter(_FIGURES.findall(other.title)):
        return False
    numbered = bool(one.number) and one.number == other.number
    return numbered or one.title in other.title or other.title in one.title


def _find_pairs(
    library: Library, sketches: Mapping[str, Sketch], changed: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs of one text of which at least one is new or changed."""

    @cache
    def shingles(name: str) -> npt.NDArray[np.uint64]:
        stored = library.get(name)
        body = stored.circular.paragraphs if stored else ()
        return shingles_of(bare_of(paragraph.text for paragraph in body))

    holders = _holders(sketches, changed)
    for name in changed:
        sketch = sketches[name]
        shared: Counter[str] = Counter()
        for each in np.frombuffer(sketch.hashes, dtype=_HASH).tolist():
            shared.update(holders.get(each, ()))
        for other, common in shared.items():
            if other == name or (other in changed and other < name):
                continue
            least = min(len(sketch.hashes), len(sketches[other].hashes)) // _HASH.itemsize
            if common < _WORTH_READING * least or not agree(sketch, sketches[other]):
                continue
            ours, theirs = shingles(name), shingles(other)
            both = len(np.intersect1d(ours, theirs, assume_unique=True))
            share = both / max(1, len(ours) + len(theirs) - both)
            numbered = bool(sketch.number) and sketch.number == sketches[other].number
            if share >= (NUMBERED if numbered else SAME_TEXT):
                yield min(name, other), max(name, other)


def _holders(sketches: Mapping[str, Sketch], changed: set[str]) -> dict[int, list[str]]:
    """Return which circulars have each hash that a changed one has in common with few others."""
    names = list(sketches)
    counts = [len(sketch.hashes) // _HASH.itemsize for sketch in sketches.values()]
    hashes = np.frombuffer(b"".join(each.hashes for each in sketches.values()), dtype=_HASH)
    owners = np.repeat(np.arange(len(names)), counts)
    is_changed = np.array([name in changed for name in names], dtype=np.bool_)
    _, wanted = look_up(np.unique(hashes[is_changed[owners]]), hashes)
    hashes, owners = hashes[wanted], owners[wanted]
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts = starts_of_runs(hashes)
    return {
        int(hashes[start]): [names[owner] for owner in owners[start:end].tolist()]
        for start, end in pairwise(starts.tolist())
        if 1 < end - start <= _COMMON
    }


def _groups_of(pairs: Iterable[tuple[str, str]], sketches: Mapping[str, Sketch]) -> list[list[str]]:
    """Join pairs to groups in which nobody contradicts anybody."""
    group_of: dict[str, list[str]] = {}
    for one, other in sorted(pairs):
        ours, theirs = group_of.get(one, [one]), group_of.get(other, [other])
        if ours is theirs:
            continue
        if all(agree(sketches[a], sketches[b]) for a in ours for b in theirs):
            joined = sorted((*ours, *theirs))
            group_of.update(dict.fromkeys(joined, joined))
    return sorted({id(group): group for group in group_of.values()}.values())


def _sketches_in(held: Mapping[str, Any]) -> dict[str, Sketch]:
    if held.get("version") != _VERSION:
        return {}
    return {
        name: Sketch._make((*facts, base64.b64decode(hashes)))
        for name, (*facts, hashes) in held["sketches"].items()
    }


def _read(path: Path) -> dict[str, Any]:
    """Return what was found before; {} where there is nothing that can be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    usable = isinstance(content, dict) and content.get("version") in _READABLE
    return content if usable else {}


class ReprintsFile:
    """What was found, read again whenever the file is another."""

    def __init__(self) -> None:
        self._known: tuple[tuple[int, int], dict[str, tuple[str, ...]]] = ((0, 0), {})

    def get(self, folder: Path) -> dict[str, tuple[str, ...]]:
        """Return for each circular that is not alone the others of the same text."""
        try:
            facts = (folder / FILE).stat()
        except OSError:
            return {}
        state = (facts.st_mtime_ns, facts.st_size)
        known, groups = self._known
        if known != state:
            groups = read_reprints(folder)
            self._known = (state, groups)
        return groups
