"""L1 soak: mixed load while circulars are added; no errors, and nothing that only grows."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.adding import write_circulars
from tests.torture.outcome import Tally, scratch
from tests.torture.serving import (
    GONGWEN,
    HEAVY,
    LIGHT,
    REPOSITORY,
    complaints,
    fill_library,
    run_visitors,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORT, LONG = 60, 1_800  # seconds; a trial is one answer
VISITORS, PAUSE = 4, 0.3
WARM = 0.3  # of the time: caches fill
# In a minute the caches of so small a library still fill: only half an hour shows a slope.
MOST_GROWTH_SHORT, MOST_SLOPE_LONG = 0.15, 0.01
ROUNDS = 5  # of all questions, after which a new process holds what it needs
FIRST_ADDED = 50_000


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng, stopped = Tally(), random.Random(seed), threading.Event()
    with scratch("l1") as folder:
        library = fill_library(folder / "library", rng, 500 if long else 100)
        temporary = folder / "temporary"
        temporary.mkdir()
        notes = folder / "notes"
        needed = [memory_of_a_new_service(library)] if long else []
        with serving(library, log=notes) as service:
            for path in (*LIGHT, HEAVY):
                service.visitor().get(path)
            samples: list[tuple[float, dict[str, float]]] = []
            troubles: list[str] = []
            watching = threading.Thread(target=watch, args=(service, samples, stopped))
            adding = threading.Thread(
                target=add_steadily, args=(library, folder, rng, troubles, stopped)
            )
            watching.start()
            adding.start()
            visitors = [service.visitor(f"127.0.3.{number + 1}") for number in range(VISITORS)]
            replies = run_visitors(visitors, trials, choose, pause=PAUSE)
            stopped.set()
            watching.join()
            adding.join()
            for reply in (one for each in replies for one in each):
                tally.trial(*([] if reply.status == 200 else [f"{reply.status} {reply.trouble}"]))
            tally.trial(*troubles[:5])
            time.sleep(3)  # what was added last is indexed now
            state = service.visitor().get("/readyz")
            tally.trial(*([] if state.status == 200 else [f"not ready: {state.body!r}"]))
        tally.trial(*complaints(notes)[:5])
        needed += [memory_of_a_new_service(library)] if long else []
        tally.trial(*growth(samples, trials, needed))
    return tally.result()


def choose(number: int, turn: int) -> str:
    return HEAVY if turn % 10 == number else LIGHT[(number + turn) % len(LIGHT)]


def memory_of_a_new_service(library: Path) -> float:
    """Return the bytes of a process that has just answered every question a few times."""
    with serving(library) as service:
        visitors = [service.visitor(f"127.0.3.{number + 1}") for number in range(VISITORS)]
        for path in (*LIGHT, HEAVY) * ROUNDS:
            for visitor in visitors:
                visitor.get(path)
        return service.figures()["memory"]


def watch(service, samples: list, stopped: threading.Event) -> None:
    started = time.monotonic()
    while not stopped.wait(1.0):
        samples.append((time.monotonic() - started, service.figures() | left_behind(service)))


def left_behind(service) -> dict[str, float]:
    """Count the temporary files the service holds open."""
    held = 0
    for link in Path(f"/proc/{service.process.pid}/fd").iterdir():
        try:
            held += str(link.readlink()).startswith("/tmp/")
        except OSError:
            continue
    return {"temporary": held}


def add_steadily(library, folder, rng, troubles: list[str], stopped: threading.Event) -> None:
    """Add what comes to one circular a second, in runs of ten: each run is a process."""
    serial = FIRST_ADDED
    while not stopped.is_set():
        started = time.monotonic()
        sources = folder / f"more-{serial}"
        write_circulars(sources, rng, serial, 10)
        command = [*GONGWEN, "--library", str(library), "add", "--no-index", str(sources)]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)
        if done.returncode:
            troubles.append(f"add ended with {done.returncode}: {done.stderr.decode()[-300:]}")
        serial += 10
        stopped.wait(max(0.0, 10 - (time.monotonic() - started)))


def growth(samples: list, seconds: int, needed: Sequence[float]) -> list[str]:
    """Say what grew after the warm-up.

    In half an hour the library becomes several times as large: what a new process needs for it now
    and what one needed before, `needed`, is no leak.
    """
    settled = [(when, figures) for when, figures in samples if when > WARM * seconds]
    if len(settled) < 4:
        return ["too few samples"]
    half = len(settled) // 2

    def mean(part: list, name: str) -> float:
        return sum(figures[name] for _, figures in part) / len(part)

    found = []
    early, late = mean(settled[:half], "memory"), mean(settled[half:], "memory")
    passed = (settled[-1][0] - settled[0][0]) / 2  # between the middles of the halves
    print(f"memory {early / 1e6:.0f} → {late / 1e6:.0f} MB in {passed / 60:.1f} minutes")
    if needed:
        before, after = needed
        print(f"a new process needs {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after")
        left = late - early - (after - before) * passed / seconds
        slope = left / early / passed * 600
        print(f"beyond that {slope:+.1%} in 10 minutes")
        if slope > MOST_SLOPE_LONG:
            found.append(f"memory grows {slope:.1%} in 10 minutes")
    elif late / early - 1 > MOST_GROWTH_SHORT:
        found.append(f"memory grew {late / early - 1:.1%}")
    # A generation in service holds its files open; two of them for a moment.
    for name, slack in (("descriptors", 40), ("threads", 1), ("temporary", 0)):
        first, last = settled[0][1][name], settled[-1][1][name]
        print(f"{name} {first:.0f} → {last:.0f}")
        if last > first + slack:
            found.append(f"{name} {first:.0f} → {last:.0f}")
    return found
