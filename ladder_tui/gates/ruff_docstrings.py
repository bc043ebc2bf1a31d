"""Docstrings by ruff, neutral between the Google, NumPy and PEP 257 conventions."""

from __future__ import annotations

from ladder_tui.gates.ruff import RuffGate
from ladder_tui.gates.severity import docstring_severity

RULES = (
    *("D100", "D101", "D102", "D103", "D104", "D106"),  # missing
    *("D402", "D403", "D418", "D419"),  # a signature, no capital, on an overload, empty
)
"""What all conventions agree on. Left out: ``D105`` and ``D107`` (magic methods and ``__init__``,
which the class docstring may cover), layout, the rules on sections, and test code."""

GATE = RuffGate(
    name="ruff-docstrings",
    lens="documentation",
    summary="Missing, empty or misleading docstrings of public names (ruff D)",
    rules=RULES,
    kind="product",
    classify=docstring_severity,
)
