"""Findings: something wrong at a place in the repository."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
"""Worst first."""

QuoteState = Literal["verified", "unverified"]
"""Whether the quoted source line is really there."""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One finding of one reporter. Paths are POSIX, relative to the repository root."""

    rule: str
    lens: str
    path: str
    line: int
    severity: Severity
    message: str
    reporter: str
    """Name of the gate or of the agent that said it."""
    source: Literal["evidence", "agent"]
    fingerprint: str = ""
    """Stable over line moves; see ``gates.fingerprint``."""
    symbol: str = ""
    """Qualified name of the enclosing function or class, empty at module level."""
    quote: str = ""
    quote_state: QuoteState = "verified"
    suggestion: str = ""
    is_changed: bool = False
    """True when the line was changed since the base of the run."""


class MergedFinding(msgspec.Struct, frozen=True, gc=False):
    """Findings of several reporters about one place and category, as one."""

    finding: Finding
    """The representative: the worst severity, verified before unverified."""
    reporters: tuple[str, ...]
    agreement: int
    """Distinct agents that reported it."""
    agents_total: int
    severities: dict[str, Severity]
    """Severity by reporter; more than one distinct value is a disagreement."""
    is_disputed: bool = False


def rank_key(merged: MergedFinding, *, has_base: bool = True) -> tuple[object, ...]:
    """Sort key of the order in which findings are worth a person's time.

    Changed lines first (with a base), then by severity, where an unverified quote counts as one
    step less severe; then verified ones, those more agents agree on, and by place.
    """
    f = merged.finding
    is_doubtful = f.quote_state != "verified"
    return (
        has_base and not f.is_changed,
        SEVERITIES.index(f.severity) + is_doubtful,
        is_doubtful,
        -merged.agreement,
        f.path,
        f.line,
        f.rule,
        f.message,
    )


class Disposition(msgspec.Struct, frozen=True, gc=False):
    """A human's decision about a fingerprint; the newest one counts."""

    fingerprint: str
    decision: Literal["dismissed", "accepted", "reopened"]
    reason: str
    decided_at: float
    decision_s: float
    """Seconds from the finding being shown to the decision; 0 when unknown."""
    run_id: str = ""
