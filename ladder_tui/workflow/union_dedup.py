"""The ``union-dedup`` aggregate: everything that was found, each thing once.

Two findings are the same when they are of one lens, in one file and at one line. Merging them
keeps every reporter, counts the agents behind them, and marks different severities as a dispute
instead of choosing silently. Where one reporter sees several problems on a line, those stay apart,
by rule. A finding whose quote is not in the file has no proven place, so it never merges into one
that has. The order of the slots does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.finding import SEVERITIES, Finding, MergedFinding
from ladder_tui.domain.ids import StepId
from ladder_tui.gates.rank import rank

CAP = 300
"""Merged findings kept; the number left out is in ``dropped``."""

_Vote = tuple[str, Finding]


def union_dedup(step_id: StepId, slots: Sequence[AgentOutcome]) -> FindingsMerged:
    """Merge the findings of ``slots``, all of them; empty slots are named, not hidden.

    An agent's slot that is there twice counts once.
    """
    slots = list({slot.agent_id: slot for slot in reversed(slots)}.values())
    votes = [(slot.name, finding) for slot in slots for finding in slot.findings]
    merged = [_merge(group, len(slots)) for group in _groups(votes)]
    # The rank says nothing about findings of different lenses that are alike in all it looks at.
    merged.sort(key=lambda m: (m.finding.lens, *_order(m.finding)))
    ranked = rank(merged, has_base=True)  # without a base no finding is marked as changed
    return FindingsMerged(
        step_id=step_id,
        rule="union-dedup",
        slots_ok=sum(slot.is_ok for slot in slots),
        slots_total=len(slots),
        missing=tuple(sorted(slot.name for slot in slots if not slot.is_ok)),
        findings=tuple(ranked),
        reported=len(votes),
        disputed=sum(m.is_disputed for m in ranked),
    )


def capped(merged: FindingsMerged, cap: int = CAP) -> FindingsMerged:
    """The first ``cap`` findings of a whole merge; how many were left out is in ``dropped``."""
    dropped = max(0, len(merged.findings) - cap)
    return msgspec.structs.replace(
        merged, findings=merged.findings[:cap], dropped=merged.dropped + dropped
    )


def _groups(votes: Sequence[_Vote]) -> list[list[_Vote]]:
    by_place: dict[tuple[str, str, int, str], list[_Vote]] = defaultdict(list)
    for vote in votes:
        f = vote[1]
        by_place[f.lens, f.path, f.line, f.quote_state].append(vote)
    return [group for place in by_place.values() for group in _problems_at(place)]


def _problems_at(place: list[_Vote]) -> Iterable[list[_Vote]]:
    """The votes for one place, by problem.

    Two rules of static tools on one line are two problems, and so are two rules of one agent. An
    agent's finding is the same problem as the only one there, however it calls it, and stands
    apart where it could be one of several.
    """
    evidence = {f.rule for _, f in place if f.source == "evidence"}
    by_agent: dict[str, set[str]] = defaultdict(set)
    for _, finding in place:
        if finding.source == "agent":
            by_agent[finding.reporter].add(finding.rule)
    is_split = any(len(rules) > 1 for rules in by_agent.values())
    if len(evidence) <= 1 and not is_split:
        return [place]
    groups: dict[str, list[_Vote]] = defaultdict(list)
    for vote in place:
        rule = vote[1].rule
        groups[rule if is_split or rule in evidence else ""].append(vote)
    return groups.values()


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
        agreement=_agreement(group),
        agents_total=agents_total,
        severities=by_reporter,
        is_disputed=len(set(by_reporter.values())) > 1,
    )


def _agreement(group: list[_Vote]) -> int:
    """How many saw it on their own: agents, and tools that none of those agents was handed.

    A tool that several agents start from saw it once, however many of them pass it on.
    """
    agents = {name for name, finding in group if finding.source == "agent"}
    tools = {finding.reporter for _, finding in group if finding.source == "evidence"}
    told = {finding.reporter for name, finding in group if name in agents}
    return len(agents) + len(tools - told)


def _badness(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _order(finding: Finding) -> tuple[bool, int, bool, str, str, str, str, str, str]:
    return (
        finding.quote_state == "unverified",
        _badness(finding),
        finding.source == "evidence",
        finding.reporter,
        finding.rule,
        finding.message,
        finding.fingerprint,
        finding.quote,
        finding.suggestion,
    )
