"""How far the parser agrees with a circular annotated by hand.

`python -m tests.annotations.scoring [--held-out] [--show]` prints one line a file and the totals;
`--show` lists every disagreement. Annotations hold offsets only; the texts stay outside.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.readers import read_bytes
from corpus.structure import parse_circular

HERE = Path(__file__).resolve().parent
CIRCULARS = HERE.parent.parent.parent / "shared" / "corpus" / "circulars"


@dataclass
class Score:
    """Counts of what is right, of what the parser found, of what the annotation holds."""

    right: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.right += other.right
        self.found += other.found
        self.wanted += other.wanted
        self.misses += other.misses

    def f1(self, kind: str) -> float:
        total = self.found[kind] + self.wanted[kind]
        return 2 * self.right[kind] / total if total else 1.0

    def compare(self, kind: str, found: Counter[Any], wanted: Counter[Any], text: str) -> None:
        self.right[kind] += (found & wanted).total()
        self.found[kind] += found.total()
        self.wanted[kind] += wanted.total()
        for sign, extra in (("missing", wanted - found), ("invented", found - wanted)):
            for item in extra:
                shown = (
                    text[item[0] : item[1]].replace("\n", "⏎")[:90]
                    if isinstance(item[0], int)
                    else ""
                )
                self.misses.append(f"  {kind} {sign}: {item} {shown}")


def annotations(*, held_out: bool) -> list[dict[str, Any]]:
    """Return the annotations of the one half or the other, by file name."""
    read = [json.loads(f.read_text(encoding="utf-8")) for f in sorted(HERE.glob("*.json"))]
    return [each for each in read if each["held_out"] == held_out]


def core(text: str, start: int, end: int) -> tuple[int, int]:
    """Trim white space, closing marks and brackets, which annotators set differently."""
    while start < end and (text[start].isspace() or text[start] in "（(【[〔"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "）)】]〕。；;"):
        end -= 1
    return start, end


def score(annotation: dict[str, Any], folder: Path = CIRCULARS) -> Score:
    """Compare the parser's reading of one circular with the annotation."""
    path = folder / annotation["file"]
    raw = read_bytes(path.name, path.read_bytes())
    text, circular = raw.text, parse_circular(raw)
    result = Score()
    number = str(circular.number) if circular.number else None
    date = circular.date_signed.isoformat() if circular.date_signed else None
    for kind, mine, theirs in (
        ("number", number, annotation["number"]),
        ("date", date, annotation["date_signed"]),
    ):
        result.compare(kind, Counter([(str(mine), "")]), Counter([(str(theirs), "")]), text)
    result.compare(
        "heading",
        Counter(_heading_key(h.span.start, h.level.value, h.ordinal) for h in circular.headings)
        + Counter(_numbered_leaves(circular, annotation)),
        Counter(
            _heading_key(h["marker"][0], str(h["level"]), h["ordinal"])
            for h in annotation["headings"]
        ),
        text,
    )
    mine_groups = [(g, p) for p in circular.paragraphs for g in p.groups]
    result.compare(
        "group",
        Counter(_group_key(text, [tuple(m.span) for m in g.members]) for g, _ in mine_groups),
        Counter(
            _group_key(text, [tuple(m["span"]) for m in g["members"]]) for g in annotation["groups"]
        ),
        text,
    )
    result.compare(
        "member",
        Counter(
            (m.span.start, m.span.end, m.role.value) for g, _ in mine_groups for m in g.members
        ),
        Counter((*m["span"], m["role"]) for g in annotation["groups"] for m in g["members"]),
        text,
    )
    paths = {
        _group_key(text, [tuple(m.span) for m in g.members]): "/".join(map(str, p.path))
        for g, p in mine_groups
    }
    for group in annotation["groups"]:
        key = _group_key(text, [tuple(m["span"]) for m in group["members"]])
        if key in paths:
            result.compare(
                "path",
                Counter([(key[0], key[1], paths[key])]),
                Counter([(key[0], key[1], group["path"])]),
                text,
            )
    return result


def _heading_key(start: int, level: str, ordinal: int) -> tuple[int, int, str, int]:
    return start, start + 20, level, ordinal


def _numbered_leaves(circular: Any, annotation: dict[str, Any]) -> list[tuple[int, int, str, int]]:
    """Numbered items that are paragraphs count as headings where the annotation has their marker."""
    markers = {h["marker"][0]: h for h in annotation["headings"]}
    headings = {h.span.start for h in circular.headings}
    return [
        _heading_key(p.span.start, str(markers[p.span.start]["level"]), p.path[-1])
        for p in circular.paragraphs
        if p.span.start in markers and p.span.start not in headings and p.path
    ]


def _group_key(text: str, spans: list[tuple[int, int]]) -> tuple[int, int]:
    """A group is known by the text from its first member to its last."""
    if not spans:
        return 0, 0
    return core(text, min(s for s, _ in spans), max(e for _, e in spans))


def main() -> None:
    total = Score()
    kinds = ("group", "member", "heading", "path", "number", "date")
    for annotation in annotations(held_out="--held-out" in sys.argv):
        one = score(annotation)
        total.add(one)
        print(annotation["file"][:16], " ".join(f"{k}={one.f1(k):.3f}" for k in kinds))
        if "--show" in sys.argv:
            print("\n".join(one.misses))
    print("total", " ".join(f"{k}={total.f1(k):.4f}({total.wanted[k]})" for k in kinds))


if __name__ == "__main__":
    main()
