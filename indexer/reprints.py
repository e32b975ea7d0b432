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
import zlib
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from corpus.library_records import listed_date, number_text
from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from corpus.library import Library

FILE: Final = "reprints.json"
SAME_TEXT: Final = 0.9  # share of common shingles, read pair by pair over a real collection
NUMBERED: Final = 0.8  # with the same document number
SHORTEST: Final = 200  # characters: shorter letters differ by their title alone
_VERSION: Final = 1
_SHINGLE: Final = 6
_SKETCH: Final = 128  # the smallest hashes of a text stand for all of them
_HASH_BYTES: Final = 4
_WORTH_READING: Final = 0.6  # of two sketches
_COMMON: Final = 200  # circulars that share a hash: a set phrase then
# 2021, 第十四批
_FIGURES: Final = re.compile(r"\d+|第[一二三四五六七八九十百零〇]{1,5}[批期号次轮]")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is remembered of one circular: enough to see which others are worth reading."""

    revision: int
    number: str
    title: str
    date: str
    length: int
    hashes: tuple[int, ...]


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
    if held.get("library") == identity and held.get("sequence") == sequence:
        return len(held["groups"])
    mine = held.get("library") == identity
    known = _sketches_in(held) if mine else {}
    sketches = dict(_brought_up(library, known))
    same = {(one, other) for one, other in held.get("pairs", ()) if mine}
    unchanged = {each for each in sketches if known.get(each) == sketches[each]}
    kept = {pair for pair in same if unchanged.issuperset(pair)}
    found = kept | set(_find_pairs(library, sketches, unchanged))
    groups = _groups_of(found, sketches)
    content = {
        "version": _VERSION,
        "library": identity,
        "sequence": sequence,
        "groups": groups,
        "pairs": sorted(found),
        "sketches": {name: _packed(sketch) for name, sketch in sketches.items()},
    }
    partial = path.with_name(f".{FILE}.part")
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(path)
    return len(groups)


def _brought_up(library: Library, known: Mapping[str, Sketch]) -> Iterator[tuple[str, Sketch]]:
    for summary in library.summary():
        old = known.get(summary.id)
        if old is not None and old.revision == summary.revision:
            yield summary.id, old
            continue
        stored = library.get(summary.id)
        if stored is not None:
            circular = stored.circular
            text = bare_of(paragraph.text for paragraph in circular.paragraphs)
            yield (
                summary.id,
                Sketch(
                    revision=stored.revision,
                    number=number_text(circular.number),
                    title=bare_of([circular.title]),
                    date=listed_date(circular),
                    length=len(text),
                    hashes=tuple(sorted(map(_hash_of, shingles_of(text)))[:_SKETCH]),
                ),
            )


def bare_of(texts: Iterable[str]) -> str:
    """Return the letters and digits of some texts, folded.

    >>> bare_of(["严查 侵权，", "３起。"])
    '严查侵权3起'
    """
    return "".join(sign for text in texts for sign in fold_text(text) if sign.isalnum())


def shingles_of(bare: str) -> frozenset[str]:
    """Return every stretch of a few characters (片段)."""
    return frozenset(bare[at : at + _SHINGLE] for at in range(len(bare) - _SHINGLE + 1))


def _hash_of(shingle: str) -> int:
    return zlib.crc32(shingle.encode("utf-8", "surrogatepass"))


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
    library: Library, sketches: Mapping[str, Sketch], unchanged: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs of one text of which at least one is new or changed."""
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for name, sketch in sketches.items():
        for each in sketch.hashes:
            holders[each].append(name)
    read: dict[str, frozenset[str]] = {}

    def shingles(name: str) -> frozenset[str]:
        if name not in read:
            stored = library.get(name)
            body = stored.circular.paragraphs if stored else ()
            read[name] = shingles_of(bare_of(paragraph.text for paragraph in body))
        return read[name]

    for name, sketch in sketches.items():
        if name in unchanged:
            continue
        shared: Counter[str] = Counter()
        for each in sketch.hashes:
            if len(holders[each]) <= _COMMON:
                shared.update(holders[each])
        for other, common in shared.items():
            if other == name or (other not in unchanged and other < name):
                continue
            least = min(len(sketch.hashes), len(sketches[other].hashes))
            if common < _WORTH_READING * least or not agree(sketch, sketches[other]):
                continue
            ours, theirs = shingles(name), shingles(other)
            share = len(ours & theirs) / max(1, len(ours | theirs))
            numbered = bool(sketch.number) and sketch.number == sketches[other].number
            if share >= (NUMBERED if numbered else SAME_TEXT):
                yield min(name, other), max(name, other)


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


def _packed(sketch: Sketch) -> dict[str, Any]:
    packed = b"".join(one.to_bytes(_HASH_BYTES, "big") for one in sketch.hashes)
    return asdict(sketch) | {"hashes": base64.b64encode(packed).decode()}


def _sketches_in(held: Mapping[str, Any]) -> dict[str, Sketch]:
    found = {}
    for name, facts in held["sketches"].items():
        packed = base64.b64decode(facts["hashes"])
        hashes = tuple(
            int.from_bytes(packed[at : at + _HASH_BYTES], "big")
            for at in range(0, len(packed), _HASH_BYTES)
        )
        found[name] = Sketch(**facts | {"hashes": hashes})
    return found


def _read(path: Path) -> dict[str, Any]:
    """Return what was found before; {} where there is nothing that can be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    usable = isinstance(content, dict) and content.get("version") == _VERSION
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
