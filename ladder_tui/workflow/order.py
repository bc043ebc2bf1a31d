"""Runs the steps of one workflow in the order of its file, and does what follows from each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Literal

import msgspec

from ladder_tui.domain.event import NoteAdded, StepFinished, StepStarted
from ladder_tui.domain.workflow import Step
from ladder_tui.errors import LadderError, StoreError
from ladder_tui.library.expression import evaluate, parse_template
from ladder_tui.workflow.deadline import Deadline
from ladder_tui.workflow.frame import Feedback, Frame
from ladder_tui.workflow.port import RunStateData, WorkflowPorts
from ladder_tui.workflow.step import (
    INPUTS_LIMIT,
    OUTPUT_LIMIT,
    PROCESS_GRACE_S,
    StepContext,
    StepPlan,
    StepResult,
    Stopped,
    fitting,
)
from ladder_tui.workflow.step_registry import STEP_WORK

StepState = Literal["done", "failed", "skipped", "cancelled"]


class Order:
    """The steps of one frame."""

    def __init__(
        self,
        frame: Frame,
        data: RunStateData,
        ports: WorkflowPorts,
        run_workflow: Callable[[Frame], Awaitable[Any]],
    ) -> None:
        self._frame = frame
        self._data = data
        self._ports = ports
        self._run_workflow = run_workflow
        self._places = {step.id: place for place, step in enumerate(frame.workflow.steps)}

    async def run(self) -> None:
        """Run every step; a rejection leads back to the step that is to be done again.

        Raises Stopped where a step fails and the workflow says to stop.
        """
        steps = self._frame.workflow.steps
        place = 0
        while place < len(steps):
            redo = await self._step(steps[place])
            place = self._places[redo] if redo else place + 1

    async def _step(self, step: Step) -> str:
        """Run one step; returns the id of an earlier one that is to run again."""
        agent = self._ports.agent
        started = agent.clock()
        await agent.gate.wait()
        budget = self._frame.budget.part(
            f"step {step.id}",
            *((step.budget.usd, step.budget.tokens) if step.budget is not None else ()),
            scope=self._frame.step_id(step),
        )
        deadline = Deadline(_seconds(step), agent.gate, agent.clock)
        context = StepContext(
            step=step,
            step_id=self._frame.step_id(step),
            frame=self._frame,
            data=self._data,
            ports=replace(self._ports, agent=agent.within(budget)),
            deadline=deadline,
            pass_=self._frame.pass_of(step),
            run_workflow=self._run_workflow,
        )
        try:
            async with deadline:
                result = await self._result(context)
        except asyncio.CancelledError:
            self._finish(context, StepResult(ok=0, reason="stopped"), "cancelled", started)
            raise
        return "" if result is None else self._settle(context, result, started)

    async def _result(self, context: StepContext) -> StepResult | None:
        """What the step gave; None where what it gave before still holds."""
        step, frame = context.step, self._frame
        work = STEP_WORK[step.kind]
        started = StepStarted(context.step_id, step.kind, attempt=context.pass_ + 1)
        is_announced = False
        try:
            skipped = self._why_not(step)
            if skipped:
                return StepResult(reason=skipped, is_skipped=True)
            plan = await work.plan(context)
            if frame.keys.get(step.id) == plan.key and step.id not in frame.feedback:
                return None
            frame.keys[step.id] = plan.key
            context.ports.agent.emit(_announced(started, plan))
            is_announced = True
            return _noted(context, plan, await work.run(context, plan))
        except StoreError:
            raise
        except LadderError as error:
            if not is_announced:
                context.ports.agent.emit(started)
            why = f": {error.why}" if error.why else ""
            return StepResult(ok=0, reason=f"{error.what}{why}")

    def _why_not(self, step: Step) -> str:
        """Why a step is skipped; empty where it is to run."""
        missing = [name for name in step.needs if name not in self._frame.ended_well]
        if missing:
            return f"needs {', '.join(missing)}"
        if step.when is None or isinstance(step.when, bool):
            return "when: false" if step.when is False else ""
        if evaluate(step.when, self._frame.names()):
            return ""
        parts = parse_template(step.when).parts
        return "when: " + "".join(p if isinstance(p, str) else p.source.strip() for p in parts)

    def _settle(self, context: StepContext, result: StepResult, started: float) -> str:
        step, frame = context.step, self._frame
        if result.redo:
            self._finish(context, result, "failed", started)
            self._send_back(step, result)
            return result.redo
        frame.feedback.pop(step.id, None)
        state = _state(step, result)
        is_fallback = False
        if result.ok < result.total and step.on_error == "fallback":
            result, is_fallback = self._with_fallback(step, result), True
        frame.outputs[step.id] = None if result.is_skipped else result.output
        frame.ended_well.discard(step.id)
        if state == "done" or is_fallback:
            frame.ended_well.add(step.id)
        elif state == "failed" and step.kind != "skill":
            self._data.lost[context.step_id] = result.reason
        self._finish(context, result, state, started, is_fallback=is_fallback)
        if state == "failed" and step.on_error == "stop":
            raise Stopped(f"step {context.step_id} failed: {result.reason}", result.state)
        return ""

    def _send_back(self, step: Step, result: StepResult) -> None:
        """Note why the producer runs again; what stands on it is asked for anew."""
        frame = self._frame
        producer = result.redo
        frame.feedback[producer] = Feedback(result.reason, frame.outputs.get(producer))
        for name in (producer, step.id):
            frame.passes[name] = frame.passes.get(name, 0) + 1
        for other in frame.workflow.steps[self._places[producer] + 1 : self._places[step.id]]:
            frame.passes[other.id] = frame.passes.get(other.id, 0) + 1
        frame.keys.pop(step.id, None)

    def _with_fallback(self, step: Step, result: StepResult) -> StepResult:
        """The result with the fallback in each place that holds nothing."""
        names = self._frame.names()
        fallback = None if step.fallback is msgspec.UNSET else step.fallback
        if step.for_each is None or not isinstance(result.output, list):
            output = evaluate(fallback, names)
        else:
            empty = set(result.empty)
            output = [
                evaluate(fallback, names) if place in empty else value
                for place, value in enumerate(result.output)
            ]
        return msgspec.structs.replace(result, output=output)

    def _finish(
        self,
        context: StepContext,
        result: StepResult,
        state: StepState,
        started: float,
        *,
        is_fallback: bool = False,
    ) -> None:
        budget = context.ports.agent.budget
        output, is_omitted = fitting(result.output, OUTPUT_LIMIT)
        is_ended = state not in ("skipped", "cancelled")
        self._ports.agent.emit(
            StepFinished(
                context.step_id,
                state,
                result.reason,
                self._ports.agent.clock() - started,
                result.ok if is_ended else 0,
                result.total if is_ended else 0,
                output=output if is_ended else None,
                is_output_omitted=is_omitted,
                is_fallback=is_fallback,
                usage=budget.spent,
                cost=budget.cost,
            )
        )


def _seconds(step: Step) -> float | None:
    limits = [step.timeout, step.budget.seconds if step.budget is not None else None]
    given = [seconds for seconds in limits if seconds is not None]
    if not given:
        return None
    return min(given) + (PROCESS_GRACE_S if step.kind == "run" else 0.0)


def _announced(started: StepStarted, plan: StepPlan) -> StepStarted:
    inputs, is_omitted = fitting(plan.inputs, INPUTS_LIMIT)
    if is_omitted:
        inputs = dict.fromkeys(plan.inputs, "(too large to be kept)")
    return msgspec.structs.replace(
        started,
        agents=plan.agents,
        max_parallel=plan.max_parallel if plan.agents or plan.max_parallel > 1 else 0,
        inputs=inputs,
        key=plan.key,
        parts=plan.parts,
    )


def _noted(context: StepContext, plan: StepPlan, result: StepResult) -> StepResult:
    """The result, with what was left out from the beginning."""
    if not plan.note:
        return result
    context.ports.agent.emit(NoteAdded(f"{context.step_id}: {plan.note}", "warning"))
    reason = f"{result.reason}; {plan.note}" if result.reason else plan.note
    return msgspec.structs.replace(result, reason=reason)


def _state(step: Step, result: StepResult) -> StepState:
    """A step that goes on with what it has is done, unless it has nothing."""
    if result.is_skipped:
        return "skipped"
    failed = result.ok < result.total
    return "failed" if failed and (step.on_error == "stop" or result.ok == 0) else "done"
