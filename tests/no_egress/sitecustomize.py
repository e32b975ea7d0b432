"""No socket beyond this machine: loaded by every Python that has this folder on its path.

The tests put the folder on PYTHONPATH, so that processes they start keep the rule too. What breaks
it raises, and is written down where GONGWEN_EGRESS_LOG says, for whoever swallows the error.
"""

from __future__ import annotations

import ipaddress
import os
import sys

_LOG = "GONGWEN_EGRESS_LOG"
_LOCAL_NAMES = {"", "localhost", "ip6-localhost", None}
_CONNECTING = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_ASKING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


class EgressError(OSError):
    """Something tried to reach another machine, or to ask one for a name."""


def is_local(host: object) -> bool:
    """Tell whether a host is this machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch(event: str, arguments: tuple) -> None:
    """Raise EgressError at a socket event that concerns another machine."""
    if event in _CONNECTING:
        address = arguments[1]
        if isinstance(address, tuple) and not is_local(address[0]):
            _refuse(event, address)
    elif event in _ASKING and not _is_known(arguments[0]):
        _refuse(event, arguments[0])


def _is_known(name: object) -> bool:
    if is_local(name):
        return True
    try:
        ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return True  # an address needs no name server


def _refuse(event: str, what: object) -> None:
    path = os.environ.get(_LOG)
    if path:
        with open(path, "a", encoding="utf-8") as log:  # noqa: PTH123 - loaded by every process
            log.write(f"{os.getpid()} {event} {what!r} {sys.argv[:3]}\n")
    raise EgressError(f"{event} {what!r}: no socket beyond this machine")


sys.addaudithook(watch)
