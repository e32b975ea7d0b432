"""Those who search go first (让路): whatever reads, stores and indexes files runs behind them."""

from __future__ import annotations

import os
from typing import Final

NICENESS: Final = 5  # a third of the processor where both want all of it, the whole where not


def give_way() -> None:
    """Let this process run behind those who search, where the system has priorities."""
    if hasattr(os, "setpriority"):
        nice = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
        os.setpriority(os.PRIO_PROCESS, 0, nice)
