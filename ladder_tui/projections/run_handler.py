"""How each event changes the folded state of a run.

A resumed run executes again against its ledger, so the same agents, steps, gates and findings
are announced again: they take the place of what is there, and only ``TurnFinished`` and
``AttemptLost`` ever add to usage and cost. ``at`` is Unix seconds everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from ladder_tui.domain import event as ev
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.change_handler import CHANGE_HANDLERS
from ladder_tui.projections.finding_handler import (
    on_agent_finished,
    on_finding_reported,
    on_findings_merged,
)
from ladder_tui.projections.run_fold import Note, RunFold
from ladder_tui.projections.segment import close_segment, close_segments, open_segment
from ladder_tui.projections.steer_handler import STEER_HANDLERS
from ladder_tui.projections.step_handler import (
    on_process_finished,
    on_process_started,
    on_question_answered,
    on_question_asked,
    on_step_finished,
    on_step_started,
)


def _on_run_started(view: RunFold, at: float, event: ev.RunStarted) -> None:
    view.number = event.number
    view.workflow = event.workflow
    view.state = "running"
    view.inputs = event.inputs
    view.model = event.model
    view.sandbox = event.sandbox
    view.base_commit = event.base_commit
    view.prd = event.prd
    view.limits = event.limits
    view.trigger = event.trigger
    if view.started_at is None:
        view.started_at = at


def _on_run_resumed(view: RunFold, at: float, _event: ev.RunResumed) -> None:
    view.state, view.verdict, view.reason = "running", "none", ""
    view.finished_at, view.output = None, None
    view.resumes += 1
    for card in view.agents.values():
        # The last sign of life of a killed runner is the best known end of what was open.
        close_segments(card, min(at, view.last_at or at))
        if not card.is_final:
            card.state = "queued"
            card.is_paused = False
            card.last_event, card.last_event_at = None, at


def _on_run_revised(view: RunFold, _at: float, event: ev.RunRevised) -> None:
    view.revisions.append(event.changed)


def _on_run_paused(view: RunFold, _at: float, event: ev.RunPaused) -> None:
    view.state, view.reason = "paused", event.reason


def _on_run_continued(view: RunFold, _at: float, _event: ev.RunContinued) -> None:
    view.state, view.reason = "running", ""


def _on_run_interrupted(view: RunFold, at: float, event: ev.RunInterrupted) -> None:
    view.state, view.reason = "interrupted", event.reason
    for card in view.agents.values():
        close_segments(card, at)
        if card.state == "running":
            card.state = "paused"


def _on_run_finished(view: RunFold, at: float, event: ev.RunFinished) -> None:
    view.state, view.verdict, view.reason = event.state, event.verdict, event.reason
    view.finished_at = at
    view.output_digest, view.output = event.output_digest, event.output
    view.questions.clear()
    view.asked_at.clear()
    for card in view.agents.values():
        close_segments(card, at)


def _on_note_added(view: RunFold, at: float, event: ev.NoteAdded) -> None:
    view.notes.append(Note(at, event.level, event.text))


def _on_agent_queued(view: RunFold, at: float, event: ev.AgentQueued) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.step_id, card.name, card.lens = event.step_id, event.name, event.lens
    card.skill, card.model = event.skill, event.model
    card.context_window = event.context_window
    card.token_limit, card.turn_limit = event.token_limit, event.turn_limit
    _restart(card, "queued", at)
    open_segment(card, "wait", at, "", "wait")


def _on_agent_started(view: RunFold, at: float, event: ev.AgentStarted) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    _restart(card, "running", at)
    card.agent_attempt = event.attempt
    if card.started_at is None:
        card.started_at = at
    view.starts[event.agent_id] = view.starts.get(event.agent_id, 0) + 1


def _restart(card: AgentCard, state: Literal["queued", "running"], at: float) -> None:
    close_segments(card, at)
    card.state, card.failure, card.reason, card.summary = state, "", "", ""
    card.finished_at, card.last_event, card.last_event_at = None, None, at


def _on_turn_started(view: RunFold, at: float, event: ev.TurnStarted) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.turn, card.attempt = event.turn, event.attempt
    card.last_event, card.last_event_at = event, at
    close_segment(card, "retry", at)
    open_segment(card, "model", at, "", "model")


def _on_turn_finished(view: RunFold, at: float, event: ev.TurnFinished) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.turn, card.attempt = event.turn, event.attempt
    card.turns_done += 1
    card.usage += event.usage
    card.cost += event.cost
    card.context_tokens = event.usage.context_tokens
    card.last_event, card.last_event_at = event, at
    view.usage += event.usage
    view.cost += event.cost
    close_segment(card, "model", at)


def _on_attempt_lost(view: RunFold, at: float, event: ev.AttemptLost) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.turn, card.attempt = event.turn, event.attempt
    card.lost_attempts += 1
    card.usage += event.usage
    card.cost += event.cost
    card.lost_usage += event.usage
    card.lost_cost += event.cost
    card.last_event, card.last_event_at = event, at
    view.usage += event.usage
    view.cost += event.cost
    view.lost_attempts += 1
    close_segment(card, "model", at)
    if event.retry_in_s is not None:
        open_segment(card, "retry", at, "", "retry")


def _on_turn_reused(view: RunFold, at: float, event: ev.TurnReused) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.turn = event.turn
    card.turns_reused += 1
    card.last_event, card.last_event_at = event, at


def _on_output_rejected(view: RunFold, at: float, event: ev.OutputRejected) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.rejections += 1
    card.last_event, card.last_event_at = event, at


def _on_tool_started(view: RunFold, at: float, event: ev.ToolStarted) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.last_event, card.last_event_at = event, at
    open_segment(card, "tool", at, event.tool, "tool " + event.tool_use_id)


def _on_tool_finished(view: RunFold, at: float, event: ev.ToolFinished) -> None:
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.tools_done += 1
    card.last_event_at = at
    close_segment(card, "tool " + event.tool_use_id, at)


def _on_gate_started(view: RunFold, at: float, event: ev.GateStarted) -> None:
    if event.agent_id is None:
        return
    card = view.agents.get(event.agent_id) or view.card(event.agent_id)
    card.last_event, card.last_event_at = event, at
    open_segment(card, "gate", at, event.gate, "gate " + event.gate)


def _on_gate_finished(view: RunFold, at: float, event: ev.GateFinished) -> None:
    view.gate_results[(event.step_id, event.agent_id, event.result.gate)] = event.result
    if event.agent_id is not None:
        card = view.agents.get(event.agent_id) or view.card(event.agent_id)
        card.last_event_at = at
        close_segment(card, "gate " + event.result.gate, at)


HANDLERS: dict[type[Any], Callable[[RunFold, float, Any], None]] = {
    ev.RunStarted: _on_run_started,
    ev.RunResumed: _on_run_resumed,
    ev.RunPaused: _on_run_paused,
    ev.RunContinued: _on_run_continued,
    ev.RunInterrupted: _on_run_interrupted,
    ev.RunFinished: _on_run_finished,
    ev.NoteAdded: _on_note_added,
    ev.RunRevised: _on_run_revised,
    ev.StepStarted: on_step_started,
    ev.StepFinished: on_step_finished,
    ev.ProcessStarted: on_process_started,
    ev.ProcessFinished: on_process_finished,
    ev.QuestionAsked: on_question_asked,
    ev.QuestionAnswered: on_question_answered,
    ev.AgentQueued: _on_agent_queued,
    ev.AgentStarted: _on_agent_started,
    ev.TurnStarted: _on_turn_started,
    ev.TurnFinished: _on_turn_finished,
    ev.AttemptLost: _on_attempt_lost,
    ev.TurnReused: _on_turn_reused,
    ev.OutputRejected: _on_output_rejected,
    ev.ToolStarted: _on_tool_started,
    ev.ToolFinished: _on_tool_finished,
    ev.GateStarted: _on_gate_started,
    ev.GateFinished: _on_gate_finished,
    ev.FindingReported: on_finding_reported,
    ev.AgentFinished: on_agent_finished,
    ev.FindingsMerged: on_findings_merged,
    **CHANGE_HANDLERS,
    **STEER_HANDLERS,
}
"""Events without a handler (acknowledged commands, invoked skills) change nothing shown here."""
