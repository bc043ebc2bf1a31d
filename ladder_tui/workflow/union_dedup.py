"""The ``union-dedup`` aggregate: everything that was found, each thing once.

Two findings are the same when they are of one lens, in one file, and either have the same
fingerprint or point at the same line. Merging them keeps every reporter, counts the agents
behind them, and marks different severities as a dispute instead of choosing silently. The order
of the slots does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.finding import SEVERITIES, Finding, MergedFinding
from ladder_tui.domain.ids import StepId
from ladder_tui.gates.rank import rank

CAP = 300
"""Merged findings kept; the number left out is in ``dropped``."""

_Vote = tuple[str, Finding]


def union_dedup(step_id: StepId, slots: Sequence[AgentOutcome], cap: int = CAP) -> FindingsMerged:
    """Merge the findings of ``slots``; empty slots are named, not hidden."""
    votes = [(slot.name, finding) for slot in slots for finding in slot.findings]
    merged = [_merge(group, len(slots)) for group in _groups(votes)]
    ranked = rank(merged, has_base=True)  # without a base no finding is marked as changed
    return FindingsMerged(
        step_id=step_id,
        rule="union-dedup",
        slots_ok=sum(slot.is_ok for slot in slots),
        slots_total=len(slots),
        missing=tuple(slot.name for slot in slots if not slot.is_ok),
        findings=tuple(ranked[:cap]),
        reported=len(votes),
        dropped=max(0, len(ranked) - cap),
        disputed=sum(m.is_disputed for m in ranked),
    )


def _groups(votes: Sequence[_Vote]) -> list[list[_Vote]]:
    by_place: dict[tuple[str, str, int], list[_Vote]] = defaultdict(list)
    for vote in votes:
        finding = vote[1]
        by_place[finding.lens, finding.path, finding.line].append(vote)
    groups: list[list[_Vote]] = []
    for place in by_place.values():
        agents = [v for v in place if v[1].source == "agent"]
        rules = {v[1].rule for v in place if v[1].source == "evidence"}
        # Two rules of static tools on one line are two problems; an agent's finding there is
        # the same problem as the only rule, and stands alone where it could be either.
        if len(rules) <= 1:
            groups.append(place)
            continue
        by_rule: dict[str, list[_Vote]] = defaultdict(list)
        for vote in place:
            if vote[1].source == "evidence":
                by_rule[vote[1].rule].append(vote)
        groups.extend(by_rule.values())
        if agents:
            groups.append(agents)
    return groups


def _merge(group: list[_Vote], agents_total: int) -> MergedFinding:
    severities: dict[str, Finding] = {}
    for _, finding in group:
        known = severities.get(finding.reporter)
        if known is None or _badness(finding) < _badness(known):
            severities[finding.reporter] = finding
    best = min((f for _, f in group), key=_order)
    by_reporter = {name: severities[name].severity for name in sorted(severities)}
    return MergedFinding(
        finding=best,
        reporters=tuple(by_reporter),
        agreement=len({name for name, _ in group}),
        agents_total=agents_total,
        severities=by_reporter,
        is_disputed=len(set(by_reporter.values())) > 1,
    )


def _badness(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _order(finding: Finding) -> tuple[bool, int, bool, str, str, str]:
    return (
        finding.quote_state == "unverified",
        _badness(finding),
        finding.source == "evidence",
        finding.reporter,
        finding.rule,
        finding.message,
    )
