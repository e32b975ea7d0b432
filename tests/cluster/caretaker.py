"""What a test run starts ends with it (善后), however the run ends: by Ctrl-C, even by SIGKILL.

Beside the servers waits a shell that hears when we are gone: its input, which we hold open, ends.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# A server's process stands in `<name>/pid`; PostgreSQL ends its own children when told to quit.
_AFTERWARDS = """
read -r _
for held in "$1"/*/pid; do [ -s "$held" ] && kill -KILL "$(cat "$held")"; done
held="$1"/data/postmaster.pid; [ -s "$held" ] && kill -QUIT "$(head -n 1 "$held")"
sleep 1
for disk in "$1"/*/data; do umount -l "$disk"; done
[ "$2" = keep ] || rm -rf "$1"
"""


class Caretaker:
    """Ends the servers of a folder and removes it, should we end without doing so."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        words = [str(folder), "keep" if keeps else "remove"]
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _AFTERWARDS, "caretaker", *words],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def dismiss(self) -> None:
        """Leave everything to us, who have ended it in good order."""
        self._shell.kill()
        self._shell.communicate()
