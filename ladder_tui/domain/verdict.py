"""What a gate looked at and what it says."""

from __future__ import annotations

from typing import Literal

import msgspec

from ladder_tui.domain.finding import Finding

GateVerdict = Literal["pass", "fail", "degraded", "error"]
"""``pass`` only when everything in scope, and something, was analysed and nothing was found."""


class Skip(msgspec.Struct, frozen=True):
    """A file in scope that was not analysed, and why."""

    path: str
    reason: str


class GateResult(msgspec.Struct, frozen=True):
    """Result of one gate. Counts are of files unless ``unit`` says otherwise."""

    gate: str
    lens: str
    verdict: GateVerdict
    in_scope: int
    analysed: int
    findings: tuple[Finding, ...] = ()
    """The worst ones, at most ``cap`` of them."""
    findings_count: int = 0
    """All that the tool reported, also those over the cap."""
    cap: int = 0
    skipped: tuple[Skip, ...] = ()
    """At most 200 of them."""
    skipped_count: int = 0
    unit: str = "files"
    reason: str = ""
    """Why the verdict is degraded or error, or what failed."""
    tool: str = ""
    """Tool and version, for example ``ruff 0.15.2``."""
    command: tuple[str, ...] = ()
    sandbox: str = ""
    elapsed_s: float = 0.0
