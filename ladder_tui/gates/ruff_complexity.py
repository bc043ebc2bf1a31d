"""Size and branching of functions by ruff."""

from __future__ import annotations

from ladder_tui.gates.ruff import RuffGate
from ladder_tui.gates.severity import complexity_severity

GATE = RuffGate(
    name="ruff-complexity",
    lens="architecture",
    summary="Functions with too many branches, arguments or statements (ruff C901, PLR09)",
    rules=("C901", "PLR09"),
    classify=complexity_severity,
    settings=("lint.mccabe.max-complexity=10",),
)
