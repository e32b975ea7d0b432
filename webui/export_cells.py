"""Text → one cell of a table that a spreadsheet shows and never runs (单元格)."""

from __future__ import annotations

import re
from typing import Final

# A spreadsheet computes a cell that begins so; full-width signs too, where the system is Chinese.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
# What XML 1.0 cannot carry: control characters, half surrogate pairs, the two non-characters.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet, or whoever copies a cell into one, may drop from its front.
_UNSEEN: Final = re.compile(
    "\\A[\\s\x00-\x20\x7f-\x9f\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+"
)


def is_risky(value: str) -> bool:
    r"""Tell whether a spreadsheet might take a text for a formula.

    >>> is_risky("=1+1"), is_risky(" @SUM(A1)"), is_risky("\u202e=1"), is_risky("加强监管")
    (True, True, True, False)
    """
    return value.startswith(FORMULA_SIGNS) or _UNSEEN.sub("", value).startswith(FORMULA_SIGNS)


def safe_cell(value: str) -> str:
    """Return a CSV cell: a risky text gets the apostrophe that marks it as text.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("打击侵权")
    ("'=HYPERLINK(1)", '打击侵权')
    """
    return f"'{value}" if is_risky(value) else value


def writable(value: str) -> str:
    r"""Return a text without the characters that no office file can hold.

    >>> writable("加强\x0b监管\ud800")
    '加强监管'
    """
    return _UNWRITABLE.sub("", value)


def one_line(text: str) -> str:
    r"""Return a text on one line; a line break is a space between Latin words, else nothing.

    >>> one_line("加强\n监管 of\n IPR")
    '加强监管 of IPR'
    """
    pieces = [piece.strip() for piece in text.splitlines()]
    line = ""
    for piece in pieces:
        latin = line[-1:].isascii() and line[-1:].isalnum() and piece[:1].isascii()
        line += f" {piece}" if latin and piece[:1].isalnum() else piece
    return line
