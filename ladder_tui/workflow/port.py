"""What a workflow needs from outside, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.finding import Finding, MergedFinding
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
    """As they are shown: capped."""
    found: dict[StepId, tuple[MergedFinding, ...]] = field(default_factory=dict)
    """All merged findings, also those over the cap: the verdict is about these."""
    gates: dict[StepId, GateResult] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    """By step id, as expressions see them."""

    @property
    def evidence(self) -> list[GateResult]:
        """Results of the agents' evidence tools, in slot order."""
        return [r for slots in self.slots.values() for slot in slots for r in slot.evidence]

    @property
    def findings(self) -> list[Finding]:
        """Everything found: merged where the workflow merges, and as reported where it does not."""
        merged = [m.finding for group in self.found.values() for m in group]
        covered = {step.over for step in self.spec.workflow.steps if step.id in self.found}
        return merged + [
            finding
            for step_id, slots in self.slots.items()
            if step_id not in covered
            for slot in slots
            for finding in slot.findings
        ]

    def names(self) -> dict[str, Any]:
        """The names an expression may use."""
        return {"inputs": self.spec.inputs, "steps": self.outputs}
