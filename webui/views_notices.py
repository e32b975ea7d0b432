"""What the reader of a permalink (永久链接) must know about the paragraph it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.permalinks import LinkStatus

if TYPE_CHECKING:
    from corpus.library_records import Permalink

_WHOLE = 100


def notices_on(link: Permalink) -> tuple[str, ...]:
    """Say what has become of a permalink's paragraph; nothing when nothing has."""
    day = link.changed_at[:10]
    when = f"在 {day} " if day else ""
    match link.status:
        case LinkStatus.MOVED:
            return (f"该段已{when}重新入库时移动位置，文字没有变化。",)
        case LinkStatus.CHANGED:
            # 99.7 % alike is not the same: never round up to 100.
            percent = min(_WHOLE - 1, round(link.similarity * _WHOLE))
            return (f"该段已{when}重新入库时调整，下方是最接近的段落（相似度 {percent}%）。",)
        case _:
            return ()
