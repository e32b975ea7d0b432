"""Every row of the goal table holds in its short form."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.torture.__main__ import FIXED_SEED, row_names


@pytest.mark.parametrize("row", row_names())
def test_the_promise_of_each_row_holds(repository, row):
    # A process of its own: rows fork, kill, limit resources and watch audit events.
    command = [sys.executable, "-m", "tests.torture", row, "--seed", str(FIXED_SEED)]

    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(rf"{row}: \d+ trials, 0 failures \(seed {FIXED_SEED}\)", last)
    if " was not run: " in done.stdout:
        pytest.skip(done.stdout.splitlines()[0])
