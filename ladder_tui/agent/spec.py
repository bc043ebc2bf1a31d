"""What an agent is asked to do, and what came of it."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.event import AgentState, FailureKind
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import AgentLimits


class AgentSpec(msgspec.Struct, frozen=True):
    """One agent's task. With the completed turns it determines everything the agent does."""

    agent_id: AgentId
    step_id: StepId
    name: str
    skill: Skill
    limits: AgentLimits
    inputs: dict[str, Any]
    """What the workflow hands to the skill (its ``with`` block, resolved)."""
    paths: tuple[str, ...] = ()
    """What is to be looked at, relative to the repository root."""
    changed: dict[str, tuple[int, ...]] = {}
    """Changed lines by path, empty without a base."""
    evidence: tuple[GateResult, ...] = ()
    attempt: int = 0
    prd: str = ""
    """Text of the PRD that the run serves."""
    feedback: str = ""
    """Why a person rejected what an earlier agent at this place gave."""
    previous: Any = None
    """What that was."""


class AgentOutcome(msgspec.Struct, frozen=True):
    """The typed slot of an agent: an output, or a failure with its kind and reason."""

    agent_id: AgentId
    name: str
    state: AgentState
    failure: FailureKind = ""
    reason: str = ""
    summary: str = ""
    output: dict[str, Any] | None = None
    findings: tuple[Finding, ...] = ()
    evidence: tuple[GateResult, ...] = ()
    usage: Usage = Usage()
    cost: Cost = Cost()
    is_evidence_only: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether the slot holds a result."""
        return self.state == "done"
