"""A gate step: one gate over the repository or over an earlier step's output."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.event import GateFinished, GateStarted
from ladder_tui.domain.verdict import GateResult
from ladder_tui.gates.name import SCHEMA_GATE
from ladder_tui.gates.registry import find_gate
from ladder_tui.gates.schema import check_schema
from ladder_tui.workflow.evidence import run_gate
from ladder_tui.workflow.plain import plain
from ladder_tui.workflow.step import StepContext, StepPlan, StepResult
from ladder_tui.workflow.step_key import definition_hash, short_hash


class GateStep:
    """A gate that breaks gives the verdict ``error``, and its step fails."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Raises UsageError for a gate that is not there."""
        step, frame = context.step, context.frame
        parts = {"definition": definition_hash(step)}
        if step.gate == SCHEMA_GATE:
            parts["inputs"] = short_hash(frame.outputs.get(step.over or ""))
            parts["schema"] = short_hash(frame.workflow.output)
            return StepPlan({"over": step.over}, parts)
        parts["gate"] = find_gate(step.gate or "").version
        parts["tree"] = context.data.spec.tree
        return StepPlan({"paths": list(context.ports.scope.paths)}, parts)

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:  # noqa: ARG002
        """Look."""
        result = await self._look(context)
        context.data.gates[context.step_id] = result
        return StepResult(
            output=plain(result),
            ok=int(result.verdict != "error"),
            reason=result.reason,
        )

    async def _look(self, context: StepContext) -> GateResult:
        step, step_id, ports = context.step, context.step_id, context.ports
        if step.gate != SCHEMA_GATE:
            return await run_gate(step.gate or "", context.data.spec, ports, step_id, None)
        ports.agent.emit(GateStarted(SCHEMA_GATE, step_id))
        started = ports.agent.clock()
        output = context.frame.outputs.get(step.over or "")
        result = check_schema(output, context.frame.workflow.output or {})
        result = msgspec.structs.replace(result, elapsed_s=ports.agent.clock() - started)
        ports.agent.emit(GateFinished(step_id, result))
        return result
