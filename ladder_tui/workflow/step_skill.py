"""A skill step: one agent, or a fan-out of agents, each in a typed slot."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.agent.prompt import FEEDBACK
from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import NoteAdded
from ladder_tui.domain.run import RunState
from ladder_tui.errors import UsageError
from ladder_tui.gates.schema import check_schema
from ladder_tui.workflow.agent_group import run_agents
from ladder_tui.workflow.agent_route import slot_route
from ladder_tui.workflow.plan import Slot, parallel_of, plan_slots
from ladder_tui.workflow.shard_step import shards_of
from ladder_tui.workflow.step import StepContext, StepPlan, StepResult
from ladder_tui.workflow.step_key import definition_hash, short_hash, skill_parts


class SkillStep:
    """Runs agents; what they cost is bounded by the budgets around them."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Raises UsageError for a wrong fan-out, and for inputs that a skill does not take."""
        step, names = context.step, context.frame.names()
        cut = await shards_of(context)
        slots = plan_slots(
            step,
            names,
            {skill.name: skill for skill in context.data.spec.skills},
            step_id=context.step_id,
            items=None if cut is None else cut.items,
        )
        check_inputs(step.id, slots)
        slots = _with_feedback(context, slots)
        given = {slot.name: slot.inputs for slot in slots}
        routes = [slot_route(slot, context).choice for slot in slots]
        models = sorted({(choice.label, choice.model) for choice in routes})
        parts = {
            "definition": definition_hash(step),
            "inputs": short_hash(given),
            **skill_parts(slot.skill for slot in slots),
            "model": short_hash(models[0] if len(models) == 1 else models),
            "tree": context.data.spec.tree,
            "prd": short_hash(context.ports.prd) if context.ports.prd else "",
        }
        return StepPlan(
            inputs=given if step.for_each is not None else slots[0].inputs,
            parts={name: value for name, value in parts.items() if value},
            agents=tuple(slot.agent_id for slot in slots),
            max_parallel=parallel_of(step, names, context.data.spec.limits.max_parallel),
            slots=tuple(slots),
            note="" if cut is None else cut.reason,
        )

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:
        """Run the agents. Outcomes are in slot order; failures are outcomes too."""
        chosen = parallel_of(context.step, context.frame.names(), None)
        outcomes = await run_agents(context, plan.slots, chosen)
        context.data.slots[context.step_id] = outcomes
        return _result(context, outcomes)


def check_inputs(step_id: str, slots: list[Slot]) -> None:
    """Before anything is spent: what a step hands over must be what its skill declares."""
    for slot in slots:
        if slot.skill.inputs is None:
            continue
        result = check_schema(slot.inputs, slot.skill.inputs, path="inputs")
        if result.verdict != "pass":
            wrong = [f"{f.symbol}: {f.message}" for f in result.findings[:5]] or [result.reason]
            raise UsageError(
                f"step {step_id}: {slot.name} was not started: its inputs do not fit the skill"
                f" {slot.skill.name}: {'; '.join(wrong)}"
            )


def _with_feedback(context: StepContext, slots: list[Slot]) -> list[Slot]:
    feedback = context.frame.feedback.get(context.step.id)
    if feedback is None:
        return slots
    return [
        msgspec.structs.replace(slot, inputs={**slot.inputs, FEEDBACK: feedback.reason})
        for slot in slots
    ]


def _result(context: StepContext, outcomes: list[AgentOutcome]) -> StepResult:
    is_fan_out = context.step.for_each is not None
    outputs = [_output(outcome) for outcome in outcomes]
    ok = sum(outcome.is_ok for outcome in outcomes)
    lost = [f"{outcome.name}: {outcome.reason}" for outcome in outcomes if not outcome.is_ok]
    if lost:
        text = f"{ok} of {len(outcomes)} done; " + "; ".join(lost)
        context.ports.agent.emit(NoteAdded(text, "warning"))
    return StepResult(
        output=outputs if is_fan_out else outputs[0],
        ok=ok,
        total=len(outcomes),
        reason="; ".join(lost),
        state=_state(outcomes),
        empty=tuple(n for n, outcome in enumerate(outcomes) if not outcome.is_ok),
    )


def _output(outcome: AgentOutcome) -> Any:
    """As expressions see it: what a skill without a schema says is its ``summary``."""
    if not outcome.is_ok:
        return None
    return {"summary": outcome.summary} if outcome.output is None else outcome.output


def _state(outcomes: list[AgentOutcome]) -> RunState:
    lost = {outcome.state for outcome in outcomes if not outcome.is_ok}
    if "budget" in lost:
        return "budget"
    return "cancelled" if lost == {"cancelled"} else "error"
