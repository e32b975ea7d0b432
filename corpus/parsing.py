"""One file's bytes become a circular or a reason why not: the one place where anything may fail.

The result is JSON, because it may come from another process, and because nothing that was made
from a stranger's file is ever unpickled.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from corpus.errors import UnreadableFileError
from corpus.interchange import circular_to_json
from corpus.readers import read_bytes
from corpus.structure import parse_circular

if TYPE_CHECKING:
    from corpus.model import Circular, RawCircular

Outcome = dict[str, Any]


def parse_file(name: str, data: bytes) -> Outcome:
    """Return the circular in a file as JSON, with the text its spans count in; never raises.

    A file that cannot be used gives `{"code", "detail"}` instead: why it goes to quarantine (隔离).
    """
    started = time.perf_counter()
    outcome = _read_and_parse(name, data)
    outcome["ms"] = round((time.perf_counter() - started) * 1000)
    return outcome


def _read_and_parse(name: str, data: bytes) -> Outcome:
    try:
        raw = read_bytes(name, data)
        return _outcome(raw, parse_circular(raw))
    except UnreadableFileError as error:
        return rejection(error.code, error.detail)
    except MemoryError:
        return rejection("out_of_memory")
    except Exception as error:  # noqa: BLE001 - one file must not end a run over thousands
        return rejection("internal", f"{type(error).__name__}: {str(error)[:200]}")


def rejection(code: str, detail: str = "") -> Outcome:
    """Return the outcome of a file that goes to quarantine (隔离)."""
    return {"code": code, "detail": detail}


def _outcome(raw: RawCircular, circular: Circular) -> Outcome:
    if not any(paragraph.text.strip() for paragraph in circular.paragraphs):
        return rejection("no_paragraphs")
    return {
        "circular": circular_to_json(circular),
        "text": raw.text,
        "media_type": raw.media_type,
        "encoding": raw.encoding,
    }
