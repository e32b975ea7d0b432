"""The file operations of publishing (磁盘操作): the one door between a generation and the disk.

Everything that decides what is left of an index after a power cut goes through here, so that a
test can stand in and forget whatever was not synced.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


class Disk:
    """What publishing asks of a disk; nothing is kept through a power cut before it is synced."""

    def make_folder(self, folder: Path, mode: int) -> None:
        """Make a folder and those above it, where absent."""
        folder.mkdir(mode=mode, parents=True, exist_ok=True)

    def make_work_folder(self, root: Path, prefix: str) -> Path:
        """Make a folder for this user alone under a name that nobody has."""
        return Path(tempfile.mkdtemp(prefix=prefix, dir=root))  # holds root already

    def share(self, source: Path, target: Path) -> None:
        """Let `target` have what a synced `source` has: by a hard link, else by a synced copy."""
        try:
            self.link(source, target)
        except OSError:  # a file system without hard links
            shutil.copy2(source, target)
            self.sync(target)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name; raises OSError where the file system has no hard links."""
        target.hardlink_to(source)

    def write(self, path: Path, data: bytes) -> None:
        """Write a file."""
        path.write_bytes(data)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file or folder another name at one moment, in place of what had it."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file if it is there."""
        path.unlink(missing_ok=True)

    def remove_folder(self, folder: Path) -> None:
        """Remove a folder with all that is in it; what cannot be removed stays."""
        shutil.rmtree(folder, ignore_errors=True)

    def sync(self, path: Path) -> None:
        """Wait until a file's contents, or the names in a folder, would survive a power cut."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


DISK = Disk()
