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


def budget_lines(budgets: Budgets) -> tuple[tuple[str, str], ...]:
    """Return every limit with its Chinese name and its value, for a reader (预算说明).

    >>> budget_lines(Budgets())[0]
    ('一个文件', '50 MB')
    """
    return (
        ("一个文件", f"{budgets.file_bytes / 1_000_000:g} MB"),
        ("一个压缩包或文档包展开后", f"{budgets.unpacked_bytes / 1_000_000:g} MB"),
        ("压缩比", f"{budgets.ratio}:1（展开超过 {budgets.ratio_from / 1_000_000:g} MB 后计）"),
        ("压缩包里的文件", f"{budgets.members} 个"),
        ("压缩包套压缩包", f"{budgets.nesting} 层"),
        ("文字", f"{budgets.characters // 10_000} 万字"),
        ("页数", f"{budgets.pages} 页"),
        ("文档包一个部件的标签", f"{budgets.elements // 10_000} 万个"),
        ("版式文件一个数据流展开后", f"{budgets.stream_bytes / 1_000_000:g} MB"),
        ("一页的绘图指令", f"{budgets.page_instructions / 1_000_000:g} MB"),
        ("读取时占用处理器", f"{budgets.seconds:g} 秒"),
        ("读取时总共", f"{budgets.wall_seconds:g} 秒"),
        ("LibreOffice 转换", f"{budgets.conversion_seconds:g} 秒"),
        ("读取时占用内存", f"{budgets.memory_bytes // 1024**2} MB"),
    )
