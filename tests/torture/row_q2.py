"""Q2 heavy legitimate queries: each within two seconds, cut short only with 结果不完整 on the page."""

from __future__ import annotations

import random
from urllib.parse import quote

from search import budget
from tests.torture.adding import ACTIONS, AGENCIES
from tests.torture.outcome import Tally, scratch
from tests.torture.serving import answer_of, fill_library, percentile, serving
from webui.app import create_app

SHORT, LONG = 60, 600
MOST_SECONDS = 2.0
SLOW_MACHINE = 3  # the short form shares its machine with other work
INCOMPLETE = "结果不完整"


def heavy_lines(rng: random.Random) -> list[str]:
    """Return what a careful reader may type or paste at its longest."""
    words = [*ACTIONS, *AGENCIES, "重点工作", "任务", "按期完成", "云港市人民政府办公室"]
    passage = "，".join(rng.choice(words) for _ in range(200))
    return [
        "工作*", "任务* 完成*", "监管* OR 整治* OR 体系* OR 机制*", "年:1949..2030", "年:2000..2030 工作",
        " OR ".join(rng.choice(words) for _ in range(16)), " AND ".join(rng.sample(words, 8)),
        f'"{passage[:500]}"', passage[:500], passage[:120] + "如何落实？", " ".join(words),
        f"({words[0]} OR {words[1]}) AND ({words[2]} OR {words[3]}) NOT {words[4]}", "的", "工", "一", "第",
        f"责任单位:{AGENCIES[0]} {words[0]}", "市*", "云政办发〔2018〕*", "由谁牵头完成网络交易监管和农资打假工作",
    ]  # fmt: skip


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, times, rng = Tally(), [], random.Random(seed)
    with scratch("q2") as folder:
        library = fill_library(folder / "library", rng, 5_000 if long else 500)
        with serving(library) as service:
            visitor = service.visitor()
            visitor.get("/search?q=a")
            while tally.trials < trials // 2:
                for line in heavy_lines(rng):
                    for unit in ("paragraph", "measure"):
                        asked = f"q={quote(line)}&unit={unit}&limit=100"
                        page, answer = (
                            visitor.get(f"/search?{asked}"),
                            visitor.get(f"/api/v1/search?{asked}"),
                        )
                        times += [page.seconds, answer.seconds]
                        tally.trial(*_problems(page, answer, line, long))
        # The same with no time at all: whatever is shown then must say that it is not whole.
        budget.SECONDS = 0
        client = create_app(library).test_client()
        while tally.trials < trials:
            for line in heavy_lines(rng):
                with client.get("/search", query_string={"q": line}) as page:
                    told = INCOMPLETE in page.get_data(as_text=True)
                with client.get("/api/v1/search", query_string={"q": line}) as answer:
                    marked = answer.status_code == 400 or answer.json["timed_out"]
                    told |= answer.status_code == 400
                tally.trial(*([] if told and marked else [f"cut short in silence: {line[:80]}"]))
    print(f"longest {max(times):.2f} s, p95 {percentile(times, 0.95):.2f} s")
    return tally.result()


def _problems(page, answer, line: str, long: bool) -> list[str]:
    found = []
    if {page.status, answer.status} - {200, 400}:
        return [f"status {page.status}, {answer.status}: {line[:80]}"]
    if max(page.seconds, answer.seconds) > MOST_SECONDS * (1 if long else SLOW_MACHINE):
        found.append(f"{max(page.seconds, answer.seconds):.2f} s: {line[:80]}")
    if answer.status == 200 and answer_of(answer)["timed_out"]:
        notices = " ".join(answer_of(answer)["notices"])
        if INCOMPLETE not in notices:
            found.append(f"cut short in silence: {line[:80]}")
    return found
