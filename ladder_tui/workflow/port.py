"""What a workflow needs from outside, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.reply import Ask
from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.finding import Finding, MergedFinding
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.verdict import GateResult
from ladder_tui.gates.gate import Scope
from ladder_tui.process.runner import ProcessRunner


class ProcessPast(NamedTuple):
    """What earlier runners did with one attempt of a command that has effects."""

    starts: int
    exit_code: int | None
    """Of the last one; None where it was not seen to end."""


ProcessPlace = tuple[StepId, str, int]
"""Step, slot and attempt of a command."""


@dataclass
class WorkflowPorts:
    """Everything a workflow touches."""

    agent: AgentPorts
    scope: Scope
    cancelled_agents: set[AgentId]
    """Agents that a person cancelled; the executor looks here and is told by ``watch``."""
    watch: Callable[[AgentId, Callable[[], object]], None]
    """Register how to cancel an agent that runs."""
    outside: ProcessRunner
    """Starts commands that may change the repository and reach the network."""
    ask: Ask
    """Put a question to a person and wait."""
    past: Mapping[ProcessPlace, ProcessPast] = field(default_factory=dict)
    """Commands with effects that earlier runners of this run started."""
    prd: str = ""


@dataclass
class RunStateData:
    """What the steps of a run have produced so far, those of nested workflows included."""

    spec: RunSpec
    slots: dict[StepId, list[AgentOutcome]] = field(default_factory=dict)
    merged: dict[StepId, FindingsMerged] = field(default_factory=dict)
    """As they are shown: capped."""
    found: dict[StepId, tuple[MergedFinding, ...]] = field(default_factory=dict)
    """All merged findings, also those over the cap: the verdict is about these."""
    joined: set[StepId] = field(default_factory=set)
    """Steps whose findings were merged."""
    gates: dict[StepId, GateResult] = field(default_factory=dict)
    products: dict[StepId, Any] = field(default_factory=dict)
    """What commands, people and lists gave: equal for equal work."""
    lost: dict[StepId, str] = field(default_factory=dict)
    """Steps of other kinds that failed and did not stop the run, each with its reason."""
    result: Any = None
    """What the workflow gives."""
    failed_when: str = ""
    """The expression of ``fail_on`` that came true."""

    @property
    def evidence(self) -> list[GateResult]:
        """Results of the agents' evidence tools, in slot order."""
        return [r for slots in self.slots.values() for slot in slots for r in slot.evidence]

    @property
    def findings(self) -> list[Finding]:
        """Everything found: merged where the workflow merges, and as reported where it does not."""
        merged = [m.finding for group in self.found.values() for m in group]
        return merged + [
            finding
            for step_id, slots in self.slots.items()
            if step_id not in self.joined
            for slot in slots
            for finding in slot.findings
        ]
