"""What is known of a run after some of its events; ``run_handler`` changes it, event by event."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.change import Conflict
from ladder_tui.domain.event import Aggregated, EscalationSummed, FindingsMerged, LiveRow
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.ids import AgentId, QuestionId, RunId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import RunLimits, RunState, RunVerdict
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult
from ladder_tui.projections.agent_card import AgentCard

StepState = Literal["running", "done", "failed", "skipped", "cancelled"]


class ProcessCard(msgspec.Struct, frozen=True):
    """The newest command of one slot of a step; texts are untrusted."""

    slot: str
    argv: tuple[str, ...]
    effect: Literal["external", "none"]
    attempt: int = 1
    is_running: bool = True
    exit_code: int | None = None
    elapsed_s: float = 0.0
    stdout: str = ""
    stderr: str = ""


class Answered(msgspec.Struct, frozen=True):
    """A question that a person answered; None where it was asked before this view began."""

    at: float
    question_id: QuestionId
    step_id: StepId
    answer: Answer
    waited_s: float
    question: Question | None = None


class StepCard(msgspec.Struct, kw_only=True):
    """State of one step. Times are Unix seconds."""

    step_id: StepId
    kind: str = ""
    state: StepState = "running"
    reason: str = ""
    agents: tuple[AgentId, ...] = ()
    max_parallel: int = 0
    slots_ok: int = 0
    slots_total: int = 0
    started_at: float = 0.0
    finished_at: float | None = None
    elapsed_s: float = 0.0
    """Of its newest run."""
    attempt: int = 1
    inputs: dict[str, Any] = {}
    key: str = ""
    parts: dict[str, str] = {}
    output: Any = None
    is_output_omitted: bool = False
    is_fallback: bool = False
    usage: Usage = Usage()
    """Of all its runs together."""
    cost: Cost = Cost()
    processes: dict[str, ProcessCard] = {}
    """By slot."""


class Note(msgspec.Struct, frozen=True):
    """A milestone or a warning, Unix seconds."""

    at: float
    level: Literal["info", "warning", "error"]
    text: str


class Reported(msgspec.Struct, frozen=True):
    """A finding, with the start of its agent (counted from 1) in which it was reported."""

    start: int
    finding: Finding


class RunFold:
    """The folded state of one run."""

    def __init__(self, run_id: RunId | None = None) -> None:
        self.run_id = run_id or RunId("")
        self.number = 0
        self.workflow = ""
        self.state: RunState = "queued"
        self.verdict: RunVerdict = "none"
        self.reason = ""
        self.inputs: dict[str, Any] = {}
        self.model = ""
        self.sandbox = ""
        self.base_commit = ""
        self.prd = ""
        self.limits = RunLimits()
        self.started_at: float | None = None
        self.finished_at: float | None = None
        self.agents: dict[AgentId, AgentCard] = {}
        """In the order of their slots."""
        self.steps: dict[StepId, StepCard] = {}
        self.notes: list[Note] = []
        self.usage = Usage()
        """Of finished turns and lost attempts."""
        self.cost = Cost()
        self.lost_attempts = 0
        self.resumes = 0
        self.output_digest = ""
        self.last_id = 0
        self.last_seq = 0
        self.last_at = 0.0
        self.live: dict[AgentId, LiveRow] = {}
        """Meters of this moment; no part of the fold."""
        self.starts: dict[AgentId, int] = {}
        """How often each agent was started, resumes included."""
        self.reported: dict[AgentId, list[Reported]] = {}
        self.gate_results: dict[tuple[StepId, AgentId | None, str], GateResult] = {}
        self.merged_by_step: dict[StepId, FindingsMerged] = {}
        self.aggregated: dict[StepId, Aggregated] = {}
        self.escalations: dict[StepId, EscalationSummed] = {}
        self.conflicts: tuple[Conflict, ...] = ()
        """Pairs of agents whose edits conflict now."""
        self.step_limits: dict[str, RunLimits] = {}
        """Limits that a person gave to steps and agents, by their id."""
        self.questions: dict[QuestionId, Question] = {}
        """Those that wait for a person, oldest first."""
        self.asked_at: dict[QuestionId, float] = {}
        """When each of those was put first, Unix seconds."""
        self.answered: list[Answered] = []
        self.revisions: list[tuple[str, ...]] = []
        """What each resume took over that had been edited."""
        self.output: Any = None
        """What the workflow gave."""
        self.trigger = ""

    def card(self, agent_id: AgentId) -> AgentCard:
        """The card of an agent, made with its first mention."""
        card = self.agents.get(agent_id)
        if card is None:
            step, _, item = agent_id.partition("/")
            card = AgentCard(agent_id=agent_id, step_id=StepId(step), name=item or step)
            card.live = self.live.get(agent_id)
            self.agents[agent_id] = card
        return card

    @property
    def findings(self) -> list[Finding]:
        """What agents reported, before merging, in the order of the agents."""
        reported = self.reported
        return [r.finding for agent_id in self.agents for r in reported.get(agent_id, ())]

    def findings_of(self, agent_id: AgentId) -> list[Finding]:
        """What one agent reported."""
        return [r.finding for r in self.reported.get(agent_id, ())]

    @property
    def gates(self) -> list[tuple[AgentId | None, GateResult]]:
        """Gate results, each with the agent that it was for."""
        return [(agent_id, result) for (_, agent_id, _), result in self.gate_results.items()]

    @property
    def merged(self) -> FindingsMerged | None:
        """The newest merge of findings."""
        return next(reversed(self.merged_by_step.values()), None)
