"""Runs gates and evidence tools through the ledger and the journal."""

from __future__ import annotations

import msgspec

from ladder_tui.agent.ledger_key import gate_key
from ladder_tui.domain.event import GateFinished, GateStarted
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.verdict import GateResult
from ladder_tui.errors import LadderError, StoreError
from ladder_tui.gates.gate import Gate, Scope
from ladder_tui.gates.printable import clean
from ladder_tui.gates.registry import find_gate
from ladder_tui.workflow.port import WorkflowPorts

REASON_LIMIT = 400
"""Characters kept of why a gate broke."""

_decode = msgspec.json.Decoder(GateResult).decode


async def run_gate(
    name: str,
    spec: RunSpec,
    ports: WorkflowPorts,
    step_id: StepId,
    agent_id: AgentId | None,
    scope: Scope | None = None,
) -> GateResult:
    """Run the gate ``name`` over ``scope`` (the run's by default), or take it from the ledger.

    A gate that breaks is a result with the verdict ``error``, never an exception.
    """
    gate = find_gate(name)
    scope = scope or ports.scope
    key = gate_key(agent_id or step_id, name, gate.version, spec.tree, (scope.paths, scope.files))
    stored = ports.agent.ledger.get(key)
    ports.agent.emit(GateStarted(name, step_id, agent_id))
    if agent_id is not None:
        ports.agent.meter(agent_id).activity(name)
    if stored is not None:
        result = _decode(stored)
    else:
        result = await _run(gate, scope, ports)
        if result.verdict != "error":
            ports.agent.ledger.put(key, "gate", agent_id, msgspec.json.encode(result))
    # Findings travel as FindingReported; here they would be stored twice.
    shown = msgspec.structs.replace(result, findings=())
    ports.agent.emit(GateFinished(step_id, shown, agent_id))
    return result


async def _run(gate: Gate, scope: Scope, ports: WorkflowPorts) -> GateResult:
    try:
        return await gate.run(scope, ports.agent.process)
    except StoreError:
        # A lost database is not a matter of this gate: it ends the run.
        raise
    except LadderError as error:
        reason = error.what if not error.why else f"{error.what}: {error.why}"
    except Exception as error:  # noqa: BLE001 - a broken gate is a verdict, and the run goes on
        reason = f"{type(error).__name__}: {error}"
    return GateResult(
        gate=gate.name,
        lens=gate.lens,
        verdict="error",
        in_scope=0,
        analysed=0,
        reason=clean(reason, REASON_LIMIT),
    )
