"""Findings as a list to work through: filtered, ranked, grouped. Pure functions over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from ladder_tui.domain.finding import (
    SEVERITIES,
    Disposition,
    Finding,
    MergedFinding,
    Severity,
    rank_key,
)
from ladder_tui.projections.run_fold import RunFold

Decision = Literal["open", "dismissed", "accepted"]


class FindingRow(msgspec.Struct, frozen=True):
    """A finding with the newest human decision about it."""

    merged: MergedFinding
    disposition: Disposition | None = None

    @property
    def finding(self) -> Finding:
        """The representative of the merged ones."""
        return self.merged.finding

    @property
    def decision(self) -> Decision:
        """``open`` before a decision and after a reopening."""
        if self.disposition is None or self.disposition.decision == "reopened":
            return "open"
        return self.disposition.decision


class RuleGroup(msgspec.Struct, frozen=True):
    """Findings of one rule, ranked."""

    rule: str
    rows: tuple[FindingRow, ...]

    @property
    def severity(self) -> Severity:
        """The worst of the group."""
        return self.rows[0].finding.severity


def merged_findings(view: RunFold) -> list[MergedFinding]:
    """Findings of every aggregate; before the first one, what agents reported so far."""
    if view.merged_by_step:
        return [m for merged in view.merged_by_step.values() for m in merged.findings]
    agents = len(view.agents)
    return [
        MergedFinding(f, (f.reporter,), 1, agents, {f.reporter: f.severity}) for f in view.findings
    ]


def finding_rows(
    findings: Iterable[MergedFinding], dispositions: Mapping[str, Disposition]
) -> list[FindingRow]:
    """Findings joined with decisions by fingerprint, ranked."""
    return rank(FindingRow(m, dispositions.get(m.finding.fingerprint)) for m in findings)


def rank(rows: Iterable[FindingRow]) -> list[FindingRow]:
    """Rows in the order of ``domain.finding.rank_key``, the order of the report."""
    return sorted(rows, key=lambda row: rank_key(row.merged))


def filter_rows(
    rows: Iterable[FindingRow],
    *,
    lens: str = "",
    severity: Severity | None = None,
    decision: Decision | None = None,
    is_changed: bool | None = None,
    is_verified: bool | None = None,
    is_disputed: bool | None = None,
    text: str = "",
) -> list[FindingRow]:
    """Rows that meet every condition given; ``severity`` means this or worse.

    ``text`` is looked for, without case, in rule, path, message and reporters.
    """
    worst = SEVERITIES if severity is None else SEVERITIES[: SEVERITIES.index(severity) + 1]
    needle = text.casefold()

    def is_met(row: FindingRow) -> bool:
        f = row.finding
        return (
            (not lens or f.lens == lens)
            and f.severity in worst
            and decision in (None, row.decision)
            and is_changed in (None, f.is_changed)
            and is_verified in (None, f.quote_state == "verified")
            and is_disputed in (None, row.merged.is_disputed)
            and (not needle or needle in _haystack(row))
        )

    return [row for row in rows if is_met(row)]


def _haystack(row: FindingRow) -> str:
    f = row.finding
    return "\n".join((f.rule, f.path, f.symbol, f.message, *row.merged.reporters)).casefold()


def group_by_rule(rows: Iterable[FindingRow]) -> list[RuleGroup]:
    """Groups of ranked rows: the group with the worst finding first, then the larger one."""
    groups: dict[str, list[FindingRow]] = {}
    for row in rank(rows):
        groups.setdefault(row.finding.rule, []).append(row)
    ranked = [RuleGroup(rule, tuple(members)) for rule, members in groups.items()]
    return sorted(ranked, key=lambda g: (SEVERITIES.index(g.severity), -len(g.rows), g.rule))


def count_by_severity(rows: Iterable[FindingRow]) -> dict[Severity, int]:
    """Number of rows of every severity, zeros included, the worst first."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for row in rows:
        counts[row.finding.severity] += 1
    return counts
