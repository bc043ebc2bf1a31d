"""A gate step: one gate over the repository or over an earlier step's output."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.event import GateFinished, GateStarted, StepStarted
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import Step
from ladder_tui.gates.schema import check_schema
from ladder_tui.workflow.evidence import run_gate
from ladder_tui.workflow.port import RunStateData, WorkflowPorts

SCHEMA_GATE = "schema"


async def run_gate_step(step: Step, state: RunStateData, ports: WorkflowPorts) -> GateResult:
    """Run the step's gate. A gate that breaks gives the verdict ``error``."""
    step_id = StepId(step.id)
    ports.agent.emit(StepStarted(step_id, "gate"))
    if step.gate != SCHEMA_GATE:
        return await run_gate(step.gate or "", state.spec, ports, step_id, None)
    ports.agent.emit(GateStarted(SCHEMA_GATE, step_id))
    started = ports.agent.clock()
    result = check_schema(state.outputs.get(step.over or ""), state.spec.workflow.output or {})
    result = msgspec.structs.replace(result, elapsed_s=ports.agent.clock() - started)
    ports.agent.emit(GateFinished(step_id, result))
    return result
