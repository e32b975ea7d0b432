"""How values become columns: texts that SQL can carry, bytes of JSON, moments."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

_UNSAYABLE: Final = re.compile("[\0\ud800-\udfff]")


def now() -> str:
    """Return this moment in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def plain(text: str) -> str:
    """Return a text that SQL can carry: a lone surrogate or a NUL becomes U+FFFD."""
    return _UNSAYABLE.sub("\ufffd", text)


def to_bytes(value: Any) -> bytes:
    """Return a value as bytes of JSON that keep every character, lone surrogates too."""
    dumped = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return dumped.encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> Any:
    """Return the value that `to_bytes` wrote."""
    return json.loads(data.decode("utf-8", "surrogatepass"))
