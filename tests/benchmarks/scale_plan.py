"""From what was measured to what a province needs (方案): circulars to shards, nodes, days.

Everything here is projected. What it is projected from is either measured (by the simulation, or
where the constant says) or assumed, and the page names which.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.scale_growth import fit

SIZES = (10**6, 10**7, 10**8)  # circulars
PARAGRAPHS = 23.3  # of a real circular: 37,893 in 1,625
PARSED = (10.0, 25.0)  # circulars a second of one core, measured
COMMITS = 500.0  # a second, each waits for the disk: an assumption
REPLICAS = 1
CORES, MEMORY_GB, DISK_GB = 16, 64, 2_000  # the machine that is counted
FULL = 0.7  # of a disk, before the cluster's own watermark
CACHED = 0.25  # of the index, that memory beside the heap should hold
HEAP_GB, SYSTEM_GB = 24, 4
BUSY = 0.5  # of the processors, at the peak
SHARD_GB = 30.0
QUESTIONS = {10**6: 2.0, 10**7: 5.0, 10**8: 10.0}  # a second at the peak
FREQUENT = "常用词"


@dataclass(frozen=True, slots=True)
class Basis:
    """What one paragraph and one question cost, measured at the largest size."""

    paragraph_bytes: float  # of a real one: of the invented, less by what was compared
    node_ms: float  # processors of nodes that take in a paragraph, without replicas
    client_ms: float  # processors of the one process that feeds them
    frequent_ms: float  # processors of a question for a frequent word, a million paragraphs
    mean_ms: float  # of all kinds of question alike
    list_bytes: float  # what a web worker holds of a circular
    list_ms: float  # processors of a search in those lists, a million circulars


@dataclass(frozen=True, slots=True)
class Plan:
    """What a number of circulars needs."""

    circulars: int
    paragraphs: float
    primary_gb: float
    shards: int
    nodes: int
    because: str  # what sets the number of nodes
    by_processor: int  # nodes that the questions at the peak would keep busy
    questions: float
    question_cpu_s: float
    shard_ms: float
    parse_core_hours: tuple[float, float]
    commit_hours: float
    feed_hours: float
    node_core_hours: float
    worker_gb: float
    worker_list_ms: float


def basis_of(kept: dict[str, Any]) -> Basis:
    """Read the basis off a simulation."""
    steps = kept["steps"]
    last = steps[-1]["cluster"]
    written = last["written"]  # those before warmed the servers up
    more = steps[-1]["records"] / steps[-1]["paragraphs"]  # measures are records too
    asked = answered(steps)
    slopes = {kind: slope_of(asked, kind) for kind in asked[-1]["cluster"]["questions"]}
    lists = kept["worker"][-1]
    real = kept.get("real")  # where there are real circulars beside the checkout
    share = real["bytes"] / real["invented_bytes"] if real else 1.0
    return Basis(
        paragraph_bytes=share * last["disk_mb"] * 1e6 / steps[-1]["paragraphs"],
        node_ms=written["node_cpu"] * 1e3 * more / written["records"],
        client_ms=written["client_cpu"] * 1e3 * more / written["records"],
        frequent_ms=slopes[FREQUENT],
        mean_ms=sum(slopes.values()) / len(slopes),
        list_bytes=lists["held_mb"] * 1e6 / lists["circulars"],
        list_ms=lists["titles_cpu_ms"] * 1e6 / lists["circulars"],
    )


def answered(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sizes at which the questions were put; time may have ended before the last."""
    return [step for step in steps if "agreed" in step]


def slope_of(steps: list[dict[str, Any]], kind: str) -> float:
    """Return the processors that a further million paragraphs cost a question of a kind, in ms."""
    sizes = [step["paragraphs"] for step in steps]
    cpu = [step["cluster"]["questions"][kind]["cpu"] for step in steps]
    return max(fit(sizes, cpu, "linear").b, 0.0)


def plan_for(circulars: int, basis: Basis) -> Plan:
    """Return what a number of circulars needs."""
    paragraphs = circulars * PARAGRAPHS
    millions = paragraphs / 1e6
    primary = paragraphs * basis.paragraph_bytes / 1e9
    shards = max(math.ceil(primary / SHARD_GB), 3)
    questions, cpu = QUESTIONS[circulars], millions * basis.mean_ms / 1e3
    whole = primary * (1 + REPLICAS)
    wanted = {
        "磁盘": whole / (DISK_GB * FULL),
        "内存": whole * CACHED / (MEMORY_GB - HEAP_GB - SYSTEM_GB),
        "三个节点才能少一个": 3.0,
    }
    because = max(wanted, key=lambda reason: wanted[reason])
    return Plan(
        circulars,
        paragraphs,
        primary,
        shards,
        math.ceil(wanted[because]),
        because,
        math.ceil(questions * cpu / (CORES * BUSY)),
        questions,
        cpu,
        millions / shards * basis.frequent_ms,
        tuple(circulars / rate / 3_600 for rate in reversed(PARSED)),
        circulars / COMMITS / 3_600,
        paragraphs * basis.client_ms / 3.6e6,
        paragraphs * basis.node_ms * (1 + REPLICAS) / 3.6e6,
        circulars * basis.list_bytes / 1e9,
        circulars / 1e6 * basis.list_ms,
    )
