"""How steering, routing and aggregates change the folded state of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ladder_tui.domain import event as ev
from ladder_tui.domain.run import RunLimits, changed_limits
from ladder_tui.projections.run_fold import Note, RunFold


def _on_limits_changed(view: RunFold, _at: float, event: ev.LimitsChanged) -> None:
    if event.scope:
        before = view.step_limits.get(event.scope, RunLimits())
        view.step_limits[event.scope] = changed_limits(before, event.limits)
    else:
        view.limits = changed_limits(view.limits, event.limits)


def _on_call_clipped(view: RunFold, _at: float, event: ev.CallClipped) -> None:
    view.card(event.agent_id).clipped += 1


def _on_interjected(view: RunFold, _at: float, event: ev.Interjected) -> None:
    view.card(event.agent_id).interjections += 1


def _on_agent_paused(view: RunFold, at: float, event: ev.AgentPaused) -> None:
    card = view.card(event.agent_id)
    card.is_paused, card.last_event_at = True, at


def _on_agent_continued(view: RunFold, at: float, event: ev.AgentContinued) -> None:
    card = view.card(event.agent_id)
    card.is_paused, card.last_event_at = False, at


def _on_model_routed(view: RunFold, _at: float, event: ev.ModelRouted) -> None:
    card = view.card(event.agent_id)
    card.model, card.tier, card.route = event.model, event.tier, event.rule


def _on_escalated(view: RunFold, _at: float, event: ev.Escalated) -> None:
    card = view.card(event.agent_id)
    card.model = event.to_model
    card.escalations += 1


def _on_escalation_summed(view: RunFold, _at: float, event: ev.EscalationSummed) -> None:
    view.escalations[event.step_id] = event


def _on_provider_paused(view: RunFold, at: float, event: ev.ProviderPaused) -> None:
    text = f"{event.provider}: {event.reason}; its calls wait {event.wait_s:.0f} s"
    view.notes.append(Note(at, "warning", text))


def _on_aggregated(view: RunFold, _at: float, event: ev.Aggregated) -> None:
    view.aggregated[event.step_id] = event


STEER_HANDLERS: dict[type[Any], Callable[[RunFold, float, Any], None]] = {
    ev.LimitsChanged: _on_limits_changed,
    ev.CallClipped: _on_call_clipped,
    ev.Interjected: _on_interjected,
    ev.AgentPaused: _on_agent_paused,
    ev.AgentContinued: _on_agent_continued,
    ev.ModelRouted: _on_model_routed,
    ev.Escalated: _on_escalated,
    ev.EscalationSummed: _on_escalation_summed,
    ev.ProviderPaused: _on_provider_paused,
    ev.Aggregated: _on_aggregated,
}
