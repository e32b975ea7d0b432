"""L2 three times what can be served: only 503 with Retry-After, and soon after all is as before."""

from __future__ import annotations

import random
import time
from urllib.parse import quote

from tests.torture.outcome import Tally
from tests.torture.serving import HEAVY_LINE, LIGHT, run_visitors, serving_invented

SHORT, LONG = 1, 10
CROWD = 90  # three times the slots and the queue, and more than there are threads
RECOVERED = 10.0


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    with serving_invented("l2", rng, 2_000 if long else 500) as service:
        for _ in range(trials):
            one_wave(service, tally, 30.0 if long else 10.0)
    return tally.result()


def one_wave(service, tally: Tally, seconds: float) -> None:
    threads = service.figures()["threads"]
    crowd = [service.visitor(f"127.0.4.{number + 1}") for number in range(CROWD)]

    def choose(number: int, turn: int) -> str:
        return f"/search?limit=100&unit=measure&q={quote(f'{HEAVY_LINE} OR 第{number}批{turn}')}"

    replies = [one for each in run_visitors(crowd, seconds, choose) for one in each]
    ended = time.monotonic()
    for reply in replies:
        proper = reply.status == 200 or (reply.status == 503 and reply.headers.get("retry-after"))
        tally.trial(*([] if proper else [f"{reply.status} {reply.trouble}"]))
    served = sum(reply.status == 200 for reply in replies)
    print(f"{served} answered, {len(replies) - served} asked to come back")
    tally.trial(*([] if served else ["nobody was served"]))
    tally.trial(*([] if served < len(replies) else ["nobody was asked to come back"]))
    while time.monotonic() - ended < RECOVERED:
        after = [service.visitor().get(path) for path in LIGHT]
        if all(reply.status == 200 and reply.seconds < 1 for reply in after):
            break
    took = time.monotonic() - ended
    print(f"as before after {took:.1f} s")
    tally.trial(*([] if took < RECOVERED else ["not as before"]))
    lost = threads - service.figures()["threads"]
    tally.trial(*([f"{lost:.0f} workers lost"] if lost > 0 else []))
