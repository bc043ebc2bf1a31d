"""An aggregate step: joins what the agents of an earlier step gave, by a named rule."""

from __future__ import annotations

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import Aggregated
from ladder_tui.domain.run import RunState
from ladder_tui.domain.skill import Skill
from ladder_tui.errors import UsageError
from ladder_tui.library.expression import evaluate
from ladder_tui.workflow.aggregate import Given, Joined
from ladder_tui.workflow.aggregate_desk import StepDesk
from ladder_tui.workflow.aggregate_registry import AGGREGATES
from ladder_tui.workflow.candidate import candidates_of
from ladder_tui.workflow.step import StepContext, StepPlan, StepResult, fitting
from ladder_tui.workflow.step_key import definition_hash, short_hash, skill_parts
from ladder_tui.workflow.union_dedup import capped

OUTCOME_LIMIT = 32 * 1024
"""Bytes of JSON of an outcome that the event of an aggregate carries; the step's end has more."""


class AggregateStep:
    """Names one of ``AGGREGATES``."""

    async def plan(self, context: StepContext) -> StepPlan:
        """The outputs are there. Raises UsageError for a skill that is not."""
        step = context.step
        outputs = context.frame.outputs.get(step.over or "")
        options = evaluate(step.with_, context.frame.names())
        parts = {"definition": definition_hash(step), "inputs": short_hash((outputs, options))}
        skill = _skill(context)
        if skill is not None:
            choice = context.ports.agent.choice
            parts |= {"model": short_hash((choice.label, choice.model)), **skill_parts([skill])}
        return StepPlan({"over": step.over, **options}, parts, slots=(options, skill))

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:
        """Join. What is missing is said; only agents that the rule itself asked can fail it."""
        step = context.step
        assert step.aggregate is not None
        options, skill = plan.slots
        given = Given.of(
            context.step_id,
            candidates_of(context, step.over or ""),
            by=step.by,
            options=options,
            schema=step.output,
        )
        joined = await AGGREGATES[step.aggregate].join(given, StepDesk(context, skill))
        _keep(context, joined)
        context.ports.agent.emit(_event(context, given, joined))
        return _result(joined)


def _skill(context: StepContext) -> Skill | None:
    """The skill that the rule asks, where it asks one."""
    step = context.step
    if step.aggregate is None or not AGGREGATES[step.aggregate].laws.asks_model:
        return None
    for skill in context.data.spec.skills:
        if skill.name == step.by:
            return skill
    raise UsageError(f"step {step.id}: there is no skill {step.by!r}")


def _keep(context: StepContext, joined: Joined) -> None:
    """What the run's verdict and its other steps look at."""
    data, step_id = context.data, context.step_id
    if joined.merged is not None:
        data.found[step_id] = joined.merged.findings
        data.joined.add(context.frame.step_id(context.step.over or ""))
        data.merged[step_id] = merged = capped(joined.merged)
        context.ports.agent.emit(merged)
        return
    data.products[step_id] = joined.output
    if joined.asked:
        data.slots[step_id] = list(joined.asked)
        data.joined.add(step_id)


def _event(context: StepContext, given: Given, joined: Joined) -> Aggregated:
    decision = joined.decision
    outcome, _ = fitting(decision.outcome, OUTCOME_LIMIT)
    return Aggregated(
        step_id=context.step_id,
        rule=context.step.aggregate or "",
        inputs=tuple(candidate.name for candidate in given.candidates),
        missing=decision.missing,
        outcome=outcome,
        winner=decision.winner,
        votes=decision.votes,
        dissent=decision.dissent,
        reason=decision.reason,
    )


def _result(joined: Joined) -> StepResult:
    lost = [outcome for outcome in joined.asked if not outcome.is_ok]
    said = [joined.decision.reason, *(f"{outcome.name}: {outcome.reason}" for outcome in lost)]
    return StepResult(
        output=joined.output,
        ok=len(joined.asked) - len(lost) if joined.asked else 1,
        total=len(joined.asked) or 1,
        reason="; ".join(part for part in said if part),
        state=_state(lost),
    )


def _state(lost: list[AgentOutcome]) -> RunState:
    states = {outcome.state for outcome in lost}
    if "budget" in states:
        return "budget"
    return "cancelled" if states == {"cancelled"} else "error"
