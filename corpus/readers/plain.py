"""Plain text (纯文本) as a raw circular: the decoded file is the text, character for character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.model import RawCircular

if TYPE_CHECKING:
    from corpus.readers.decoding import Decoded


def read_plain(name: str, decoded: Decoded) -> RawCircular:
    """Return a raw circular whose text is exactly the decoded file."""
    return RawCircular(
        name=name,
        text=decoded.text,
        media_type="text/plain",
        encoding=decoded.encoding,
        remarks=decoded.remarks,
    )
