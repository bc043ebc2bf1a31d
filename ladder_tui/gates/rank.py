"""The order of merged findings: what a reader should see first."""

from __future__ import annotations

from collections.abc import Iterable

from ladder_tui.domain.finding import SEVERITIES, MergedFinding


def rank_merged(findings: Iterable[MergedFinding]) -> list[MergedFinding]:
    """Return the findings in rank order.

    Changed lines before others, verified before unverified, then severity, then how many agents
    agree; equal ones by place, so that the order does not depend on who answered first.
    """

    def key(merged: MergedFinding) -> tuple[object, ...]:
        f = merged.finding
        return (
            not f.is_changed,
            f.quote_state == "unverified",
            SEVERITIES.index(f.severity),
            -merged.agreement,
            f.lens,
            f.path,
            f.line,
            f.rule,
            f.fingerprint,
        )

    return sorted(findings, key=key)
