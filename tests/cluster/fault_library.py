"""A library of many small circulars (小公文库): as much of one as an indexer reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corpus.library_records import Change
from corpus.model import Circular, Paragraph, Part, PartKind, Span
from search.query import Page, Phrase, Query

EVERYTHING = Query(page=Page(0, 0))
FIRST = "云港市商务局开展市场检查"
CHANGED = "云港市财政局开展市场检查"
IN_ALL, IN_FIRST, IN_CHANGED = "市场检查", "商务局", "财政局"


def small_circular(number, text=FIRST):
    words = f"{text}，第{number}号。"
    paragraph = Paragraph(
        id="p_1", part=Part(PartKind.BODY), path=(), headings=(), number=1, display="¶1", cite="第1段",
        run_in_heading="", text=words, span=Span(0, len(words)), groups=(),
    )  # fmt: skip
    return Circular(title=f"通知{number}", region="云港市", kind="通知", paragraphs=(paragraph,))


@dataclass
class Kept:
    circular: Circular


class SmallLibrary:
    """Its changes are counted as a library counts them: each has a number of its own."""

    def __init__(self, count):
        self._held = {f"c{number}": small_circular(number) for number in range(count)}
        self._changed = {each: n for n, each in enumerate(self._held, start=1)}

    def identity(self):
        return "small"

    def sequence(self):
        return max(self._changed.values())

    def circular_ids(self):
        return tuple(self._held)

    def get(self, circular_id):
        return Kept(self._held[circular_id]) if circular_id in self._held else None

    def changes(self, since=0):
        numbered = sorted((n, each) for each, n in self._changed.items() if n > since)
        return [Change(n, each, 1) for n, each in numbered]

    def rewrite(self, numbers, text=CHANGED):
        for sequence, number in enumerate(numbers, start=self.sequence() + 1):
            self._held[f"c{number}"] = small_circular(number, text)
            self._changed[f"c{number}"] = sequence

    def remove(self, numbers):
        for sequence, number in enumerate(numbers, start=self.sequence() + 1):
            del self._held[f"c{number}"]
            self._changed[f"c{number}"] = sequence


def demand_each_once(engine, library, text=IN_ALL):
    """Count circular by circular: everything the library holds is there, once; return the counts."""
    rows = engine.columns(Query(Phrase(text)), ("circular",))
    held = Counter(circular for ((circular,),) in rows)
    lost = set(library.circular_ids()) - held.keys()
    doubled = [each for each, times in held.items() if times > 1]
    strange = held.keys() - set(library.circular_ids())
    said = {"lost": len(lost), "doubled": len(doubled), "strange": len(strange)}
    assert not any(said.values()), said
    assert engine.search(EVERYTHING).total == len(library.circular_ids())
    return said
