"""The trials of a cluster's faults with many circulars (故障试验): one line of figures each.

python -m tests.cluster.opensearch_faults [--long] [trial …]

--long takes 10,000 circulars instead of 1,500. What is lost, doubled, or wrong without being said
so ends the command; the network and the disks need root.
"""

from __future__ import annotations

import json
import os
import sys
import time

from tests.cluster.fault_nodes import FaultNodes
from tests.cluster.fault_trials import AS_ROOT, IN_ANY_PLACE, Stage

FEW, MANY = 1_500, 10_000


def main() -> int:
    """Run the trials, all or those named; return how many there was no way to run."""
    named = {word for word in sys.argv[1:] if not word.startswith("--")}
    count = MANY if "--long" in sys.argv[1:] else FEW
    left_out = 0
    with FaultNodes() as nodes:
        for trial in (*IN_ANY_PLACE, *AS_ROOT):
            if named and trial.__name__ not in named:
                continue
            if trial in AS_ROOT and nodes.missing:
                print(f"{trial.__name__}: {nodes.missing}", flush=True)
                left_out += 1
                continue
            started = time.monotonic()
            with Stage(nodes, f"faults-{trial.__name__.replace('_', '-')}", count) as stage:
                trial(stage)
            whole = round(time.monotonic() - started, 1)
            load = round(os.getloadavg()[0], 1)
            facts = {"trial": trial.__name__, "circulars": count, "all_seconds": whole}
            print(json.dumps(facts | stage.facts | {"load": load}, ensure_ascii=False), flush=True)
    return left_out


if __name__ == "__main__":
    sys.exit(main())
