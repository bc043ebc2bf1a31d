"""Runs the steps of a workflow in order and says how the run ended."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import NoteAdded, RunFinished, StepFinished, StepStarted
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.run import RunSpec, RunState
from ladder_tui.domain.workflow import Step
from ladder_tui.errors import LadderError, StoreError
from ladder_tui.library.expression import evaluate
from ladder_tui.workflow.aggregate import AGGREGATES
from ladder_tui.workflow.port import RunStateData, WorkflowPorts
from ladder_tui.workflow.step_gate import run_gate_step
from ladder_tui.workflow.step_skill import run_skill_step
from ladder_tui.workflow.union_dedup import capped
from ladder_tui.workflow.verdict import output_digest, run_verdict


class Stopped(Exception):  # noqa: N818 - not an error: a step's ``on_error: stop`` took effect
    """A step failed and the workflow says to stop there, with the state the run ends in."""

    def __init__(self, reason: str, state: RunState) -> None:
        super().__init__(reason)
        self.state = state


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
        try:
            for step in self.spec.workflow.steps:
                await self._step(step)
        except asyncio.CancelledError:
            state, reason = "cancelled", "stopped by a person"
        except Stopped as stop:
            state, reason = stop.state, str(stop)
        except StoreError:
            raise
        except LadderError as error:
            state, reason = "error", str(error)
        return self._finish(state, reason)

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
        )

    async def _step(self, step: Step) -> None:
        emit = self.ports.agent.emit
        step_id = StepId(step.id)
        started = self.ports.agent.clock()
        await self.ports.agent.gate.wait()
        if not self._is_wanted(step):
            emit(StepFinished(step_id, "skipped", f"when: {step.when}"))
            self.state.outputs[step.id] = None
            return
        try:
            ok, total, reason = await self._run(step)
        except asyncio.CancelledError:
            emit(StepFinished(step_id, "cancelled", "stopped", self.ports.agent.clock() - started))
            raise
        failed = ok < total
        elapsed = self.ports.agent.clock() - started
        emit(
            StepFinished(
                step_id,
                "failed" if failed and step.on_error == "stop" else "done",
                reason,
                elapsed,
                ok,
                total,
            )
        )
        if failed and step.on_error == "stop":
            raise Stopped(f"step {step.id} failed: {reason}", self._state_of(step_id))

    def _state_of(self, step_id: StepId) -> RunState:
        """The state of a run that a failed step stops: a budget and a person are no errors."""
        lost = {slot.state for slot in self.state.slots.get(step_id, []) if not slot.is_ok}
        if "budget" in lost:
            return "budget"
        return "cancelled" if lost == {"cancelled"} else "error"

    def _is_wanted(self, step: Step) -> bool:
        if step.when is None or isinstance(step.when, bool):
            return step.when is not False
        return bool(evaluate(step.when, self.state.names()))

    async def _run(self, step: Step) -> tuple[int, int, str]:
        if step.kind == "skill":
            slots = await run_skill_step(step, self.state, self.ports)
            return self._keep_slots(step, slots)
        if step.kind == "aggregate":
            return self._aggregate(step)
        result = await run_gate_step(step, self.state, self.ports)
        self.state.gates[StepId(step.id)] = result
        self.state.outputs[step.id] = msgspec.json.decode(msgspec.json.encode(result))
        return int(result.verdict != "error"), 1, result.reason

    def _keep_slots(self, step: Step, slots: list[AgentOutcome]) -> tuple[int, int, str]:
        self.state.slots[StepId(step.id)] = slots
        outputs = [slot.output for slot in slots]
        self.state.outputs[step.id] = outputs if step.for_each is not None else outputs[0]
        ok = sum(slot.is_ok for slot in slots)
        lost = [f"{slot.name}: {slot.reason}" for slot in slots if not slot.is_ok]
        if lost:
            text = f"{ok} of {len(slots)} done; " + "; ".join(lost)
            self.ports.agent.emit(NoteAdded(text, "warning"))
        return ok, len(slots), "; ".join(lost)

    def _aggregate(self, step: Step) -> tuple[int, int, str]:
        step_id = StepId(step.id)
        self.ports.agent.emit(StepStarted(step_id, "aggregate"))
        slots = self.state.slots.get(StepId(step.over or ""), [])
        merged = AGGREGATES[step.aggregate or ""](step_id, slots)
        self.state.found[step_id] = merged.findings
        merged = self.state.merged[step_id] = capped(merged)
        output: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(merged))
        self.state.outputs[step.id] = output
        self.ports.agent.emit(merged)
        missing = f"without {', '.join(merged.missing)}" if merged.missing else ""
        return 1, 1, missing
