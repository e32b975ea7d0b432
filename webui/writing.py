"""Text → the bytes of an answer, whatever a source may have held."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, render_template


def encode(text: str) -> bytes:
    r"""Return the text as UTF-8; half a surrogate pair, which UTF-8 cannot carry, becomes U+FFFD.

    >>> encode("通知\ud800") == "通知\ufffd".encode()
    True
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.encode()


def answer_page(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page made from a template."""
    html = render_template(template, **values)
    return Response(encode(html), status, content_type="text/html; charset=utf-8")


def answer_json(value: Any, status: int = 200) -> Response:
    """Return a value as JSON, 汉字 as they are."""
    text = json.dumps(value, ensure_ascii=False) + "\n"
    return Response(encode(text), status, content_type="application/json; charset=utf-8")
