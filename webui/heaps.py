"""How many heaps (堆) the threads of the service share.

glibc gives up to eight for each core, and what one thread frees another's heap cannot use: beside
40 threads a library that grows took some 100 MB more in a quarter of an hour, none of it in use
(glibc manual, "Malloc Tunable Parameters": M_ARENA_MAX).
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_ARENA_MAX: Final = -8  # M_ARENA_MAX of glibc's malloc.h


def limit_heaps(most: int) -> bool:
    """Let this process have so many heaps; to be called before its threads begin.

    Tells whether that is so from now on: other C libraries than glibc have no such limit.
    """
    with suppress(AttributeError, OSError):
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, most))
    return False
