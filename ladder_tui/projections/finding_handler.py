"""How reported and merged findings, and the end of their agent, change the state of a run.

An agent may be started several times, by a retry or by a resume. What an earlier start reported
is shown until a later one reports it again or goes to its end. ``at`` is Unix seconds.
"""

from __future__ import annotations

from ladder_tui.domain import event as ev
from ladder_tui.domain.finding import Finding
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.run_fold import Reported, RunFold
from ladder_tui.projections.segment import close_segments


def on_finding_reported(view: RunFold, at: float, event: ev.FindingReported) -> None:
    """Add a finding, or put it in the place of the one that an earlier start reported."""
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.last_event_at = at
    start = view.starts.get(event.agent_id, 0)
    reported = view.reported.get(event.agent_id)
    if reported is None:
        reported = view.reported[event.agent_id] = []
    new = Reported(start, event.finding)
    place = _earlier(reported, new) if start > 1 else None
    if place is None:
        reported.append(new)
        card.findings += 1
        card.unverified += event.finding.quote_state == "unverified"
    else:
        reported[place] = new
        _count_findings(view, card)


def _earlier(reported: list[Reported], new: Reported) -> int | None:
    """Where an earlier start of the agent reported the same.

    One start may report a fingerprint twice, the same slip on two lines, so only what an earlier
    start reported is ever replaced.
    """
    same = _identity(new.finding)
    for place, old in enumerate(reported):
        if old.start < new.start and _identity(old.finding) == same:
            return place
    return None


def _identity(finding: Finding) -> tuple[object, ...]:
    if finding.fingerprint:
        return (finding.fingerprint,)
    return (finding.rule, finding.path, finding.line, finding.message)


def _count_findings(view: RunFold, card: AgentCard) -> None:
    reported = view.reported.get(card.agent_id, ())
    card.findings = len(reported)
    card.unverified = sum(r.finding.quote_state == "unverified" for r in reported)


def on_agent_finished(view: RunFold, at: float, event: ev.AgentFinished) -> None:
    """End an agent, and settle what it stands behind."""
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    close_segments(card, at)
    if event.state == "done" and event.agent_id in view.reported:
        # It went to its end: what only an earlier start reported does not stand any more.
        start = view.starts.get(event.agent_id, 0)
        view.reported[event.agent_id] = [
            r for r in view.reported[event.agent_id] if r.start == start
        ]
    _count_findings(view, card)
    card.findings = max(card.findings, event.findings)
    card.unverified = max(card.unverified, event.findings_unverified)
    card.state, card.failure, card.reason = event.state, event.failure, event.reason
    card.summary, card.is_evidence_only = event.summary, event.is_evidence_only
    card.finished_at, card.last_event, card.last_event_at = at, None, at


def on_findings_merged(view: RunFold, _at: float, event: ev.FindingsMerged) -> None:
    """Keep the newest merge of each aggregate step."""
    view.merged_by_step.pop(event.step_id, None)  # the newest goes last
    view.merged_by_step[event.step_id] = event
