"""What was measured, as values, as a table, and as the page docs/performance.md."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "performance.md"
KEPT = Path(__file__).with_name("figures.json")
_BEGIN = "<!-- figures: written by make bench-docs -->"
_END = "<!-- end of figures -->"
_COLUMNS = {
    "p50": "p50 ms",
    "p95": "p95 ms",
    "cpu_p50": "CPU p50 ms",
    "cpu_p95": "CPU p95 ms",
    "fresh_p50": "首问 p50",
    "fresh_p95": "首问 p95",
    "open_ms": "打开 ms",
    "first_ms": "第一问 ms",
    "rss": "RSS MB",
    "anon": "其中私有 MB",
    "build": "建索引 s",
    "build_cpu": "CPU s",
    "build_peak": "建索引峰值 MB",
    "disk": "磁盘 MB",
}
_RATIOS = ("p50", "p95", "build", "disk", "rss")
_SHOWN_RATIOS = ("p50", "p95", "cpu_p50", "cpu_p95", "build", "build_cpu", "disk", "rss")
_COMPARED = ("tantivy", "tantivy-grams", "fts5", "xapian", "whoosh")


def p95(times: Iterable[float]) -> float:
    """Return the least time that 95 in a hundred are no longer than."""
    ascending = sorted(times)
    return ascending[max(0, -(-95 * len(ascending) // 100) - 1)]


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine in one run; times in ms, build in s, sizes in MB."""

    p50: float
    p95: float
    cpu_p50: float  # of the processor alone: what others do meanwhile does not count
    cpu_p95: float
    fresh_p50: float
    fresh_p95: float
    open_ms: float
    first_ms: float
    rss: float
    anon: float
    build: float
    build_cpu: float
    build_peak: float
    disk: float


@dataclass(frozen=True, slots=True)
class Run:
    """All engines on one set of data."""

    data: str
    size: int
    questions: int
    rounds: int
    engines: dict[str, Figures]
    kinds: dict[str, dict[str, float]]
    built_only: dict[str, dict[str, Any]]

    def ratios(self, keys: tuple[str, ...] = _RATIOS) -> dict[str, dict[str, float]]:
        """Return ours over theirs."""
        ours = self.engines["ours"]
        return {
            name: {
                key: round(getattr(ours, key) / getattr(self.engines[name], key), 4) for key in keys
            }
            for name in _COMPARED
            if name in self.engines
        }

    def table(self) -> str:
        """Return the figures as Markdown."""
        rows = [
            "| 引擎 | " + " | ".join(_COLUMNS.values()) + " |",
            "|---" * (len(_COLUMNS) + 1) + "|",
        ]
        for name, figures in self.engines.items():
            cells = [
                f"{value:.3g}" if value < 100 else f"{value:.0f}"
                for value in asdict(figures).values()
            ]
            rows.append(f"| {name} | " + " | ".join(cells) + " |")
        for name, built in self.built_only.items():
            rows.append(
                f"| {name}（只建） |" + " |" * 10 + f" {built['seconds']:.3g} |"
                f" {built['cpu_seconds']:.3g} | {built['peak_mb']:.0f} | {built['disk_mb']:.0f} |"
            )
        names = list(self.engines)
        rows += [
            "",
            "| 问法，p50 ms | " + " | ".join(names) + " |",
            "|---" * (len(names) + 1) + "|",
        ]
        for kind, times in self.kinds.items():
            rows.append(f"| {kind} | " + " | ".join(f"{times[name]:.3g}" for name in names) + " |")
        rows += [
            "",
            "| 比值（ours ÷ 对方） | " + " | ".join(_SHOWN_RATIOS) + " |",
            "|---" * (len(_SHOWN_RATIOS) + 1) + "|",
        ]
        for name, ratios in self.ratios(_SHOWN_RATIOS).items():
            cells = [f"{ratios[key]:.3g}" for key in _SHOWN_RATIOS]
            rows.append(f"| {name} | " + " | ".join(cells) + " |")
        return "\n".join(rows)


def keep_figures(run: Run) -> None:
    """Keep the figures of a run beside those of other sizes, and write them into the page."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    title = (
        f"合成段落 {run.size:,} 段" if run.data == "synthetic" else f"{run.data} {run.size:,} 条"
    )
    command = (
        f"make bench N={run.size}" if run.data == "synthetic" else f"make bench DATA={run.data}"
    )
    note = f"{datetime.now().astimezone().date().isoformat()}，2 核，`{command}`，{run.questions} 问 × {run.rounds} 轮取中位数。"
    kept[f"{run.data} {run.size:>9}"] = f"### {title}\n\n{note}\n\n{run.table()}\n"
    KEPT.write_text(
        json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(_BEGIN)
    after = rest.split(_END)[1]
    figures = "\n".join(kept[key] for key in sorted(kept))
    PAGE.write_text(f"{before}{_BEGIN}\n\n{figures}\n{_END}{after}", encoding="utf-8")
