"""How a connection to a cluster notices that the other side is gone (断网): by asking now and then.

A node that a cut network has taken away says nothing, and a request to it would wait as long as it
may. So its host is asked whether it is there; then another node is asked.
"""

from __future__ import annotations

import socket

SILENCE, EVERY, TIMES = 5, 2, 3  # seconds without a word, then between questions; how many of them


def socket_options() -> list[tuple[int, int, int]]:
    """Return what lets a connection give up a host that is gone, as far as this system has it."""
    wanted = (
        ("TCP_NODELAY", 1),
        ("TCP_KEEPIDLE", SILENCE),
        ("TCP_KEEPINTVL", EVERY),
        ("TCP_KEEPCNT", TIMES),
        ("TCP_USER_TIMEOUT", (SILENCE + EVERY * TIMES) * 1_000),
    )
    known = ((getattr(socket, name, None), value) for name, value in wanted)
    held = [(socket.IPPROTO_TCP, option, value) for option, value in known if option is not None]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *held]
