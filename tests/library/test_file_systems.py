"""Which folders lie on a network file system, by the kernel's table of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import LibraryNetworkError
from corpus.file_systems import file_system, network_file_system

TABLE = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /mnt rw - tmpfs tmpfs rw
31 30 0:41 / /mnt/共享\040盘 rw,relatime master:1 - cifs //nas/gw rw
32 22 0:42 / /srv rw - nfs4 nas:/srv rw
33 32 8:1 / /srv/本机 rw - xfs /dev/sdb rw
34 22 0:43 / /home/ssh rw - fuse.sshfs host:/ rw
35 22 0:44 / /media/ntfs rw - fuseblk /dev/sdc rw
a line of another kind
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/opt/公文库", ""),
        ("/mnt/共享 盘/公文库", "cifs"),
        ("/mnt/别处", ""),
        ("/srv/公文库", "nfs4"),
        ("/srv/本机/公文库", ""),
        ("/srvx", ""),
        ("/home/ssh/公文库", "fuse.sshfs"),
        ("/media/ntfs", ""),
    ],
)
def test_the_nearest_mount_decides(folder, kind):
    assert network_file_system(Path(folder), TABLE) == kind


def test_the_last_mount_on_a_place_hides_the_others():
    table = f"{TABLE}36 22 8:2 / /srv rw - ext4 /dev/sdd rw\n"

    assert file_system(Path("/srv/公文库"), table) == "ext4"


def test_this_machine_is_asked_when_no_table_is_given(tmp_path):
    assert network_file_system(tmp_path) == ""


def test_the_message_says_how_to_go_on_anyway():
    assert "GONGWEN_ALLOW_NETWORK_FS=1" in str(LibraryNetworkError("/srv/公文库", "nfs4"))
