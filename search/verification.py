"""Whether a report quotes rightly (引用核验): each quotation, number and link against the library.

Nothing is ever called the same unless the library holds it, sign by sign: a verdict of `SAME` for a
quotation means that one paragraph or heading holds its text, white space aside.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.library_records import listed_date
from corpus.model import Span, split_measure_id
from corpus.permalinks import LinkStatus
from search.differences import Difference, find_difference
from search.likeness import bare_text, plain_text
from search.standing import Validity
from search.verification_claims import ClaimKind, find_claims, split_lines
from search.verification_quotations import Likely, QuotationFinder, is_part_of
from search.verification_sources import note_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from corpus.library import Library
    from corpus.library_records import StoredCircular
    from corpus.number import DocumentNumber
    from search.everything import Everything
    from search.requests import SearchRequest
    from search.standing import Standing
    from search.verification_claims import Claim

MOST_CLAIMS: Final = 300
MOST_SECONDS: Final = 20.0
MOST_CHARACTERS: Final = 100_000
MOST_PLACES: Final = 3  # named for one claim; `total` counts them all
_OVER: Final = frozenset({Validity.EXPIRED, Validity.REPEALED})


class Verdict(StrEnum):
    """What became of a claim (核对结论)."""

    SAME = "same"  # 一致
    PUNCTUATION = "punctuation"  # 仅标点或全半角不同
    CHANGED = "changed"  # 文字已变
    MISSING = "missing"  # 未找到
    ENDED = "ended"  # 文件已失效


class Place(NamedTuple):
    """Where the library says it, or says something like it; `passage` is the part that counts.

    `eid` and `text` are "" where a whole circular is meant.
    """

    circular: str
    title: str
    number: str = ""
    date: str = ""
    eid: str = ""
    cite: str = ""
    citation: str = ""
    text: str = ""
    passage: Span = Span(0, 0)

    @property
    def path(self) -> str:
        """The permanent address, without the host."""
        base = f"/d/{self.circular}/"
        return f"{base}p/{self.eid}" if self.eid else base


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim with what came of it (核对结果).

    `alike` is 0…1; `difference` marks the words that differ in the claim and in the first place's
    passage; `notes` are sentences for the reader.
    """

    claim: Claim
    verdict: Verdict
    places: tuple[Place, ...] = ()
    total: int = 0
    alike: float = 0.0
    difference: Difference | None = None
    notes: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the library holds what is claimed, punctuation and width aside."""
        return self.verdict in {Verdict.SAME, Verdict.PUNCTUATION, Verdict.ENDED}


@dataclass(frozen=True, slots=True)
class Verification:
    """A whole report checked: `left` claims were not, for lack of time or for their number."""

    checked: tuple[Checked, ...]
    left: int = 0
    short: int = 0
    unmarked: bool = False
    counts: Mapping[Verdict, int] = field(init=False)

    def __post_init__(self) -> None:
        found = Counter(one.verdict for one in self.checked)
        object.__setattr__(self, "counts", {verdict: found[verdict] for verdict in Verdict})

    @property
    def sound(self) -> bool:
        """Whether everything was checked and nothing needs a second look."""
        good = self.counts[Verdict.SAME] + self.counts[Verdict.PUNCTUATION]
        return not self.left and good == len(self.checked)


class Verifier:
    """Checks texts against one library; made anew for each report."""

    def __init__(
        self,
        library: Library,
        find_all: Callable[[SearchRequest], Everything],
        standing: Callable[[str], Standing],
    ) -> None:
        """`find_all` and `standing` are those of a searcher over the library."""
        self._library = library
        self._quotations = QuotationFinder(library, find_all)
        self._standing = standing

    def verify(
        self, text: str, *, seconds: float = MOST_SECONDS, most: int = MOST_CLAIMS
    ) -> Verification:
        """Check everything a text claims, as far as time and number allow.

        Raises:
            IndexerError: there is no usable index.
        """
        until = time.monotonic() + seconds
        claims = find_claims(text)
        checked: list[Checked] = []
        left = len(claims.found)
        for claim in claims.found[:most]:
            if checked and time.monotonic() > until:
                break
            checked += self._check_whole_or_lines(claim)
            left -= 1
        return Verification(
            checked=note_sources(checked, self._cites_of, most=MOST_PLACES),
            left=left,
            short=claims.short,
            unmarked=claims.unmarked,
        )

    def _check_whole_or_lines(self, claim: Claim) -> tuple[Checked, ...]:
        """Check a quotation of several paragraphs line by line, where as one it is not held.

        Whether a line was broken inside a sentence or ended a paragraph, only the library tells.
        """
        whole = self.check(claim)
        if claim.kind is not ClaimKind.QUOTATION or "\n" not in claim.text or whole.stands:
            return (whole,)
        lines = tuple(self.check(line) for line in split_lines(claim))
        return lines if any(line.stands for line in lines) else (whole,)

    def check(self, claim: Claim) -> Checked:
        """Check one claim."""
        match claim.kind:
            case ClaimKind.NUMBER:
                found = self._check_number(claim)
            case ClaimKind.LINK:
                found = self._check_link(claim)
            case _:
                found = self._check_quotation(claim)
        return self._judge_standing(found)

    def _cites_of(self, circular: str) -> frozenset[str]:
        stored = self._library.get(circular)
        paragraphs = stored.circular.paragraphs if stored else ()
        return frozenset(paragraph.cite for paragraph in paragraphs)

    # Quotations

    def _check_quotation(self, claim: Claim) -> Checked:
        likely = self._quotations.find(claim.text)
        if not likely:
            return Checked(claim, Verdict.MISSING)
        best = likely[0]
        places = tuple(_place_of(each) for each in likely[:MOST_PLACES])
        if best.exact:
            return Checked(claim, Verdict.SAME, places, len(likely), 1.0)
        notes = (best.note,) if best.note else ()
        if best.bare_equal:
            if _marks_turned(claim.text, best):
                notes = (*notes, "只有内层引号的写法不同：引文中的双引号改成单引号，合乎规范。")
            return Checked(claim, Verdict.PUNCTUATION, places, len(likely), 1.0, notes=notes)
        passage = best.text[best.passage.start : best.passage.end]
        verdict = Verdict.CHANGED if is_part_of(best) else Verdict.MISSING
        difference = find_difference(claim.text, passage) if verdict is Verdict.CHANGED else None
        return Checked(claim, verdict, places[:1], 1, best.alike, difference)

    # Numbers

    def _check_number(self, claim: Claim) -> Checked:
        number = claim.number
        if number is None:
            return Checked(claim, Verdict.MISSING)
        held = self._library.find_number(number)
        if not held:
            inside = self._held_inside(number)
            if inside is not None:
                return self._told_from_words(claim, number, inside)
            cited = {one.circular_id for one in self._library.cited_by(number)}
            note = (
                f"库中没有这份文件，另有 {len(cited)} 份文件引用了它。"
                if cited
                else "库中没有这份文件。"
            )
            return Checked(claim, Verdict.MISSING, notes=(note,))
        titled = [stored for stored in held if _bears(stored, claim.title)]
        places = tuple(_circular_place(stored) for stored in (titled or held)[:MOST_PLACES])
        total = len(titled or held)
        if claim.title and not titled:
            title = places[0].title
            note = "文号对应的文件标题与文中所写不同。"
            return Checked(
                replace(claim, text=f"《{claim.title}》（{claim.text}）"),
                Verdict.CHANGED,
                places,
                total,
                difference=_shifted(find_difference(claim.title, title)),
                notes=(note,),
            )
        written = plain_text(claim.text).removesuffix("文件")
        same = claim.kind is ClaimKind.LINK or written == str(number)
        verdict = Verdict.SAME if same else Verdict.PUNCTUATION
        notes = () if same else (f"规范写法：{number}",)
        return Checked(claim, verdict, places, total, 1.0, notes=notes)

    def _held_inside(self, number: DocumentNumber) -> DocumentNumber | None:
        """Return the longest held number that this one ends with: 市里云政发 ends with 云政发."""
        for start in range(1, len(number.code) - 1):
            shorter = replace(number, code=number.code[start:])
            if self._library.find_number(shorter):
                return shorter
        return None

    def _told_from_words(
        self, claim: Claim, number: DocumentNumber, inside: DocumentNumber
    ) -> Checked:
        """Ask whether the first signs are words or a code of their own: 鲁财税 is not 财税."""
        before = number.code.removesuffix(inside.code)
        note = f"库中没有这份文件，有{inside}：请核对“{before}”是不是文号的一部分。"
        held = self._library.find_number(inside)
        places = tuple(_circular_place(stored) for stored in held[:MOST_PLACES])
        return Checked(claim, Verdict.MISSING, places, len(held), notes=(note,))

    # Links

    def _check_link(self, claim: Claim) -> Checked:
        if claim.number is not None:
            return self._check_number(claim)
        stored = self._library.get(claim.circular)
        if stored is None:
            return Checked(claim, Verdict.MISSING, notes=("库中没有这份文件，或已移除。",))
        whole = _circular_place(stored)
        if not claim.eid:
            return Checked(claim, Verdict.SAME, (whole,), 1, 1.0)
        link = self._library.resolve(stored.id, split_measure_id(claim.eid)[0])
        if link.paragraph is None:
            gone = link.status is LinkStatus.REMOVED
            note = "该段已从库中移除，原文件仍在。" if gone else "这份文件里从来没有这一段。"
            return Checked(claim, Verdict.MISSING, (whole,), 1, notes=(note,))
        paragraph = link.paragraph
        place = whole._replace(
            eid=paragraph.id,
            cite=paragraph.cite,
            citation=_citation(whole, paragraph.cite),
            text=paragraph.text,
            passage=Span(0, len(paragraph.text)),
        )
        day = link.changed_at[:10]
        if link.status is LinkStatus.CHANGED:
            note = f"该段已在 {day} 重新入库时调整，列出的是最接近的段落。"
            return Checked(claim, Verdict.CHANGED, (place,), 1, link.similarity, notes=(note,))
        moved = link.status is LinkStatus.MOVED
        notes = (f"该段已在 {day} 重新入库时移动位置，文字没有变化。",) if moved else ()
        return Checked(claim, Verdict.SAME, (place,), 1, 1.0, notes=notes)

    def _judge_standing(self, found: Checked) -> Checked:
        """Say so where everything a right claim leads to is no longer in force."""
        if found.verdict not in {Verdict.SAME, Verdict.PUNCTUATION} or not found.places:
            return found
        standings = [self._standing(place.circular) for place in found.places]
        over = all(each.validity in _OVER for each in standings)
        if not over or found.total > len(found.places):
            return found
        agrees = "文字一致" if found.verdict is Verdict.SAME else "仅标点或全半角不同"
        said = f"{agrees}，但文件{standings[0].name}：{standings[0].evidence}。"
        return replace(found, verdict=Verdict.ENDED, notes=(said, *found.notes))


_OUTER_MARKS: Final = str.maketrans("‘’", "“”")  # GB/T 15834: “ inside “ is written ‘


def _marks_turned(quotation: str, likely: Likely) -> bool:
    """Tell whether only the marks inside a quotation were turned into single ones."""
    held = plain_text(likely.text).translate(_OUTER_MARKS)
    return plain_text(quotation).translate(_OUTER_MARKS) in held


def _place_of(likely: Likely) -> Place:
    hit = likely.hit
    return Place(
        circular=hit.circular,
        title=hit.title,
        number=hit.number,
        date=hit.date,
        eid=hit.paragraph,
        cite=hit.cite,
        citation=hit.citation,
        text=likely.text,
        passage=likely.passage,
    )


def _circular_place(stored: StoredCircular) -> Place:
    circular = stored.circular
    place = Place(
        circular=stored.id,
        title=circular.title or stored.source_name,
        number=str(circular.number or ""),
        date=listed_date(circular),
    )
    return place._replace(citation=_citation(place, ""))


def _citation(place: Place, cite: str) -> str:
    number = f"（{place.number}）" if place.number else ""
    return f"《{place.title}》{number}{cite}"


def _bears(stored: StoredCircular, title: str) -> bool:
    """Tell whether a circular is called so: its own or an inner title, perhaps without issuer."""
    wanted = bare_text(title)
    titles = map(bare_text, (stored.circular.title, *stored.circular.inner_titles))
    return not wanted or any(
        held.endswith(wanted) or wanted.endswith(held) for held in titles if held
    )


def _shifted(difference: Difference) -> Difference:
    """Move the claim's side behind the 《 that was put before the title."""
    return difference._replace(
        mine=tuple(Span(start + 1, end + 1) for start, end in difference.mine)
    )
