"""A network of our own that can be cut (网络命名空间): each node in a namespace, on a cable of its own.

Its addresses are of 127.0.0.0/8, which no other machine has, though they are not on the loopback
device here; so a test that may reach this machine alone may reach them. Needs root.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_OURS = Path("/proc/thread-self/ns/net")
_TOOLS = ("ip", "nsenter", "unshare")


def missing() -> str:
    """Return what is missing for a network, and disks, of our own; "" where nothing is."""
    if os.geteuid() != 0:
        return "断网和写满磁盘要 root 权限（网络命名空间、挂载 tmpfs），这里没有"
    lacking = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"断网要用 {'、'.join(lacking)}，这里没有（Debian：apt install iproute2 util-linux）"
    tried = ["unshare", "-n", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    done = subprocess.run(tried, capture_output=True, check=False)
    return "这里不许建网络命名空间或挂载 tmpfs" if done.returncode else ""


class Network:
    """Namespaces around a bridge; inside the `with` block the calling thread is on it as well.

    Whatever starts inside is on it too. Nothing of it outlives its processes.
    """

    def __init__(self, count: int) -> None:
        self.hosts = [f"127.200.0.{10 + number}" for number in range(count)]
        self._places: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._before = os.open(_OURS, os.O_RDONLY)
        _call("unshare", _NEW_NETWORK)
        _join_loopback(())
        _run("ip", "link", "add", "office", "type", "bridge")
        _join((), "office", "127.200.0.1")
        for number, host in enumerate(self.hosts):
            place = subprocess.Popen(
                # Says that it is in its namespace, and ends when we do.
                ["unshare", "-n", "sh", "-c", "echo; exec cat"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            assert place.stdout is not None
            place.stdout.readline()
            self._places.append(place)
            pair = ("type", "veth", "peer", "name", "wire", "netns", str(place.pid))
            _run("ip", "link", "add", f"cable{number}", "master", "office", *pair)
            _run("ip", "link", "set", f"cable{number}", "up")
            _join_loopback(self.inside(number))
            _join(self.inside(number), "wire", host)
        return self

    def __exit__(self, *_: object) -> None:
        for place in self._places:
            place.communicate()
        _call("setns", self._before, _NEW_NETWORK)
        os.close(self._before)

    def inside(self, number: int) -> tuple[str, ...]:
        """Return what a command begins with to run where node `number` is."""
        return ("nsenter", f"--net=/proc/{self._places[number].pid}/ns/net")

    def cut(self, number: int) -> None:
        """Pull the cable of a node: what is sent to it, or by it, is gone without a word."""
        _run("ip", "link", "set", f"cable{number}", "down")

    def mend(self, number: int) -> None:
        """Put the cable back."""
        _run("ip", "link", "set", f"cable{number}", "up")


def _join_loopback(inside: tuple[str, ...]) -> None:
    """Give a namespace its loopback device, but not all of 127.0.0.0/8 on it."""
    _run(*inside, "ip", "link", "set", "lo", "up")
    _run(*inside, "ip", "address", "delete", "127.0.0.1/8", "dev", "lo")
    _run(*inside, "ip", "address", "add", "127.0.0.1/32", "dev", "lo")
    routed = "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet"
    _run(*inside, "sh", "-c", routed)


def _join(inside: tuple[str, ...], device: str, host: str) -> None:
    _run(*inside, "ip", "address", "add", f"{host}/24", "dev", device, "scope", "global")
    _run(*inside, "ip", "link", "set", device, "up")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
