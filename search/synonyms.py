"""What else a word may be called (同义词): the table, numerals, other names of agencies."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from corpus.text import fold_text
from search.query import Synonym, SynonymKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

KIND_NAMES = {
    SynonymKind.SYNONYM: "同义词",
    SynonymKind.ALIAS: "别名",
    SynonymKind.NUMERAL: "数字写法",
    SynonymKind.RENAME: "更名",
    SynonymKind.NEAR: "相关",
}
DEFAULT_KINDS = tuple(kind for kind in SynonymKind if kind is not SynonymKind.RENAME)
MOST_SYNONYMS = 12
_KIND_OF_TYPE = {"near": SynonymKind.NEAR, "rename": SynonymKind.RENAME}
_DIGITS = "〇一二三四五六七八九"
_TO_HAN = str.maketrans("0123456789", _DIGITS)
_TO_ASCII = str.maketrans(_DIGITS, "0123456789")
# 2016  2016年;  二〇一六  二〇一六年;  13五;  十三五
_YEAR = re.compile(r"(?:19|20)[0-9]{2}年?")
_HAN_YEAR = re.compile(r"(?:一九|二〇)[〇一二三四五六七八九]{2}年?")
_PLAN = re.compile(r"1[0-9]五")
_HAN_PLAN = re.compile(r"十[一二三四五六七八九]?五")


class SynonymTable:
    """Groups of names for one thing, by folded name."""

    def __init__(self, rows: Iterable[tuple[str, tuple[str, ...], str]]) -> None:
        """Each row is a canonical name, its variants, and the type of the group.

        In a near group only the canonical name and a variant are close, not two variants.
        """
        found: defaultdict[str, dict[Synonym, None]] = defaultdict(dict)
        for canonical, variants, type_name in rows:
            kind = _KIND_OF_TYPE.get(type_name, SynonymKind.SYNONYM)
            head = fold_text(canonical)
            names = tuple(dict.fromkeys(filter(None, (head, *map(fold_text, variants)))))
            for name in names:
                others = names if kind is not SynonymKind.NEAR or name == head else (head,)
                found[name] |= dict.fromkeys(Synonym(other, kind) for other in others)
        self._found = {name: tuple(synonyms) for name, synonyms in found.items()}

    def find(self, folded: str) -> tuple[Synonym, ...]:
        """Return all that stands beside a folded word in its groups.

        >>> [one.folded for one in default_table().find("跨境电商")]
        ['跨境电商', '跨境电子商务']
        """
        return self._found.get(folded, ())


@lru_cache(maxsize=1)
def default_table() -> SynonymTable:
    """Return the table of this program."""
    text = files("indexer").joinpath("data", "synonyms.tsv").read_text(encoding="utf-8")
    cells = [line.split("\t") for line in text.splitlines()[1:] if line]
    return SynonymTable((row[1], tuple(row[2].split("|")), row[3]) for row in cells)


def find_numerals(folded: str) -> tuple[Synonym, ...]:
    """Return the other way to write a year or a five-year plan.

    >>> [one.folded for word in ("2016年", "13五") for one in find_numerals(word)]
    ['二〇一六年', '十三五']
    """
    other = ""
    if _YEAR.fullmatch(folded):
        other = folded.translate(_TO_HAN)
    elif _HAN_YEAR.fullmatch(folded):
        other = folded.translate(_TO_ASCII)
    elif _PLAN.fullmatch(folded):
        other = f"十{folded[1].translate(_TO_HAN)}五" if folded[1] != "0" else "十五"
    elif _HAN_PLAN.fullmatch(folded):
        other = f"1{folded[1:-1].translate(_TO_ASCII) or '0'}五"
    return (Synonym(other, SynonymKind.NUMERAL),) if other else ()


class Expander:
    """Gives each word of a line its synonyms; called by the parser."""

    def __init__(
        self,
        kinds: Collection[SynonymKind] = DEFAULT_KINDS,
        verbatim: Collection[str] = (),
        *,
        table: SynonymTable | None = None,
        find_aliases: Callable[[str], tuple[str, ...]] | None = None,
    ) -> None:
        """`verbatim` names words that stay as typed; `find_aliases` knows names of agencies."""
        self._kinds = frozenset(kinds)
        self._verbatim = frozenset(map(fold_text, verbatim))
        self._table = table or default_table()
        self._find_aliases = find_aliases

    def __call__(self, folded: str) -> tuple[Synonym, ...]:
        """Return the synonyms in force; those that hold the word itself would add nothing."""
        if not self._kinds or folded in self._verbatim:
            return ()
        return tuple(one for one in self.find(folded) if one.kind in self._kinds)[:MOST_SYNONYMS]

    def find(self, folded: str) -> tuple[Synonym, ...]:
        """Return all synonyms of a word, of whatever kind, each string once."""
        aliases = self._find_aliases(folded) if self._find_aliases else ()
        every = (
            *self._table.find(folded),
            *find_numerals(folded),
            *(Synonym(alias, SynonymKind.ALIAS) for alias in aliases),
        )
        distinct: dict[str, Synonym] = {}
        for one in every:
            if folded not in one.folded:
                distinct.setdefault(one.folded, one)
        return tuple(distinct.values())
