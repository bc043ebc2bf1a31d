"""The order in which findings are worth a person's time, their groups, and the cap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ladder_tui.domain.finding import MergedFinding, rank_key

DEFAULT_CAP = 100
"""Findings of one run that are reported; the others are counted."""


class Capped(msgspec.Struct, frozen=True):
    """The findings that are kept, and how many were left out."""

    kept: tuple[MergedFinding, ...]
    dropped: int


class RuleGroup(msgspec.Struct, frozen=True):
    """Findings of one rule, ranked."""

    rule: str
    findings: tuple[MergedFinding, ...]


def rank(findings: Iterable[MergedFinding], *, has_base: bool) -> list[MergedFinding]:
    """Return the findings in the order of ``domain.finding.rank_key``."""
    return sorted(findings, key=lambda merged: rank_key(merged, has_base=has_base))


def cap(ranked: Sequence[MergedFinding], limit: int = DEFAULT_CAP) -> Capped:
    """Return the first ``limit`` findings and the number of the others."""
    return Capped(tuple(ranked[:limit]), max(0, len(ranked) - limit))


def group_by_rule(ranked: Iterable[MergedFinding]) -> list[RuleGroup]:
    """Return the findings grouped by rule; groups in the order of their first finding."""
    groups: dict[str, list[MergedFinding]] = {}
    for merged in ranked:
        groups.setdefault(merged.finding.rule, []).append(merged)
    return [RuleGroup(rule, tuple(members)) for rule, members in groups.items()]
