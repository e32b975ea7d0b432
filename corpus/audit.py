"""Who changed the library and when (审计记录): a file beside it, to which lines are only added.

The library itself says what it holds; this says which user of this machine brought it in or took it
out, also of what has been taken out since.
"""

from __future__ import annotations

import getpass
import json
import logging
import os
from typing import TYPE_CHECKING

from corpus.library_codec import now, plain

if TYPE_CHECKING:
    from pathlib import Path

AUDIT_FILE = "audit.jsonl"
_REPORT = logging.getLogger("gongwen.audit")


def note_change(folder: Path, action: str, **facts: str | int) -> None:
    """Add one line to the audit file of a library (审计记录); the change itself is done already.

    A line that cannot be written is a warning, no failure: what was stored is stored.
    """
    line: dict[str, str | int] = {"time": now(), "user": _user(), "action": action}
    line |= {name: plain(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    # ASCII: no name of a file can break the line or hide in it.
    data = (json.dumps(line) + "\n").encode("ascii")
    try:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        opened = os.open(folder / AUDIT_FILE, flags, 0o600)
        try:
            os.write(opened, data)  # one call: lines of several processes never mix
        finally:
            os.close(opened)
    except OSError as error:
        _REPORT.warning("cannot write the audit file: %s", error)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
