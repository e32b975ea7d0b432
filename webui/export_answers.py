"""A file of ours as an answer: bytes or a stream, its type, and a name to save it under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 80
_UNFIT = re.compile(r"[^\w.\-〔〕（）]+")


def answer_file(
    data: bytes | Iterable[bytes], media_type: str, name: str, extension: str
) -> Response:
    """Return a file to be saved; the name keeps its 汉字, never a path or a quote."""
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = saved_as(name, extension)
    return response


def saved_as(name: str, extension: str) -> str:
    """Return the header that names a file to be saved: a header is ASCII, so 汉字 go encoded.

    >>> saved_as("a/b", "ris")
    "attachment; filename=gongwen.ris; filename*=UTF-8''a-b.ris"
    """
    stem = _UNFIT.sub("-", name).strip("-.")[:_LONGEST_NAME] or "gongwen"
    return f"attachment; filename=gongwen.{extension}; filename*=UTF-8''{quote(stem)}.{extension}"
