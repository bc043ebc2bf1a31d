"""How steps, their commands and their questions change the state of a run.

A resumed run announces its steps again: they take the place of what is there, and only what a step
spent adds up. ``at`` is Unix seconds everywhere.
"""

from __future__ import annotations

import msgspec

from ladder_tui.domain import event as ev
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.question import Question
from ladder_tui.projections.run_fold import Answered, ProcessCard, RunFold, StepCard


def on_step_started(view: RunFold, at: float, event: ev.StepStarted) -> None:
    """Begin a step, or begin it again."""
    step = view.steps.get(event.step_id)
    if step is None:
        step = StepCard(step_id=event.step_id, started_at=at)
        view.steps[event.step_id] = step
    step.kind, step.state, step.reason = event.kind, "running", ""
    step.agents, step.max_parallel = event.agents, event.max_parallel
    step.slots_ok, step.slots_total = 0, len(event.agents)
    step.attempt, step.inputs = event.attempt, event.inputs
    step.key, step.parts = event.key, event.parts
    step.finished_at = None
    for agent_id in event.agents:
        view.card(agent_id).step_id = event.step_id


def on_step_finished(view: RunFold, at: float, event: ev.StepFinished) -> None:
    """End a step; one that was skipped never began."""
    step = view.steps.setdefault(
        event.step_id, StepCard(step_id=event.step_id, started_at=at - event.elapsed_s)
    )
    step.state, step.reason, step.finished_at = event.state, event.reason, at
    step.slots_ok, step.slots_total = event.slots_ok, event.slots_total
    step.output, step.is_output_omitted = event.output, event.is_output_omitted
    step.is_fallback, step.elapsed_s = event.is_fallback, event.elapsed_s
    step.usage += event.usage
    step.cost += event.cost


def on_process_started(view: RunFold, at: float, event: ev.ProcessStarted) -> None:
    """A command takes the place of the one before it in its slot."""
    step = view.steps.setdefault(event.step_id, StepCard(step_id=event.step_id, started_at=at))
    step.processes[event.slot] = ProcessCard(event.slot, event.argv, event.effect, event.attempt)


def on_process_finished(view: RunFold, at: float, event: ev.ProcessFinished) -> None:
    """A command ended."""
    step = view.steps.setdefault(event.step_id, StepCard(step_id=event.step_id, started_at=at))
    card = step.processes.get(event.slot) or ProcessCard(event.slot, (), "none")
    step.processes[event.slot] = msgspec.structs.replace(
        card,
        attempt=event.attempt,
        is_running=False,
        exit_code=event.exit_code,
        elapsed_s=event.elapsed_s,
        stdout=event.stdout,
        stderr=event.stderr,
    )


def on_question_asked(view: RunFold, at: float, event: ev.QuestionAsked) -> None:
    """A question waits; put again by a later runner, it is the same question."""
    view.asked_at.setdefault(event.question.question_id, at)
    view.questions[event.question.question_id] = event.question
    _mark_question(view, event.question.agent_id)


def on_question_answered(view: RunFold, at: float, event: ev.QuestionAnswered) -> None:
    """A question does not wait any more."""
    question = view.questions.pop(event.question_id, None)
    view.asked_at.pop(event.question_id, None)
    if question is not None:
        _mark_question(view, question.agent_id)
    view.answered.append(
        Answered(at, event.question_id, event.step_id, event.answer, event.waited_s, question)
    )


def _mark_question(view: RunFold, agent_id: AgentId | None) -> None:
    """Set the oldest question that an agent waits for."""
    if agent_id is not None:
        card = view.card(agent_id)
        waiting = next((q for q in view.questions.values() if q.agent_id == agent_id), None)
        card.question = waiting.question_id if waiting is not None else None
        card.asks = subject(waiting) if waiting is not None else ""
        card.asks_since = view.asked_at[waiting.question_id] if waiting is not None else 0.0


def subject(question: Question) -> str:
    """What a question is about, on one line: the command itself, else the question."""
    shown = question.shown if question.shown_kind == "command" else ""
    lines = (line.strip() for line in (shown or question.text).splitlines())
    return next((line for line in lines if line), "")
