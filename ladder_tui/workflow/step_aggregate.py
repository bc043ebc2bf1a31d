"""An aggregate step: joins what an earlier step gave."""

from __future__ import annotations

from ladder_tui.workflow.aggregate import AGGREGATES
from ladder_tui.workflow.step import StepContext, StepPlan, StepResult
from ladder_tui.workflow.step_key import definition_hash, short_hash


class AggregateStep:
    """Names one of ``AGGREGATES``."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Nothing to resolve: the outputs are there."""
        step = context.step
        outputs = context.frame.outputs.get(step.over or "")
        parts = {"definition": definition_hash(step), "inputs": short_hash(outputs)}
        return StepPlan({"over": step.over}, parts)

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:  # noqa: ARG002
        """Join; an aggregate does not fail, it says what is missing."""
        step = context.step
        assert step.aggregate is not None
        joined = AGGREGATES[step.aggregate](context, step.over or "")
        return StepResult(output=joined.output, reason=joined.reason)
