"""S1 no egress: every verb and every page, under a hook that forbids it and in a network of its own."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

from corpus.library import Library
from corpus.samples import sample_files
from tests.torture.outcome import Tally, scratch
from tests.torture.serving import GONGWEN, LIGHT, PATIENCE, REPOSITORY, fill_library, serving

if TYPE_CHECKING:
    from pathlib import Path

SHORT, LONG = 1, 5
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
MAIN_VERBS = (["add", str(sample_files()[1])], ["index", "--rebuild"], ["search", "知识产权"])
PAGES = (
    *LIGHT, "/overview", "/matrix?q=%E7%9F%A5", "/search.csv?q=a", "/search.xlsx?q=a", "/search.atom?q=a", "/basket", "/missing",
    "/api/v1/suggest?q=a", "/healthz", "/readyz", "/metrics", "/static/gongwen.js", "/nowhere",
)  # fmt: skip


def verbs(library: Path, held: str, folder: Path) -> list[list[str]]:
    sample = str(sample_files()[0])
    return [
        ["--help"], ["--version"], ["parse", sample], ["parse", sample, "--json"], ["add", sample], ["index"], ["index", "--rebuild"],
        ["search", "知识产权"], ["search", "知识产权", "--json"], ["search", "知识产权", "--csv"], ["show", held], ["cite", held],
        ["matrix", held], ["matrix", held, "--out", str(folder / "分工.xlsx")], ["agencies", "check"], ["check"], ["check", sample],
    ]  # fmt: skip


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    with scratch("s1") as folder:
        library, log = fill_library(folder / "library", rng, 20), folder / "egress"
        with Library.open(library) as opened:
            held = opened.circular_ids()[0]
        os.environ["PYTHONPATH"] = str(REPOSITORY / "tests" / "no_egress")
        os.environ["GONGWEN_EGRESS_LOG"] = str(log)
        log.touch()
        for _ in range(trials):
            for verb in verbs(library, held, folder):
                command = [*GONGWEN, "--library", str(library), *verb]
                tally.trial(*tried(command, log))
            for options in ((), ("--host", "0.0.0.0", "--trust", "gongwen.example")):
                with serving(library, *options) as service:
                    for page in PAGES:
                        reply = service.visitor().get(page)
                        found = [] if reply.status in {200, 404} else [f"{page}: {reply.status}"]
                        tally.trial(*found, *written(log))
            tally.trial(*alone(library))
    return tally.result()


def tried(command: list[str], log: Path) -> list[str]:
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, timeout=PATIENCE * 5, check=False
    )
    found = (
        []
        if done.returncode in {0, 1}
        else [f"ended with {done.returncode}: {done.stderr.decode()[-300:]}"]
    )
    return [f"{' '.join(command[3:])}: {one}" for one in (*found, *written(log))]


def written(log: Path) -> list[str]:
    """Return what was tried, and forget it."""
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("", encoding="utf-8")
    return lines


def alone(library: Path) -> list[str]:
    """Run the main verbs and the service where there is no network but loopback."""
    if os.geteuid() or shutil.which("unshare") is None:
        print("a network of its own needs root: that part was not run")
        return []
    command = [
        "unshare",
        "--net",
        sys.executable,
        "-m",
        "tests.torture.row_s1",
        str(library),
    ]
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, timeout=PATIENCE * 10, check=False
    )
    return [done.stdout.decode()[-300:] + done.stderr.decode()[-500:]] if done.returncode else []


def raise_loopback() -> None:
    """Switch loopback on in a network that is new."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, name))[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | _IFF_UP))


def main(library: str) -> None:
    from pathlib import Path

    raise_loopback()
    assert [name for _, name in socket.if_nameindex() if name not in {"lo", "sit0", "tunl0"}] == []
    for verb in MAIN_VERBS:
        done = subprocess.run(
            [*GONGWEN, "--library", library, *verb], capture_output=True, check=False
        )
        assert done.returncode in {0, 1}, (verb, done.stderr.decode())
    with serving(Path(library)) as service:
        for page in PAGES:
            assert service.visitor().get(page).status in {200, 404}, page


if __name__ == "__main__":
    main(*sys.argv[1:])
