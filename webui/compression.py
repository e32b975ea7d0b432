"""Answers in fewer bytes (压缩): gzip for whoever can read it, so that long circulars come fast."""

from __future__ import annotations

import gzip
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

# Pictures, Word and Excel files are compressed already; a streamed table is not held back for it.
COMPRESSED: Final = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/json",
        "application/atom+xml",
        "image/svg+xml",
    }
)
LEAST: Final = 1_000  # bytes from which on it is worth it
LEVEL: Final = 3  # 5 takes half as long again for one byte in twenty


def compress_answers(app: Flask) -> None:
    """Compress the answers of an app that are text, whole and large enough."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress an answer if its reader understands that; nothing on a page is a secret to guess."""
    if response.mimetype not in COMPRESSED:
        return response
    response.vary.add("Accept-Encoding")
    understood = request.accept_encodings["gzip"] > 0
    if not understood or (response.is_streamed and not response.direct_passthrough):
        return response
    if response.status_code != HTTPStatus.OK or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False  # a static file is read, not handed to the server
    data = response.get_data()
    if len(data) < LEAST:
        return response
    response.set_data(gzip.compress(data, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # the same to read, not the same bytes
    return response
