"""The rows of the goal table (docs/reliability.md), each with one command.

    python -m tests.torture                    every row, short form, fixed seed
    python -m tests.torture F2                 one row
    python -m tests.torture F2 --long          its long form, with a random seed that is printed
    python -m tests.torture F2 --seed 7        the same trials again
    python -m tests.torture --list             which rows there are

Row F2 is the module `row_f2.py` beside this file. A row says `SHORT` and `LONG`, its numbers of
trials, and has `run(trials, seed, long) -> (trials, failures)`: how many trials there were and how
many broke the promise. It prints what failed; the last line of a row is made here. A row that this
machine cannot run raises `tests.torture.outcome.NotRunError` with a sentence.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.outcome import NotRunError

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
PREFIX = "row_"
FIXED_SEED = 20260101


def row_names() -> list[str]:
    """Return the rows there are, in the order of their names."""
    return sorted(path.stem.removeprefix(PREFIX).upper() for path in HERE.glob(f"{PREFIX}*.py"))


def row_module(row: str) -> ModuleType:
    return importlib.import_module(f"tests.torture.{PREFIX}{row.lower()}")


def run_row(row: str, seed: int, trials: int | None, *, long: bool) -> bool:
    """Run one row and print its last line; return whether the promise held."""
    module = row_module(row)
    wanted = trials or (module.LONG if long else module.SHORT)
    started = time.monotonic()
    try:
        done, failures = module.run(wanted, seed, long)
    except NotRunError as error:
        print(f"{row} was not run: {error}")
        done, failures = 0, 0
    print(f"took {time.monotonic() - started:.0f} s")
    print(f"{row}: {done} trials, {failures} failures (seed {seed})", flush=True)
    return not failures


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("rows", nargs="*", type=str.upper, metavar="ROW", help="all where none")
    parser.add_argument("--long", action="store_true", help="long form, random seed")
    parser.add_argument("--seed", type=int, help="repeat the trials of this seed")
    parser.add_argument("--trials", type=int, help="another number of trials than the row's own")
    parser.add_argument("--list", action="store_true", help="say which rows there are")
    asked = parser.parse_args(arguments)
    known = row_names()
    if asked.list:
        for row in known:
            print(row, (row_module(row).__doc__ or "").partition("\n")[0], sep="\t")
        return 0
    unknown = set(asked.rows) - set(known)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    seed = asked.seed
    if seed is None:
        seed = random.SystemRandom().randrange(2**31) if asked.long else FIXED_SEED
    held = [run_row(row, seed, asked.trials, long=asked.long) for row in asked.rows or known]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
