"""Whether two files hold the same circular (公文的同一性).

A circular is written down in more than one file: as text and as a web page, corrected later,
reprinted elsewhere. Merging two circulars would hide one of them, so every rule asks for agreement
in more than one thing and yields to a contradiction: numbers that differ, or titles that name
different years (the yearly 工作要点 share half their paragraphs with last year's).

The share of common text is counted in characters, not paragraphs, so that 特此通知。 weighs little,
and against the shorter of both, so that an excerpt is known again. Being the same circular does not
yet make a file a revision of it: `corpus.library_writing` says when nothing is hidden.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.permalinks import text_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBERED_SHARE: Final = 0.3  # with an equal number and title, or in the same file
TITLED_SHARE: Final = 0.6  # with an equal title alone
_TELLING_LENGTH: Final = 100  # characters: shorter equal texts may be a standing phrase
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is compared: number and folded title ("" where unknown), paragraph hashes in order."""

    number: str
    title: str
    hashes: tuple[str, ...]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, number: str, title: str, texts: Sequence[str]) -> Likeness:
        """Return the likeness of a circular from its folded title and paragraph texts."""
        return cls(number, title, tuple(map(text_hash, texts)), tuple(map(len, texts)))

    @property
    def digest(self) -> str:
        """One hash for all paragraphs in their order."""
        return hashlib.sha256(" ".join(self.hashes).encode()).hexdigest()

    def holds(self, other: Likeness) -> bool:
        """Whether every paragraph of the other stands here too."""
        return set(other.hashes) <= set(self.hashes)


def shared_text(one: Likeness, other: Likeness) -> float:
    """Return the share of common text, 0…1, of the shorter circular."""
    mine, theirs = Counter(one.hashes), Counter(other.hashes)
    length = dict(zip(one.hashes, one.lengths, strict=True))
    common = sum(times * length[each] for each, times in (mine & theirs).items())
    shorter = min(sum(one.lengths), sum(other.lengths))
    return common / shorter if shorter else 0.0


def is_correction(new: Likeness, known: Likeness) -> bool:
    """Return whether a file whose content changed still holds the circular it held before."""
    alike = shared_text(new, known) >= NUMBERED_SHARE
    same_title = bool(new.title) and new.title == known.title
    if new.number and known.number and new.number != known.number:
        return same_title and alike
    if new.number and new.number == known.number:
        return True
    return same_title or (alike and not _other_year(new, known))


def is_same_circular(new: Likeness, known: Likeness) -> bool:
    """Return whether two files of different origin hold one circular."""
    if new.number and known.number and new.number != known.number:
        return False
    share = shared_text(new, known)
    if new.title == known.title and new.title:
        numbered = bool(new.number) and new.number == known.number
        return share >= (NUMBERED_SHARE if numbered else TITLED_SHARE)
    untitled = not new.title or not known.title
    return (
        new.hashes == known.hashes
        and not _other_year(new, known)
        and (untitled or sum(new.lengths) >= _TELLING_LENGTH)
    )


def _other_year(new: Likeness, known: Likeness) -> bool:
    if not new.title or not known.title:
        return False
    return Counter(_DIGITS.findall(new.title)) != Counter(_DIGITS.findall(known.title))
