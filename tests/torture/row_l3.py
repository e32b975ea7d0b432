"""L3 SIGTERM under load cuts no answer; a cold start over a damaged generation serves the one before."""

from __future__ import annotations

import random
import shutil
import signal
import socket
import threading
import time
from urllib.parse import quote

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import index_root, update_index
from indexer.generation import current
from tests.torture.adding import write_circulars
from tests.torture.outcome import Tally, scratch
from tests.torture.serving import HEAVY_LINE, LIGHT, PATIENCE, fill_library, serving

SHORT, LONG = 8, 50
VISITORS = 8
READY = 5.0


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    with scratch("l3") as folder:
        library = fill_library(folder / "library", rng, 300)
        for number in range(trials):
            tally.trial(*stop_under_load(library, rng))
            tally.trial(*start_over_damage(library, folder / f"damaged-{number}", rng))
    return tally.result()


def stop_under_load(library, rng: random.Random) -> list[str]:
    found: list[str] = []
    lock, stopped = threading.Lock(), threading.Event()
    counts = {"whole": 0, "refused": 0}
    with serving(library) as service:

        def visit(number: int) -> None:
            turn = 0
            while not stopped.is_set():
                path = LIGHT[(number + turn) % len(LIGHT)]
                if turn % 4 == 3:
                    path = f"/search?limit=100&q={quote(f'{HEAVY_LINE} OR 第{number}{turn}')}"
                outcome = one_answer(service.port, path)
                turn += 1
                with lock:
                    if outcome in counts:
                        counts[outcome] += 1
                    else:
                        found.append(outcome)
                if outcome != "whole":
                    return

        threads = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
        for thread in threads:
            thread.start()
        time.sleep(1 + rng.random())
        service.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(PATIENCE)
        stopped.set()
        code = service.process.wait(PATIENCE)
        if code:
            found.append(f"ended with {code}")
    if not counts["whole"]:
        found.append("nothing was asked")
    return found


def one_answer(port: int, path: str) -> str:
    """Ask over a fresh connection; say whether the answer is whole, or the door was closed."""
    try:
        stream = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    except OSError:
        return "refused"
    with stream:
        received = b""
        try:
            stream.sendall(
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
            )
            while piece := stream.recv(65536):
                received += piece
        except OSError as error:
            # The kernel had taken the connection in after the last look at the door.
            return "refused" if not received else f"cut: {error!r} after {len(received)} bytes"
    if not received:
        return "cut: closed without an answer"
    head, _, body = received.partition(b"\r\n\r\n")
    if int(head.split()[1]) not in {200, 503}:
        return f"status {head[:60]!r}"
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    ]
    return "whole" if lengths == [len(body)] else f"cut: {len(body)} of {lengths} bytes"


def start_over_damage(library, copy, rng: random.Random) -> list[str]:
    """Publish once more, damage what was published, start: the generation before must answer."""
    shutil.copytree(library, copy)
    sources = copy.with_name(copy.name + "-sources")
    write_circulars(sources, rng, 90_000, 1)
    with Library.open(copy) as held:
        before = held.sequence()
        add_paths(held, [sources])
        update_index(held)
        newest = current(index_root(held)).path
    files = sorted(path for path in newest.rglob("*") if path.is_file() and path.stat().st_size)
    victim = rng.choice(files)
    data = bytearray(victim.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    victim.unlink()  # generations share their files
    victim.write_bytes(data)
    found = []
    started = time.monotonic()
    with serving(copy) as service:
        announced = time.monotonic()
        while not service.is_ready():
            if time.monotonic() - started > PATIENCE:
                return ["never ready"]
            time.sleep(0.05)
        waited = time.monotonic() - announced
        if waited > READY:
            found.append(f"ready {waited:.1f} s after it was announced")
        page = service.visitor().get(LIGHT[0])
        if page.status != 200:
            found.append(f"a search answered {page.status} although /readyz said ready")
        state = service.visitor().get("/readyz")
        if state.status != 200 or b'"index": ' not in state.body:
            found.append(f"/readyz {state.status} {state.body!r} (library was at {before})")
    return found
