"""Sandbox levels as test parameters; bubblewrap only where it really works."""

from __future__ import annotations

import pytest

from ladder_tui.process.sandbox import probe_sandbox_now

REPORT = probe_sandbox_now()
needs_bwrap = pytest.mark.skipif(
    REPORT.level != "bwrap", reason=f"no bubblewrap sandbox on this machine: {REPORT.reason}"
)
each_level = pytest.mark.parametrize("level", [pytest.param("bwrap", marks=needs_bwrap), "limits"])
