"""What the service writes down (日志): one JSON object a line, whatever a request may hold."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler

from flask import g, has_request_context

ACCESS = "gongwen.access"
LONGEST = 200  # characters of a line somebody typed, or of an address
LONGEST_TRACE = 8_000

# What could break a line, turn its direction or hide in it: JSON itself escapes only C0.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def dump_line(facts: dict[str, object]) -> str:
    r"""Return facts as one line of JSON in which every control character is escaped.

    >>> dump_line({"query": "一\n二\u202e"})
    '{"query": "一\\n二\\u202e"}'
    """
    text = json.dumps(facts, ensure_ascii=False, default=str)
    return _UNSEEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]


def cap(text: str, longest: int = LONGEST) -> str:
    """Return the text, cut where it is longer than a log should hold.

    >>> cap("知识产权", 2)
    '知识…'
    """
    return text if len(text) <= longest else text[:longest] + "…"


class JsonLines(logging.Formatter):
    """A log record as one line of JSON; `facts` given as `extra` become keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": cap(record.getMessage(), LONGEST * 5),
        }
        if has_request_context() and "request_id" in g:
            line["request_id"] = g.request_id
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["trace"] = cap(self.formatException(record.exc_info), LONGEST_TRACE)
        return dump_line(line)


def start_logging(path: str) -> None:
    """Write warnings as JSON lines to stderr or, with requests as well, to a file.

    The file may be moved away while it is written: the next line begins a new one. Raises OSError
    where it cannot be written.
    """
    handler: logging.Handler = (
        WatchedFileHandler(path, encoding="utf-8") if path else logging.StreamHandler()
    )
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("gongwen").setLevel(logging.INFO if path else logging.WARNING)
    # Waiting requests are counted, and refused, by ourselves.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
