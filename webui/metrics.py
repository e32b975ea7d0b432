"""What the service counts (指标), in the text form that Prometheus reads."""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class Metrics:
    """Counts of requests and how long they took; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0
        self._events: Counter[str] = Counter()
        self._started = time.time()

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[endpoint, status] += 1
            self._seconds += seconds
            for bound in BUCKETS:
                if seconds <= bound:
                    self._buckets[bound] += 1

    def count_event(self, name: str) -> None:
        """Count one thing of a kind that is no request, such as `shed`."""
        with self._lock:
            self._events[name] += 1

    def text(self, gauges: Mapping[str, float]) -> str:
        """Return every figure, those given as they are now included.

        >>> "gongwen_index_sequence 7" in Metrics().text({"gongwen_index_sequence": 7})
        True
        """
        with self._lock:
            lines = list(self._lines())
        process = {
            "process_start_time_seconds": self._started,
            "process_resident_memory_bytes": resident_bytes(),
            "process_open_fds": open_descriptors(),
            "process_cpu_seconds_total": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
        }
        for name, value in (*gauges.items(), *process.items()):
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# TYPE {name} {kind}", f"{name} {value:.15g}"]
        return "\n".join(lines) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "# TYPE gongwen_requests_total counter"
        for (endpoint, status), count in sorted(self._requests.items()):
            labels = f'endpoint="{endpoint}",status="{status}"'
            yield f"gongwen_requests_total{{{labels}}} {count}"
        yield "# TYPE gongwen_request_seconds histogram"
        for bound in BUCKETS:
            yield f'gongwen_request_seconds_bucket{{le="{bound:g}"}} {self._buckets[bound]}'
        total = self._requests.total()
        yield f'gongwen_request_seconds_bucket{{le="+Inf"}} {total}'
        yield f"gongwen_request_seconds_sum {self._seconds:.6f}"
        yield f"gongwen_request_seconds_count {total}"
        yield "# TYPE gongwen_events_total counter"
        for event, count in sorted(self._events.items()):
            yield f'gongwen_events_total{{event="{event}"}} {count}'


def resident_bytes() -> int:
    """Return how much memory this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_descriptors() -> int:
    """Return how many files and sockets this process holds open; 0 where nobody says."""
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are all that is needed
    except OSError:
        return 0
