"""A workflow step: another workflow as one step, or as each place of a fan-out."""

from __future__ import annotations

from typing import Any, NamedTuple

from ladder_tui.agent.budget import Budget
from ladder_tui.domain.run import RunState
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import LadderError, StoreError, UsageError
from ladder_tui.library.expression import evaluate
from ladder_tui.library.input import resolve_inputs
from ladder_tui.workflow.executor import OutOfTimeError, in_time, run_slots
from ladder_tui.workflow.frame import PASSES, Frame
from ladder_tui.workflow.plan import parallel_of, plan_places
from ladder_tui.workflow.shard_step import shards_of
from ladder_tui.workflow.step import StepContext, StepPlan, StepResult, Stopped
from ladder_tui.workflow.step_key import definition_hash, short_hash

MAX_DEPTH = 5
FEEDBACK = "feedback"
"""Input in which a nested workflow that declares it gets why a person rejected its result."""


class _Slot(NamedTuple):
    name: str
    workflow: Workflow
    inputs: dict[str, Any]


class _Given(NamedTuple):
    output: Any = None
    problem: str = ""
    state: RunState = "error"


class WorkflowStep:
    """Its findings, gates and cost count in the run."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Raises UsageError for inputs that the workflow does not take."""
        step, frame = context.step, context.frame
        workflow = next((w for w in context.data.spec.workflows if w.name == step.workflow), None)
        if workflow is None:
            raise UsageError(f"step {step.id}: there is no workflow {step.workflow!r} in this run")
        if frame.depth >= MAX_DEPTH:
            raise UsageError(f"step {step.id}: workflows are nested deeper than {MAX_DEPTH}")
        cut = await shards_of(context)
        slots = tuple(
            _Slot(place.name, workflow, _inputs(context, workflow, place.scope))
            for place in plan_places(
                step, frame.names(), workflow.name, None if cut is None else cut.items
            )
        )
        given = {slot.name: slot.inputs for slot in slots}
        is_single = step.for_each is None
        return StepPlan(
            inputs=slots[0].inputs if is_single else given,
            parts={
                "definition": definition_hash(step),
                "inputs": short_hash(given),
                f"workflow {workflow.name}": short_hash(workflow),
            },
            max_parallel=1 if is_single else parallel_of(step, frame.names(), None),
            slots=slots,
            note="" if cut is None else cut.reason,
        )

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:
        """Run it in every place. Raises ``Stopped`` where a person stopped the whole run."""

        async def work(slot: _Slot) -> _Given:
            try:
                return await in_time(_attempts(context, slot), context.deadline)
            except OutOfTimeError:
                return _Given(problem=context.deadline.reason)

        given = await run_slots(plan.slots, work, max(1, plan.max_parallel))
        outputs = [one.output for one in given]
        lost = [
            f"{slot.name}: {one.problem}" if slot.name else one.problem
            for slot, one in zip(plan.slots, given, strict=True)
            if one.problem
        ]
        return StepResult(
            output=outputs if context.step.for_each is not None else outputs[0],
            ok=sum(not one.problem for one in given),
            total=len(given),
            reason="; ".join(lost),
            state=next((one.state for one in given if one.problem), "error"),
            empty=tuple(n for n, one in enumerate(given) if one.problem),
        )


def _inputs(context: StepContext, workflow: Workflow, scope: dict[str, Any]) -> dict[str, Any]:
    given = {key: evaluate(value, scope) for key, value in context.step.with_.items()}
    feedback = context.frame.feedback.get(context.step.id)
    if feedback is not None and FEEDBACK in workflow.inputs:
        given[FEEDBACK] = feedback.reason
    inputs, problems = resolve_inputs(workflow, given, context.ports.agent.root)
    if problems:
        wrong = "; ".join(f"{problem.path}: {problem.message}" for problem in problems[:5])
        raise UsageError(
            f"step {context.step.id}: {workflow.name} was not started: wrong inputs: {wrong}"
        )
    return inputs


async def _attempts(context: StepContext, slot: _Slot) -> _Given:
    retry = context.step.retry
    first = context.pass_ * (retry + 1)
    for attempt in range(first, first + retry + 1):
        given = await _run(context, slot, attempt)
        if not given.problem or given.state != "error":
            break
    return given


async def _run(context: StepContext, slot: _Slot, attempt: int) -> _Given:
    frame = Frame(
        workflow=slot.workflow,
        inputs=slot.inputs,
        budget=_budget(context, slot.workflow),
        prefix=f"{context.step_id}/{slot.name}/" if slot.name else f"{context.step_id}/",
        depth=context.frame.depth + 1,
        first_pass=attempt % PASSES,
        deadlines=(*context.frame.deadlines, context.deadline),
    )
    try:
        return _Given(await context.run_workflow(frame))
    except Stopped as stop:
        if stop.is_final:
            raise
        return _Given(problem=str(stop), state=stop.state)
    except StoreError:
        raise
    except LadderError as error:
        return _Given(problem=error.what)


def _budget(context: StepContext, workflow: Workflow) -> Budget:
    outer = context.ports.agent.budget
    limits = workflow.budget
    if limits is None:
        return outer
    return outer.part(f"workflow {workflow.name}", limits.usd, limits.tokens)
