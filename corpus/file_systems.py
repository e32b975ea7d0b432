"""What kind of file system a folder lies on (文件系统): a library needs a local one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
# A lock taken on one host is not seen, or is lost, on another.
_NETWORK: Final = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre"}
    | {"ncpfs", "nfs", "nfs4", "pvfs2", "smb3", "smbfs"}
)
_NETWORK_FUSE: Final = frozenset({"ceph", "davfs2", "glusterfs", "rclone", "s3fs", "sshfs"})


def network_file_system(folder: Path, mounts: str | None = None) -> str:
    r"""Return the kind of network file system a folder lies on, "" on a local or unknown one.

    Args:
        folder: any folder; where it does not exist yet, its nearest ancestor counts.
        mounts: the kernel's table of mounts, in the form of `/proc/self/mountinfo`.

    >>> table = "36 25 0:32 / / rw - ext4 /dev/sda1 rw\n37 36 0:33 / /srv rw - nfs4 nas:/ rw"
    >>> network_file_system(Path("/srv/公文库"), table), network_file_system(Path("/opt"), table)
    ('nfs4', '')
    """
    kind = file_system(folder, mounts)
    _, _, driver = kind.partition("fuse.")
    return kind if kind in _NETWORK or driver in _NETWORK_FUSE else ""


def file_system(folder: Path, mounts: str | None = None) -> str:
    """Return the kind of file system a folder lies on as the kernel names it, "" where unknown."""
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:  # not Linux
            return ""
    path = Path(os.path.realpath(folder))
    best, kind = -1, ""
    for line in mounts.splitlines():
        # 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        place, _, rest = line.partition(" - ")
        fields = place.split(" ")
        if len(fields) < 5 or not rest:  # noqa: PLR2004 # the mount point is the fifth
            continue
        point = Path(_unescaped(fields[4]))
        # Of mounts on one place the last hides those before it.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split(" ", 1)[0]
    return kind


def _unescaped(field: str) -> str:
    r"""Return a mount point as it is; the kernel writes a blank as `\040`."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, character)
    return field
