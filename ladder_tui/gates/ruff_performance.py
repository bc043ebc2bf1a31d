"""Slow idioms and blocking calls by ruff."""

from __future__ import annotations

from ladder_tui.gates.ruff import RuffGate
from ladder_tui.gates.severity import performance_severity

GATE = RuffGate(
    name="ruff-performance",
    lens="performance",
    summary="Slow idioms and blocking calls in async code (ruff PERF, ASYNC, C4)",
    rules=("PERF", "ASYNC", "C4"),
    classify=performance_severity,
)
