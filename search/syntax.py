"""parse_query: the typed line (检索式) as a tree, in linear time, refusing almost nothing.

What cannot be understood becomes plain words with a Chinese notice. Only four things are refused,
each with the way to mend it: a line too long, too many clauses, a leading wildcard, a range of
years that ends before it begins.

Every string of a text finds that text when typed: plain words hold the run as typed as one way to
match, quoted strings are pieces of it, and a line that reads as field, exclusion or connector also
matches a record that holds the whole line literally (`AsTyped`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import fold_text
from search.errors import LeadingWildcardError, LineTooLongError, TooManyClausesError
from search.field_values import field_node, why_not
from search.grouping import (
    CONNECTORS,
    SIGNS,
    Group,
    as_word,
    combine,
    kind_of,
    nested,
    split_at,
    touching,
    with_negation,
)
from search.lexing import (
    FIELD_LIST,
    MAX_DEPTH,
    Kind,
    Lexeme,
    clean_line,
    field_at,
    find_quoted,
    scan_line,
)
from search.numbers import number_node, read_number
from search.query import (
    MATCH_ALL,
    AnyOf,
    AsTyped,
    Both,
    FieldIs,
    Not,
    Phrase,
    Plain,
    SameMeasure,
)
from search.recognition import recognise
from search.words import LONGEST_WHOLE, expand_nothing, plain_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.number import DocumentNumber
    from search.query import Node
    from search.words import Expand, WordCutter

MOST_UNQUOTED = 512
MOST_QUOTED = 4_000
MOST_CLAUSES = 32
_STARS = "*\uff0a"
_SHORTEST_SENTENCE = 4
_UNKNOWN_FIELD = re.compile(r"(?P<name>[A-Za-z]{2,12}|[\u4e00-\u9fff]{2,4})[:：](?!//)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line means: its tree, notices for the reader, the number it is nothing but."""

    line: str
    root: Node = MATCH_ALL
    notices: tuple[str, ...] = ()
    number: DocumentNumber | None = None


def parse_query(
    line: str,
    *,
    cutter: WordCutter | None = None,
    find_agency: Callable[[str], tuple[str, ...]] | None = None,
    find_numbers: Callable[[str], tuple[str, ...]] | None = None,
    expand: Expand = expand_nothing,
) -> Parsed:
    """Return what a typed line means.

    `find_agency` turns a name into agency ids; without it 责任单位: and 牵头: are plain words.
    `find_numbers` turns part of a document number, such as 146号, into the numbers it may mean.
    `expand` gives a folded word its synonyms.

    Raises:
        QuestionError: the line is refused; the text says why and how to mend it.

    >>> parse_query("“网络侵权盗版”").root
    Phrase(folded='网络侵权盗版')
    """
    if len(line) > MOST_UNQUOTED + MOST_QUOTED:
        raise LineTooLongError(len(line), MOST_UNQUOTED, quoted=False)
    text = clean_line(line)
    _check_length(text)
    finders = (find_agency or _find_nothing, find_numbers or _find_nothing)
    parser = _Parser(text, cutter or _default_cutter(), finders, expand)
    root = parser.parse()
    return Parsed(line, root, tuple(dict.fromkeys(parser.notices)), parser.number)


def _find_nothing(_written: str) -> tuple[str, ...]:
    return ()


def _default_cutter() -> WordCutter:
    from indexer.analyzer import default_analyzer

    return default_analyzer()


def _check_length(text: str) -> None:
    if len(text) <= MOST_UNQUOTED:
        return
    quoted = sum(span.end - span.start for span in find_quoted(text)[0])
    if len(text) - quoted > MOST_UNQUOTED:
        raise LineTooLongError(len(text) - quoted, MOST_UNQUOTED, quoted=False)
    if quoted > MOST_QUOTED:
        raise LineTooLongError(quoted, MOST_QUOTED, quoted=True)


class _Parser:
    """One line being read; notices gather as it goes."""

    def __init__(
        self,
        text: str,
        cutter: WordCutter,
        finders: tuple[Callable[[str], tuple[str, ...]], Callable[[str], tuple[str, ...]]],
        expand: Expand,
    ) -> None:
        self.text = text
        self.notices: list[str] = []
        self.number: DocumentNumber | None = None
        self._cutter = cutter
        self._find_agency, self._find_numbers = finders
        self._expand = expand
        self._clauses = 0
        self._must_match_as_typed = False

    def parse(self) -> Node:
        named = field_at(self.text.lstrip(), 0)
        self.number = read_number(self.text)
        if self.number is not None and named is None:
            return number_node(self.text, self.number)
        scan = scan_line(self.text)
        if scan.unbalanced:
            bare = re.sub(r'["\uff02“”]', "", self.text).strip()
            if bare:
                self._notice(f"引号没有成对，已按普通文字检索：{bare}。")
        if scan.too_deep:
            self._notice(f"括号最多套 {MAX_DEPTH} 层，更深的括号已按普通文字检索。")
        root = self._read(nested(self._join_sentences(scan.lexemes)))
        if root is None:
            if self.text.strip():
                self._notice("没有可检索的文字，以下是全部内容。")
            return MATCH_ALL
        if self._must_match_as_typed:
            return AnyOf((root, AsTyped(fold_text(self.text))))
        return root

    def _join_sentences(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """Read quotes inside a sentence as its punctuation: 莆田的“健康码”包含哪些内容.

        Such quotes touch words that are long, or hold function words.
        """
        joined: list[Lexeme] = []
        for group in touching(lexemes):
            phrases = [lexeme for lexeme in group if lexeme.kind is Kind.PHRASE]
            words = "".join(lexeme.text for lexeme in group if lexeme.kind is Kind.WORD)
            negated = bool(joined) and joined[-1].kind is Kind.NOT
            if phrases and not negated and self._is_sentence(words):
                last = group[-1]
                whole = self.text[group[0].start : last.start + len(last.text)]
                self._notice(f"句子里的引号按标点处理；要原样查找{phrases[0].text}，请单独输入。")
                joined.append(Lexeme(Kind.WORD, whole, group[0].start))
            else:
                joined += group
        return joined

    def _is_sentence(self, words: str) -> bool:
        if len(words) > LONGEST_WHOLE:
            return True
        return len(words) >= _SHORTEST_SENTENCE and self._cutter.has_stop_words(fold_text(words))

    def _notice(self, text: str) -> None:
        self.notices.append(text)

    def _count_clause(self) -> None:
        self._clauses += 1
        if self._clauses > MOST_CLAUSES:
            raise TooManyClausesError(self._clauses, MOST_CLAUSES)

    def _read(self, items: Sequence[Lexeme | Group]) -> Node | None:
        """Read one level: 或 binds loosest, then /措施 and /段, then what stands side by side."""
        settled = self._settle(items)
        branches = [self._read_branch(branch) for branch in split_at(settled, {Kind.OR})]
        return combine(AnyOf, branches)

    def _settle(self, items: Sequence[Lexeme | Group]) -> list[Lexeme | Group]:
        """Turn operators without operands into the words they are written as."""
        settled: list[Lexeme | Group] = []
        for place, item in enumerate(items):
            if isinstance(item, Group) or item.kind not in SIGNS:
                settled.append(item)
                continue
            following = kind_of(items[place + 1]) if place + 1 < len(items) else None
            if item.kind is Kind.NOT:
                works = following is not None and following not in SIGNS
            else:
                before = kind_of(settled[-1]) if settled else None
                works = (
                    before is not None
                    and before not in SIGNS
                    and following is not None
                    and following not in CONNECTORS
                )
            if works:
                self._count_clause()
                settled.append(item)
            else:
                if item.kind is not Kind.NOT or item.text in {"NOT", "非"}:
                    self._notice(f"“{item.text}”前后缺少检索词，已按普通文字检索：{item.text}。")
                settled.append(as_word(item))
        return settled

    def _read_branch(self, items: Sequence[Lexeme | Group]) -> Node | None:
        same_measure = any(kind_of(item) is Kind.MEASURE for item in items)
        sides = [self._read_side(one) for one in split_at(items, {Kind.PARAGRAPH, Kind.MEASURE})]
        if same_measure:
            sides = [self._or_responsible(side) for side in sides]
        node = combine(Both, sides)
        if same_measure and node is not None:
            self._must_match_as_typed = True
            return SameMeasure(node)
        return node

    def _or_responsible(self, side: Node | None) -> Node | None:
        """Let an agency's name beside /措施 mean the measures it is responsible for, too."""
        if not isinstance(side, Plain):
            return side
        found = self._find_agency(side.literal)
        return AnyOf((side, FieldIs("agency", found))) if found else side

    def _read_side(self, items: Sequence[Lexeme | Group]) -> Node | None:
        """Read what stands side by side: all of it must match."""
        positive = any(
            not negated and kind_of(item) not in SIGNS for item, negated in with_negation(items)
        )
        found: list[Node | None] = []
        run: list[Lexeme] = []
        for item, negated in with_negation(items if positive else self._taken_literally(items)):
            if not isinstance(item, Group) and item.kind is Kind.WORD and not negated:
                run.append(item)
                continue
            found.append(self._read_run(run))
            run = []
            if negated:
                found.append(self._excluded(item))
            elif isinstance(item, Group):
                found.append(self._read(item.items))
            elif item.kind not in SIGNS:  # an AND only parts the runs beside it
                found.append(self._read_operand(item))
        found.append(self._read_run(run))
        return combine(Both, found)

    def _taken_literally(self, items: Sequence[Lexeme | Group]) -> list[Lexeme | Group]:
        """Turn exclusions into text, where there is nothing to exclude from."""
        literal: list[Lexeme | Group] = []
        for item, negated in with_negation(items):
            sign = literal[-1] if negated else None
            literal.append(item)
            if isinstance(item, Lexeme) and item.kind is Kind.NOT:
                self._notice(f"排除之外还需要有要找的词，已按普通文字检索：{self.text.strip()}。")
                literal[-1] = as_word(item)
            elif isinstance(sign, Lexeme) and isinstance(item, Lexeme) and item.kind is Kind.WORD:
                joined = self.text[sign.start : item.start + len(item.text)]
                literal[-2:] = [Lexeme(Kind.WORD, joined, sign.start)]
        return literal

    def _excluded(self, item: Lexeme | Group) -> Node | None:
        self._must_match_as_typed = True
        if isinstance(item, Group):
            node = self._read(item.items)
        elif item.kind is Kind.WORD:
            folded = fold_text(self._without_stars(item))
            node = Phrase(folded) if folded else None
        else:
            node = self._read_operand(item)
        return None if node is None else Not(node)

    def _read_operand(self, item: Lexeme) -> Node | None:
        if item.kind is Kind.PHRASE:
            self._count_clause()
            folded = fold_text(item.value)
            if not folded:
                self._notice("引号内没有文字，已略过。")
            return Phrase(folded) if folded else None
        if item.kind is Kind.FIELD:
            self._count_clause()
            node = self._read_field(item)
            if node is not None:
                self._must_match_as_typed = True
                return node
        return self._plain((item.text,))

    def _read_run(self, run: Sequence[Lexeme]) -> Node | None:
        """Read neighbouring words: one plain run, and what stands out of it (see `recognise`)."""
        parts: list[Node | None] = []
        chunks: list[str] = []
        written = [self._without_stars(lexeme) for lexeme in run]
        for lexeme in run:
            self._note_unknown_field(lexeme)
        place = 0
        while place < len(written):
            found = recognise(written, place, self._plain, self._find_agency, self._find_numbers)
            if found is None:
                chunks.append(written[place])
                place += 1
                continue
            if found.notice:
                self._notice(found.notice)
            parts += (self._plain(chunks), found.node)
            chunks = []
            place += found.taken
        parts.append(self._plain(chunks))
        return combine(Both, parts)

    def _plain(self, chunks: Sequence[str]) -> Plain | None:
        return plain_of(chunks, self._cutter, self._expand)

    def _without_stars(self, lexeme: Lexeme) -> str:
        bare = lexeme.text.strip(_STARS)
        if lexeme.text[0] in _STARS:
            raise LeadingWildcardError(bare, position=lexeme.start)
        if any(star in bare for star in _STARS):
            self._notice(f"* 只能放在词尾，已按普通文字检索：{bare}。")
        return lexeme.text.rstrip(_STARS)

    def _note_unknown_field(self, lexeme: Lexeme) -> None:
        match = _UNKNOWN_FIELD.match(lexeme.text)
        if match is not None and match.end() < len(lexeme.text):
            self._notice(f'没有"{match["name"]}:"字段。可用：{FIELD_LIST}。')

    def _read_field(self, item: Lexeme) -> Node | None:
        """Read a field; None, with a notice, where its value cannot be one."""
        value = item.value.strip().rstrip(_STARS)
        node = field_node(item.name, value, self._find_agency, position=item.start)
        if node is None:
            reason = why_not(item.name, value)
            self._notice(f"“{item.name}:”{reason}，已按普通文字检索：{item.text.strip()}。")
        return node
