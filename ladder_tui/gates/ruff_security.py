"""Security pitfalls by ruff's port of Bandit."""

from __future__ import annotations

from ladder_tui.gates.ruff import RuffGate
from ladder_tui.gates.severity import security_severity

GATE = RuffGate(
    name="ruff-security",
    lens="security",
    summary="Known security pitfalls in Python code (ruff S, from Bandit)",
    rules=("S",),
    classify=security_severity,
)
