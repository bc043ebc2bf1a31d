"""What a workflow needs from outside, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.verdict import GateResult
from ladder_tui.gates.gate import Scope


@dataclass
class WorkflowPorts:
    """Everything a workflow touches."""

    agent: AgentPorts
    scope: Scope
    cancelled_agents: set[AgentId]
    """Agents that a person cancelled; the executor looks here and is told by ``watch``."""
    watch: Callable[[AgentId, Callable[[], object]], None]
    """Register how to cancel an agent that runs."""
    prd: str = ""


@dataclass
class RunStateData:
    """What the steps of a run have produced so far."""

    spec: RunSpec
    slots: dict[StepId, list[AgentOutcome]] = field(default_factory=dict)
    merged: dict[StepId, FindingsMerged] = field(default_factory=dict)
    gates: dict[StepId, GateResult] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    """By step id, as expressions see them."""

    @property
    def evidence(self) -> list[GateResult]:
        """Results of the agents' evidence tools, in slot order."""
        return [r for slots in self.slots.values() for slot in slots for r in slot.evidence]

    def names(self) -> dict[str, Any]:
        """The names an expression may use."""
        return {"inputs": self.spec.inputs, "steps": self.outputs}
