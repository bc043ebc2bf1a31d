"""Test style and tests that prove little, by ruff."""

from __future__ import annotations

from ladder_tui.gates.ruff import RuffGate
from ladder_tui.gates.severity import pytest_severity

STYLE_OF_UNITTEST = ("PT009", "PT027")
"""Prefer ``assert`` over unittest's methods: a suite that uses unittest does so on purpose."""

GATE = RuffGate(
    name="ruff-pytest",
    lens="tests",
    summary="Tests that can pass for the wrong reason, and pytest style (ruff PT)",
    rules=("PT",),
    classify=pytest_severity,
    kind="test",
    ignored=STYLE_OF_UNITTEST,
)
