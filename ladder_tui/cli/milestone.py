"""Events as single lines for a log: what a person who reads along needs to know, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ladder_tui.cli.wording import cost_text, severity_counts, usage_text
from ladder_tui.domain import event as ev
from ladder_tui.domain.ids import AgentId
from ladder_tui.ui.format import elapsed, plural


def milestone(event: ev.Event) -> str:
    """One line about the event, or an empty string for one that is no milestone."""
    describe = _LINES.get(type(event))
    return describe(event) if describe is not None else ""


def agent_name(agent_id: AgentId) -> str:
    """The part of an agent's id that people know it by."""
    return agent_id.partition("/")[2] or agent_id


def _run_started(event: ev.RunStarted) -> str:
    base = f", changes since {event.base_commit[:10]}" if event.base_commit else ""
    return f"{event.workflow} #{event.number} started: {event.model}, sandbox {event.sandbox}{base}"


def _run_resumed(event: ev.RunResumed) -> str:
    reason = f": {event.reason}" if event.reason else ""
    return f"resumed by runner {event.runner_epoch}{reason}"


def _step_started(event: ev.StepStarted) -> str:
    if not event.agents:
        return ""
    parallel = f", {event.max_parallel} at a time" if event.max_parallel else ""
    return f"{event.step_id}: {plural(len(event.agents), 'agent')}{parallel}"


def _step_finished(event: ev.StepFinished) -> str:
    if event.state in ("done", "skipped"):
        return ""
    reason = f": {event.reason}" if event.reason else ""
    return f"{event.step_id} {event.state}{reason}"


def _process_started(event: ev.ProcessStarted) -> str:
    outside = " outside the sandbox" if event.effect == "external" else ""
    return f"{event.step_id} runs{outside}: {' '.join(event.argv)[:200]}"


def _process_finished(event: ev.ProcessFinished) -> str:
    how = "did not end in time" if event.exit_code is None else f"exit code {event.exit_code}"
    return f"{event.step_id}: {how}, {elapsed(event.elapsed_s)}"


def _question_answered(event: ev.QuestionAnswered) -> str:
    answer = event.answer
    said = answer.choice or ("" if answer.value is None else str(answer.value)[:80])
    parts = [answer.decision + ("d" if answer.decision == "approve" else "ed"), said, answer.reason]
    return f"{event.question_id} {': '.join(part for part in parts if part)}"


def _attempt_lost(event: ev.AttemptLost) -> str:
    again = f"again in {elapsed(event.retry_in_s)}" if event.retry_in_s is not None else "no retry"
    spent = f", {usage_text(event.usage)} lost" if event.usage.total_tokens else ""
    return (
        f"{agent_name(event.agent_id)}: attempt {event.attempt} of turn {event.turn} lost"
        f" ({event.kind}: {event.message}), {again}{spent}"
    )


def _output_rejected(event: ev.OutputRejected) -> str:
    problems = plural(len(event.problems), "problem")
    return (
        f"{agent_name(event.agent_id)}: output of turn {event.turn} missed its schema, {problems}"
    )


def _gate_finished(event: ev.GateFinished) -> str:
    result = event.result
    reason = f" ({result.reason})" if result.reason else ""
    return (
        f"gate {result.gate}: {result.verdict}, {plural(result.findings_count, 'finding')},"
        f" {result.analysed}/{result.in_scope} {result.unit}{reason}"
    )


def _agent_finished(event: ev.AgentFinished) -> str:
    parts = [f"{agent_name(event.agent_id)} {event.state}"]
    if event.state == "done":
        parts.append(plural(event.findings, "finding"))
    else:
        parts.append(": ".join(text for text in (event.failure, event.reason) if text))
    if event.findings_unverified:
        parts.append(f"{event.findings_unverified} unverified")
    parts.append(elapsed(event.elapsed_s))
    return ", ".join(part for part in parts if part)


def _findings_merged(event: ev.FindingsMerged) -> str:
    counts = severity_counts(event.findings)
    tail = f" ({counts})" if counts else ""
    lost = f", without {', '.join(event.missing)}" if event.missing else ""
    return (
        f"{event.slots_ok} of {event.slots_total} merged{lost}:"
        f" {plural(len(event.findings), 'finding')} of {event.reported} reported{tail}"
    )


def _aggregated(event: ev.Aggregated) -> str:
    """Empty for a union: its line is that of the merged findings."""
    if event.rule == "union-dedup":
        return ""
    chosen = f" chose {event.winner}" if event.winner else ""
    reason = f" ({event.reason})" if event.reason else ""
    lost = f", without {', '.join(event.missing)}" if event.missing else ""
    answers = plural(len(event.inputs), "answer")
    return f"{event.step_id}: {event.rule} of {answers}{chosen}{reason}{lost}"


def _run_finished(event: ev.RunFinished) -> str:
    verdict = f", verdict {event.verdict}" if event.verdict != "none" else ""
    return (
        f"{event.state}{verdict}: {event.agents_ok} of {event.agents_total} agents,"
        f" {plural(event.findings, 'finding')}, {usage_text(event.usage)},"
        f" {cost_text(event.cost)}"
    )


_LINES: dict[type[Any], Callable[[Any], str]] = {
    ev.RunStarted: _run_started,
    ev.RunResumed: _run_resumed,
    ev.RunPaused: lambda event: f"paused {event.reason}".rstrip(),
    ev.RunContinued: lambda _: "going on",
    ev.RunInterrupted: lambda event: f"interrupted: {event.reason}",
    ev.RunFinished: _run_finished,
    ev.NoteAdded: lambda event: f"{event.level}: {event.text}",
    ev.StepStarted: _step_started,
    ev.StepFinished: _step_finished,
    ev.RunRevised: lambda event: f"taken over as edited: {', '.join(event.changed)}",
    ev.ProcessStarted: _process_started,
    ev.ProcessFinished: _process_finished,
    ev.QuestionAsked: lambda event: f"{event.question.question_id} asks: {event.question.text}",
    ev.QuestionAnswered: _question_answered,
    ev.AgentStarted: lambda event: f"{agent_name(event.agent_id)} started",
    ev.AttemptLost: _attempt_lost,
    ev.OutputRejected: _output_rejected,
    ev.GateFinished: _gate_finished,
    ev.AgentFinished: _agent_finished,
    ev.FindingsMerged: _findings_merged,
    ev.Aggregated: _aggregated,
}
