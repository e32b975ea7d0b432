"""Files come in behind those who search, and a process that was told so twice is no slower."""

from __future__ import annotations

import os
import subprocess
import sys


def test_a_process_gives_way_once_and_never_more_than_it_did():
    told = "import os; from corpus.priority import give_way; give_way(); give_way(); "
    command = [sys.executable, "-c", f"{told}print(os.getpriority(os.PRIO_PROCESS, 0))"]

    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert int(said) == max(5, os.getpriority(os.PRIO_PROCESS, 0))
