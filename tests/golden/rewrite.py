"""What each sample parses to, written down: `make golden` rewrites the files, review reads the diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.interchange import circular_to_json
from corpus.readers import read_bytes
from corpus.structure import parse_circular

FOLDER = Path(__file__).parent
SAMPLES = FOLDER.parents[1] / "corpus" / "samples"
WIDTH = 220


def list_samples() -> list[Path]:
    """Return the samples with a golden file: each circular as plain text."""
    return sorted(SAMPLES.glob("*.txt"))


def golden_of(sample: Path) -> Path:
    """Return where the golden file of a sample lies."""
    return FOLDER / f"{sample.stem}.json"


def parse_sample(sample: Path) -> dict[str, Any]:
    """Return a sample as `gongwen parse --json` prints it."""
    circular = parse_circular(read_bytes(sample.name, sample.read_bytes()))
    parsed: dict[str, Any] = json.loads(json.dumps(circular_to_json(circular)))
    return parsed


def write_json(value: Any, indent: str = "") -> str:
    """Return JSON that breaks lines only where a value is too wide for one: made to be reviewed."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {write_json(part, inner)}" for key, part in value.items()]
    else:
        parts = [write_json(part, inner) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{closing}"


def main() -> None:
    """Rewrite every golden file, and remove those whose sample is gone."""
    kept = {golden_of(sample) for sample in list_samples()}
    for stale in set(FOLDER.glob("*.json")) - kept:
        stale.unlink()
    for sample in list_samples():
        golden_of(sample).write_text(write_json(parse_sample(sample)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
