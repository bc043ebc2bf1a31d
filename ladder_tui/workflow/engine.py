"""Runs a workflow and says how the run ended."""

from __future__ import annotations

import asyncio
from typing import Any

from ladder_tui.domain.event import RunFinished
from ladder_tui.domain.run import RunSpec, RunState
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import LadderError, StoreError
from ladder_tui.gates.schema import check_schema
from ladder_tui.library.expression import evaluate
from ladder_tui.workflow.deadline import Deadline
from ladder_tui.workflow.executor import OutOfTimeError, in_time
from ladder_tui.workflow.frame import Frame
from ladder_tui.workflow.order import Order
from ladder_tui.workflow.port import RunStateData, WorkflowPorts
from ladder_tui.workflow.step import Stopped, fitting
from ladder_tui.workflow.verdict import output_digest, run_verdict

RESULT_LIMIT = 4 * 1024 * 1024
"""Bytes of JSON of what a workflow gives; more is a mistake, and is said."""


class Engine:
    """One run of one workflow."""

    def __init__(
        self, spec: RunSpec, ports: WorkflowPorts, dismissed: frozenset[str] = frozenset()
    ) -> None:
        self.spec = spec
        self.ports = ports
        self.dismissed = dismissed
        self.state = RunStateData(spec)
        self._started = ports.agent.clock()

    async def run(self) -> RunFinished:
        """Run every step. Cancelling this call stops the run and still returns its end."""
        state: RunState = "done"
        reason = ""
        workflow = self.spec.workflow
        seconds = workflow.budget.seconds if workflow.budget is not None else None
        agent = self.ports.agent
        try:
            async with Deadline(seconds, agent.gate, agent.clock) as deadline:
                frame = Frame(workflow, self.spec.inputs, agent.budget, deadlines=(deadline,))
                self.state.result = await in_time(self._run_frame(frame), deadline)
                self.state.failed_when = _failed_when(frame)
        except asyncio.CancelledError:
            state, reason = "cancelled", "stopped by a person"
        except OutOfTimeError:
            state, reason = "budget", f"the workflow's budget of {seconds:g} s is used up"
        except Stopped as stop:
            state, reason = stop.state, str(stop)
        except StoreError:
            raise
        except LadderError as error:
            state, reason = "error", str(error)
        return self._finish(state, reason)

    async def _run_frame(self, frame: Frame) -> Any:
        """Run a workflow, the run's or a nested one, and give its checked result.

        Raises Stopped, or LadderError where the result misses its schema.
        """
        await Order(frame, self.state, self.ports, self._run_frame).run()
        return _checked(frame.workflow, _result(frame))

    def _finish(self, state: RunState, reason: str) -> RunFinished:
        outcomes = [slot for slots in self.state.slots.values() for slot in slots]
        verdict, why = run_verdict(self.state, self.dismissed)
        if state == "done" and any(slot.state == "budget" for slot in outcomes):
            state = "budget"
            reason = next(slot.reason for slot in outcomes if slot.state == "budget")
        if state == "done" and outcomes and all(slot.failure == "provider" for slot in outcomes):
            state, reason = "error", f"no agent got an answer: {outcomes[0].reason}"
        budget = self.ports.agent.budget
        return RunFinished(
            state=state,
            verdict=verdict if state == "done" else "none",
            reason=reason or why,
            usage=budget.spent,
            cost=budget.cost,
            agents_ok=sum(slot.is_ok for slot in outcomes),
            agents_total=len(outcomes),
            findings=len(self.state.findings),
            elapsed_s=self.ports.agent.clock() - self._started,
            output_digest=output_digest(self.state),
            output=self.state.result,
        )


def _failed_when(frame: Frame) -> str:
    """The expression of the workflow's ``fail_on`` where it is true, else an empty string."""
    when = frame.workflow.fail_on.when
    return when if when is not None and evaluate(when, frame.names()) else ""


def _result(frame: Frame) -> Any:
    """What a workflow gives: its ``result``, else its last aggregate's output, else its last's."""
    workflow = frame.workflow
    if workflow.result is not None:
        return evaluate(workflow.result, frame.names())
    aggregates = [step.id for step in workflow.steps if step.kind == "aggregate"]
    return frame.outputs.get(aggregates[-1] if aggregates else workflow.steps[-1].id)


def _checked(workflow: Workflow, result: Any) -> Any:
    if workflow.output is not None:
        checked = check_schema(result, workflow.output, path="result")
        if checked.verdict != "pass":
            wrong = [f"{f.symbol}: {f.message}" for f in checked.findings[:5]]
            raise LadderError(
                f"the result of {workflow.name} misses its schema",
                why="; ".join(wrong) or checked.reason,
                next_step="correct result: or output: in the workflow file, and resume the run",
            )
    kept, is_omitted = fitting(result, RESULT_LIMIT)
    if is_omitted:
        raise LadderError(
            f"the result of {workflow.name} is larger than {RESULT_LIMIT // 2**20} MiB of JSON",
            next_step="choose a part of it with result:",
        )
    return kept
