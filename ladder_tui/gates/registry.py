"""All gates. A new gate is one file, one line here and its name in ``name``; the contract test
picks it up."""

from __future__ import annotations

from ladder_tui.errors import UsageError
from ladder_tui.gates import (
    assertion_free_tests,
    cognitive_complexity,
    import_cycles,
    pytest_run,
    ruff_complexity,
    ruff_docstrings,
    ruff_performance,
    ruff_pytest,
    ruff_security,
    spelling,
)
from ladder_tui.gates.gate import Gate

GATES: tuple[Gate, ...] = (
    ruff_security.GATE,
    ruff_performance.GATE,
    import_cycles.GATE,
    cognitive_complexity.GATE,
    ruff_complexity.GATE,
    assertion_free_tests.GATE,
    ruff_pytest.GATE,
    ruff_docstrings.GATE,
    spelling.GATE,
    pytest_run.GATE,
)


def find_gate(name: str) -> Gate:
    """Return the gate of that name. Raises UsageError with the names there are."""
    for gate in GATES:
        if gate.name == name:
            return gate
    names = ", ".join(gate.name for gate in GATES)
    raise UsageError(f"there is no gate named {name!r}", next_step=f"use one of: {names}")
