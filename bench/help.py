"""``ladder --help`` against ``python -c pass`` plus ``import click``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from bench.table import Row

REPEATS = 15


def _seconds(argv: list[str]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run(argv, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def run() -> list[Row]:
    """Measure and return one row; the target is a difference of at most 0.1 s."""
    ours = _seconds([sys.executable, "-m", "ladder_tui", "--help"])
    reference = _seconds([sys.executable, "-c", "import click"])
    return [
        Row(
            name="ladder --help vs python + click (s)",
            ours=ours,
            reference=reference,
            ratio=ours / reference,
            target="≤ 0.1 s more",
            is_met=ours - reference <= 0.1,
        )
    ]
