"""What reading one file may cost (预算): the limits every reader keeps, in one place.

A hostile file meets one of these before it meets the machine's own limits. The numbers are far
above what circulars need: the longest real ones have some 200,000 characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Budgets:
    """Upper bounds for one file (预算); `replace` makes a stricter or a wider set.

    >>> Budgets().file_bytes
    50000000
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000  # all that comes out of one archive or package
    ratio: int = 100  # unpacked to packed, once `ratio_from` bytes have come out
    ratio_from: int = 1_000_000
    members: int = 2_000  # of an archive, those of archives inside it included
    nesting: int = 2  # archives within archives
    characters: int = 5_000_000
    pages: int = 2_000
    elements: int = 1_000_000  # tags of one part of a document package
    stream_bytes: int = 20_000_000  # one unpacked stream of a page format
    page_instructions: int = 2_000_000  # bytes of drawing instructions on one page
    seconds: float = 10.0  # of processor time
    wall_seconds: float = 40.0  # by the clock, for a machine that has other work to do
    conversion_seconds: float = 20.0  # LibreOffice, which starts anew for each file
    memory_bytes: int = 512 * 1024**2


BUDGETS: Final = Budgets()
