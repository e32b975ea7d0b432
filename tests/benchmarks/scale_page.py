"""The tables of docs/scale.md, made of what a simulation kept (scale.json) and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.figures import REPOSITORY
from tests.benchmarks.scale_growth import fit
from tests.benchmarks.scale_plan import (
    CACHED,
    CORES,
    DISK_GB,
    FULL,
    MEMORY_GB,
    SIZES,
    answered,
    basis_of,
    plan_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

KEPT = Path(__file__).with_name("scale.json")
PAGE = REPOSITORY / "docs" / "scale.md"
BEGIN = "<!-- {name}: written by make simulate-scale -->"
END = "<!-- end of {name} -->"
NAMES = {"cluster": "OpenSearch 三节点", "folder": "文件夹"}


def write_page() -> None:
    """Write the tables between their marks."""
    page = PAGE.read_text(encoding="utf-8")
    for name, table in tables_of(json.loads(KEPT.read_text(encoding="utf-8"))).items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, rest = page.split(begin)
        page = f"{before}{begin}\n\n{table}\n\n{end}{rest.split(end)[1]}"
    PAGE.write_text(page, encoding="utf-8")


def tables_of(kept: dict[str, Any]) -> dict[str, str]:
    """Return every table by the name of its place in the page."""
    return {
        "scale figures": "\n\n".join(
            (_said(kept), _intake(kept), _questions(kept), _requests(kept), _lists(kept))
        ),
        "scale growth": growth_of(kept),
        "scale plan": plan_of(kept),
    }


def growth_of(kept: dict[str, Any]) -> str:
    """Return the curves through the figures, with their residuals."""
    steps = kept["steps"]
    if len(steps) < 3:  # two points lie on every curve
        return "不到三种规模，不拟合。"
    rows = []
    for name, points in _series(steps):
        sizes, measured = zip(*points, strict=True)
        line, logarithm = (fit(sizes, measured, kind) for kind in ("linear", "logarithmic"))
        rows.append((name, str(line), str(logarithm)))
    for name, key in (
        ("一个网页进程的目录，MB", "held_mb"),
        ("标题里找一遍，CPU ms", "titles_cpu_ms"),
    ):
        held = kept["worker"]
        counts, measured = [each["circulars"] for each in held], [each[key] for each in held]
        both = (fit(counts, measured, kind) for kind in ("linear", "logarithmic"))
        rows.append((f"{name}（n 是百万份）", *map(str, both)))
    return _table(("量（n 是百万段）", "线性", "对数"), rows)


def _series(steps: list[dict[str, Any]]) -> Iterable[tuple[str, list[tuple[int, float]]]]:
    """Yield what is fitted: its name, and sizes with what was measured there."""
    asked = answered(steps)

    def of(
        among: list[dict[str, Any]], engine: str, read: Callable[[dict[str, Any]], float]
    ) -> list[tuple[int, float]]:
        return [(step["paragraphs"], read(step[engine])) for step in among]

    yield "OpenSearch 三节点：磁盘，MB", of(steps, "cluster", lambda held: held["disk_mb"])
    yield "OpenSearch 三节点：堆，MB", of(steps, "cluster", lambda held: sum(held["heap_mb"]))
    if len(asked) < 3:
        return
    yield "文件夹：磁盘，MB", of(asked, "folder", lambda held: held["disk_mb"])
    for engine, label in NAMES.items():
        yield f"{label}：检索 p50，ms", of(asked, engine, lambda held: held["all"]["p50"])
        yield f"{label}：检索 p95，ms", of(asked, engine, lambda held: held["all"]["p95"])
        for kind in asked[0][engine]["questions"]:
            cpu = of(asked, engine, lambda held, kind=kind: held["questions"][kind]["cpu"])
            yield f"{label}：{kind}，CPU ms", cpu


def _intake(kept: dict[str, Any]) -> str:
    rows = []
    for step in kept["steps"]:
        for engine, label in NAMES.items():
            held, written = step[engine], step[engine]["written"]
            records = written["records"]
            cluster = engine == "cluster"
            rows.append(
                (
                    f"{step['paragraphs']:,}",
                    label,
                    _number(records / written["seconds"]),
                    _number(1e3 * written["client_cpu"] / records),
                    _number(1e3 * written["node_cpu"] / records) if cluster else "—",
                    _number(held["disk_mb"]) if "disk_mb" in held else "—",
                    _number(1e6 * held["disk_mb"] / step["paragraphs"])
                    if "disk_mb" in held
                    else "—",
                    "、".join(map(str, held["heap_mb"])) if cluster else "—",
                    "、".join(map(str, held["private_mb"]))
                    if cluster
                    else _number(held.get("private_mb", 0)),
                    _number(step["load"]),
                )
            )
    return _table(
        ("段", "引擎", "条／秒", "CPU ms／条（写的进程）", "CPU ms／条（节点）", "磁盘 MB", "字节／段", "堆 MB（各节点）", "私有内存 MB", "负载"),
        rows,
    )  # fmt: skip


def _questions(kept: dict[str, Any]) -> str:
    rows = []
    for step in answered(kept["steps"]):
        for engine, label in NAMES.items():
            held = step[engine]
            kinds = held["questions"].values()
            each = [f"{_number(one['p50'])}（{_number(one['cpu'])}）" for one in kinds]
            every = f"{_number(held['all']['p50'])}／{_number(held['all']['p95'])}"
            rows.append((f"{step['paragraphs']:,}", label, every, *each))
    return _table(("段", "引擎", "p50／p95 ms", *kept["steps"][0]["cluster"]["questions"]), rows)


def _said(kept: dict[str, Any]) -> str:
    """Return when it was measured, how far it came and why it ended, and how real text compares."""
    last = kept["steps"][-1]
    end = (
        f"{last['day']}，{kept['shards']} 个分片，到 {last['paragraphs']:,} 段（{kept['ended']}）。"
    )
    same = answered(kept["steps"])[-1]
    agreed = f"{same['paragraphs']:,} 段时总数相同的问：" + "，".join(
        f"{kind} {said}" for kind, said in same["agreed"].items()
    )
    real = kept.get("real")
    if real is None:
        return f"{end}{agreed}。"
    return (
        f"{end}{agreed}。真实公文 {real['circulars']} 份，索引每段 {real['bytes']:,.0f} 字节，"
        f"同样多的造的 {real['invented_bytes']:,.0f} 字节。"
    )


def _requests(kept: dict[str, Any]) -> str:
    rows = [
        (f"{step['paragraphs']:,}", *(_number(one["requests"]) for one in step["cluster"]["questions"].values()))
        for step in answered(kept["steps"])
    ]  # fmt: skip
    return _table(("段：一问几次请求", *kept["steps"][0]["cluster"]["questions"]), rows)


LISTS = (
    "read_cpu_s",
    "make_cpu_s",
    "read_again_cpu_s",
    "make_again_cpu_s",
    "held_mb",
    "titles_cpu_ms",
)


def _lists(kept: dict[str, Any]) -> str:
    rows = [
        (f"{each['circulars']:,}", *(_number(each[key]) for key in LISTS))
        for each in kept["worker"]
    ]  # fmt: skip
    return _table(
        (
            "份",
            "从公文库读一遍目录，CPU 秒",
            "连同标题和文号各表，CPU 秒",
            "变了一份再读，CPU 秒",
            "连同各表，CPU 秒",
            "占内存 MB",
            "每次检索在标题里找，CPU ms",
        ),
        rows,
    )


def plan_of(kept: dict[str, Any]) -> str:
    """Return the plan, what it needs in rows and the numbers of circulars in columns."""
    basis = basis_of(kept)
    plans = [plan_for(size, basis) for size in SIZES]
    machine = f"台数（{CORES} 核、{MEMORY_GB} GB 内存、{DISK_GB / 1_000:g} TB 固态盘一台）"
    rows = [
        ("段", [f"{_large(each.paragraphs)}" for each in plans], "份数 × 23.3（实测的每份段数）"),
        ("索引，不算副本", [_bytes(each.primary_gb) for each in plans], f"每段 {basis.paragraph_bytes:,.0f} 字节（实测{'，造的按真实公文折算' if 'real' in kept else '，造的公文'}）"),
        ("分片数，每个 1 副本", [f"{each.shards:,}" for each in plans], "每片不超过 30 GB（假定）"),
        ("问一个常用词，一个分片的处理器", [f"{each.shard_ms:,.0f} ms" for each in plans], f"每百万段 {basis.frequent_ms:,.0f} ms（拟合）"),
        ("一问的处理器，全部分片", [f"{each.question_cpu_s:,.1f} 秒" for each in plans], f"各种问法平均，每百万段 {basis.mean_ms:,.0f} ms（拟合）"),
        ("高峰每秒几问", [f"{each.questions:g}" for each in plans], "假定"),
        (f"检索节点{machine}", [f"{each.nodes:,}（{each.because}）" for each in plans], f"磁盘用到 {FULL:.0%}，内存装得下索引的 {CACHED:.0%}（假定），不算处理器"),
        ("按处理器算的台数", [f"{each.by_processor:,}" for each in plans], "高峰用到一半（假定），由上面两行（拟合）"),
        ("解析，核·小时", [f"{each.parse_core_hours[0]:,.0f}–{each.parse_core_hours[1]:,.0f}" for each in plans], "每核每秒 10–25 份（实测，忙的机器）"),
        ("公文库提交，小时", [f"{each.commit_hours:,.1f}" for each in plans], "每秒 500 次 fsync（假定），一个接一个"),
        ("写索引的进程，小时", [f"{each.feed_hours:,.1f}" for each in plans], f"一个进程，每段 {basis.client_ms:.2f} ms（实测），切词另计"),
        ("节点写索引，核·小时", [f"{each.node_core_hours:,.0f}" for each in plans], f"每段 {basis.node_ms:.2f} ms（实测），副本再写一遍"),
        ("一个网页进程的目录", [f"{each.worker_gb:,.1f} GB" for each in plans], f"每份 {basis.list_bytes:.0f} 字节（实测）"),
        ("每次检索在标题里找", [f"{each.worker_list_ms:,.0f} ms" for each in plans], f"每百万份 {basis.list_ms:.0f} ms（实测）"),
    ]  # fmt: skip
    header = ("", *(f"{_large(size)}份" for size in SIZES), "从什么推算")
    return _table(header, [(name, *cells, source) for name, cells, source in rows])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _number(value: float) -> str:
    """Return a figure with as many places as it deserves.

    >>> [_number(value) for value in (1234.5, 12.34, 0.1234)]
    ['1,234', '12.3', '0.123']
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _large(value: float) -> str:
    """Return a count as people say it.

    >>> [_large(value) for value in (1e6, 23.3e6, 2.33e9)]
    ['100 万', '2,330 万', '23.3 亿']
    """
    return f"{value / 1e8:,.4g} 亿" if value >= 1e8 else f"{value / 1e4:,.0f} 万"


def _bytes(gigabytes: float) -> str:
    return f"{gigabytes / 1_000:,.1f} TB" if gigabytes >= 1_000 else f"{gigabytes:,.0f} GB"
