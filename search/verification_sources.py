"""Whether quotations stand where a report says (出处核对): the number behind them, and the place.

People write “…”——《标题》（云政发〔2022〕7号）第一部分第2段: right words may have a wrong source.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from search.likeness import bare_text
from search.verification_claims import ClaimKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from search.verification import Checked

_NEAR: Final = 120  # characters behind a quotation in which a report says where it is from
_PARAGRAPH: Final = "段"  # how our own places end; other endings may count in other ways


def note_sources(
    checked: Sequence[Checked], cites_of: Callable[[str], Collection[str]], *, most: int
) -> tuple[Checked, ...]:
    """Compare each quotation with the number or link the report gives right behind it.

    `cites_of` returns the places of a circular's paragraphs; a quotation that stands in more than
    `most` places is no one's.
    """
    result = list(checked)
    for at, (one, after) in enumerate(pairwise(checked)):
        near = after.claim.span.start - one.claim.span.end <= _NEAR
        if one.claim.kind is not ClaimKind.QUOTATION or not one.stands or not near:
            continue
        if after.claim.kind is ClaimKind.QUOTATION or not after.places or one.total > most:
            continue
        note = _compare(one, after, cites_of)
        if note:
            result[at] = replace(one, notes=(*one.notes, note))
    return tuple(result)


def _compare(one: Checked, after: Checked, cites_of: Callable[[str], Collection[str]]) -> str:
    """Say what is wrong with the source of a quotation; "" where nothing is."""
    named = {place.circular for place in after.places}
    there = [place for place in one.places if place.circular in named]
    if not there:
        return f"文中注明出自“{after.claim.text}”，而这段文字见于下列文件，请核对出处。"
    locator = bare_text(after.claim.locator)
    held = [bare_text(place.cite) for place in there]
    if not locator or any(cite.startswith(locator) or cite.endswith(locator) for cite in held):
        return ""
    known = any(bare_text(cite) == locator for each in named for cite in cites_of(each))
    if not known and not locator.endswith(_PARAGRAPH):
        return ""
    where = "、".join(dict.fromkeys(place.cite for place in there))
    return f"文中注明在“{after.claim.locator}”，而这段文字在{where}，请核对位置。"
