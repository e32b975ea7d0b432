"""Why a text was found (为何命中), and what a line was searched as besides (扩展)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from corpus.text import fold_text
from search.engine import Tier
from search.query import Phrase, Plain, SynonymKind, Word
from search.results import Expansion
from search.synonyms import KIND_NAMES
from search.terms import leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.query import Node, Synonym
    from search.synonyms import Expander

LITERAL, FOLDED, WORDS, SOME_WORDS = "精确", "繁简", "分词", "部分词"
FIELD = "文号、单位或层次"
NAMED_WORDS = "部分词，其余在标题或章节中"


def reasons_of(root: Node, line: str, tier: Tier, text: str) -> tuple[str, ...]:
    """Return the reasons for a hit: 精确 or 繁简, a field, 分词 or 部分词, and its synonyms.

    >>> from search.query import Word
    >>> root = Plain((Word("电子商务", ("电子", "商务")),), "电子商务")
    >>> reasons_of(root, "電子商務", Tier.LITERAL, "发展电子商务")
    ('繁简',)
    """
    leaves = tuple(leaves_of(root))
    if not leaves:
        return ()
    folded = fold_text(text)
    reasons = dict.fromkeys(_synonym_reasons(leaves, folded))
    if tier is Tier.LITERAL and not any(_literal_of(leaf) in folded for leaf in leaves):
        return (FIELD, *reasons)
    if tier is Tier.LITERAL:
        # As it stands is looked for first: what stands there needs no comparing of signs.
        typed = not isinstance(root, Plain | Phrase) or line in text or _signs(line) in _signs(text)
        return (LITERAL if typed else FOLDED, *reasons)
    if tier.is_partial:
        return (NAMED_WORDS if tier is Tier.NAMED else SOME_WORDS, *reasons)
    words = any(word.folded in folded for leaf in leaves for word in _words_of(leaf))
    return ((WORDS,) if words or not reasons else ()) + tuple(reasons)


def _synonym_reasons(leaves: tuple[Word | Plain | Phrase, ...], folded: str) -> Iterator[str]:
    for leaf in leaves:
        for word in _words_of(leaf):
            if word.folded in folded:
                continue
            for synonym in (*word.synonyms, *getattr(leaf, "spellings", ())):
                if synonym.folded in folded:
                    yield f"{KIND_NAMES[synonym.kind]}：{synonym.folded}"
                    break


def _literal_of(leaf: Word | Plain | Phrase) -> str:
    return leaf.literal if isinstance(leaf, Plain) else leaf.folded


def _words_of(leaf: Word | Plain | Phrase) -> tuple[Word, ...]:
    return leaf.words if isinstance(leaf, Plain) else (leaf,) if isinstance(leaf, Word) else ()


def _signs(text: str) -> str:
    """Return letters and digits alone, width and case set aside, the script kept."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def expansions_of(root: Node, expander: Expander) -> tuple[Expansion, ...]:
    """Return the synonyms of a line's words by kind, those not in force among them."""
    found: dict[Expansion, None] = {}
    for leaf in leaves_of(root):
        active = [(word.folded, word.synonyms) for word in _words_of(leaf)]
        if isinstance(leaf, Plain) and len(leaf.words) > 1:
            active.append((leaf.literal, leaf.spellings))
        for word, synonyms in active:
            for kind in SynonymKind:
                used = _of_kind(synonyms, kind)
                offered = used or _of_kind(expander.find(word), kind)
                if offered:
                    shown = Expansion(word, kind.value, KIND_NAMES[kind], offered, bool(used))
                    found[shown] = None
    return tuple(found)


def _of_kind(synonyms: tuple[Synonym, ...], kind: SynonymKind) -> tuple[str, ...]:
    return tuple(one.folded for one in synonyms if one.kind is kind)
