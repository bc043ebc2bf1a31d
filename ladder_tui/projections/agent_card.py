"""What a board shows of one agent: the fold of its events, and its live meters beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ladder_tui.domain.change import ChangeDecision, Conflict, FileChange
from ladder_tui.domain.event import (
    WAITS_FOR_BUDGET,
    AgentState,
    AttemptLost,
    Event,
    FailureKind,
    GateStarted,
    LiveRow,
    OutputRejected,
    ToolStarted,
    TurnFinished,
    TurnReused,
    TurnStarted,
)
from ladder_tui.domain.ids import AgentId, QuestionId, StepId
from ladder_tui.domain.tool_call import call_subject
from ladder_tui.domain.usage import Cost, Usage

STALLED_AFTER_S = 30.0
"""A running agent without a sign for this long needs a look."""
STALLED_IN_TOOL_AFTER_S = 120.0
"""A command gives no sign while it runs; this long is longer than most take."""

FINAL_AGENT_STATES: frozenset[AgentState] = frozenset({"done", "failed", "cancelled", "budget"})

SegmentKind = Literal["model", "tool", "gate", "wait", "retry"]
Attention = Literal["asks", "stalled", "failed", "running", "queued", "paused", "done"]
ATTENTION: tuple[Attention, ...] = (
    "asks",
    "stalled",
    "failed",
    "running",
    "queued",
    "paused",
    "done",
)
"""The most urgent first; ``asks`` is for agents that wait for a person."""

_ACTIVITY_CHARACTERS = 120


class Segment(msgspec.Struct, gc=False):
    """A stretch of an agent's timeline, Unix seconds; ``end`` is None while it goes on."""

    kind: SegmentKind
    start: float
    end: float | None = None
    label: str = ""


class AgentCard(msgspec.Struct, kw_only=True):
    """State of one agent. Changed in place by ``RunView``; everybody else only reads it."""

    agent_id: AgentId
    step_id: StepId
    name: str
    lens: str = ""
    skill: str = ""
    model: str = ""
    state: AgentState = "queued"
    agent_attempt: int = 0
    """Attempt of the whole agent, counted from 1; 0 before it started."""
    attempt: int = 0
    """Network attempt of the current turn, counted from 1."""
    turn: int = 0
    """Current turn, counted from 1; 0 before the first."""
    turns_done: int = 0
    """Turns that were paid for, over all attempts."""
    turns_reused: int = 0
    tools_done: int = 0
    usage: Usage = Usage()
    """Of finished turns and lost attempts."""
    cost: Cost = Cost()
    lost_attempts: int = 0
    lost_usage: Usage = Usage()
    """The part of ``usage`` that went into lost attempts."""
    lost_cost: Cost = Cost()
    context_tokens: int = 0
    """Tokens sent with the last finished turn."""
    context_window: int = 0
    token_limit: int = 0
    turn_limit: int = 0
    findings: int = 0
    unverified: int = 0
    rejections: int = 0
    failure: FailureKind = ""
    reason: str = ""
    summary: str = ""
    is_evidence_only: bool = False
    is_paused: bool = False
    """Paused alone; the run goes on."""
    question: QuestionId | None = None
    """The oldest question that this agent waits for."""
    asks: str = ""
    """What that question is about, on one line; untrusted."""
    asks_since: float = 0.0
    workspace: str = ""
    """Folder that the agent edits in; empty for one that only reads."""
    branch: str = ""
    commit: str = ""
    """Its newest checkpoint."""
    files: tuple[FileChange, ...] = ()
    """What it changed against its base, as of the newest checkpoint."""
    conflicts: tuple[Conflict, ...] = ()
    """With other agents, as of now."""
    decision: ChangeDecision | None = None
    tier: str = ""
    route: str = ""
    """The rule that chose its model."""
    escalations: int = 0
    clipped: int = 0
    """Turns whose reply had to be shorter than wanted."""
    interjections: int = 0
    started_at: float | None = None
    finished_at: float | None = None
    segments: list[Segment] = []
    open_segments: dict[str, Segment] = {}
    """The segments that go on, by kind and what tells them apart."""
    last_event: Event | None = None
    """The newest event that says what the agent is doing."""
    last_event_at: float = 0.0
    live: LiveRow | None = None
    """Meters of this moment; no part of the fold."""

    @property
    def is_final(self) -> bool:
        """Whether the agent has ended."""
        return self.state in FINAL_AGENT_STATES

    @property
    def current_live(self) -> LiveRow | None:
        """The live meters, unless an event that is newer says more or the agent ended."""
        live = self.live
        if live is None or self.is_final or live.activity_at < self.last_event_at:
            return None
        return live

    @property
    def activity(self) -> str:
        """What it is doing, in a few words: from the live meters, else from its events.

        Untrusted text: strip control sequences before drawing it.
        """
        live = self.current_live
        if live is not None:
            return live.activity
        if self.state == "queued":
            return "queued"
        if self.is_final:
            return self.reason or self.summary
        return describe(self.last_event)

    @property
    def activity_at(self) -> float:
        """Unix time of the last sign of life."""
        live = self.current_live
        return self.last_event_at if live is None else live.activity_at

    @property
    def partial_tokens(self) -> int:
        """Estimated output tokens of the reply that is streaming; 0 without one."""
        live = self.current_live
        return 0 if live is None else live.output_tokens

    @property
    def partial_text(self) -> str:
        """Text of the reply that is streaming, where this viewer leased the agent."""
        live = self.current_live
        return "" if live is None else live.text

    def elapsed_s(self, now: float) -> float:
        """Seconds since its first start, up to its end or ``now``; 0 before the start."""
        if self.started_at is None:
            return 0.0
        return max(0.0, (self.finished_at or now) - self.started_at)

    def is_stalled(self, now: float) -> bool:
        """Running, and silent for longer than the model or a tool usually is.

        One that somebody paused, or that waits for a person or a budget, has a known reason.
        """
        if self.state != "running" or self.is_paused or self.question is not None:
            return False
        if self.live is not None and self.live.activity == WAITS_FOR_BUDGET:
            return False
        limit = STALLED_IN_TOOL_AFTER_S if self.is_in_tool else STALLED_AFTER_S
        return now - self.activity_at > limit

    @property
    def is_in_tool(self) -> bool:
        """Whether a tool works for it now."""
        return any(segment.kind == "tool" for segment in self.open_segments.values())

    def attention(self, now: float) -> Attention:
        """How urgently a person should look, as one of ``ATTENTION``."""
        if self.question is not None and not self.is_final:
            return "asks"
        if self.is_stalled(now):
            return "stalled"
        match self.state:
            case "failed" | "budget":
                return "failed"
            case "running":
                return "paused" if self.is_paused else "running"
            case "queued":
                return "queued"
            case "paused" | "cancelled":
                return "paused"
            case "done":
                return "done"


def describe(event: Event | None) -> str:
    """An event as an activity, at most 120 characters on one line."""
    match event:
        case TurnStarted():
            text = "waiting for model"
        case TurnFinished() | TurnReused():
            text = f"turn {event.turn} finished"
        case ToolStarted():
            text = f"{event.tool} {call_subject(event.input)}".rstrip()
        case GateStarted():
            text = event.gate
        case AttemptLost() if event.retry_in_s is not None:
            text = f"{event.kind}, again in {event.retry_in_s:.0f} s"
        case AttemptLost():
            text = event.kind
        case OutputRejected():
            text = "output missed its schema"
        case _:
            text = "working"
    return " ".join(text[:_ACTIVITY_CHARACTERS].split())


class Totals(msgspec.Struct, frozen=True):
    """Sums over agents."""

    agents: int = 0
    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    """Failed, or stopped by a budget."""
    cancelled: int = 0
    findings: int = 0
    turns: int = 0
    lost_attempts: int = 0
    usage: Usage = Usage()
    cost: Cost = Cost()


def total(cards: Iterable[AgentCard]) -> Totals:
    """Sums over ``cards``; paused agents count as queued."""
    cards = list(cards)
    states = [card.state for card in cards]
    usage, cost = Usage(), Cost()
    for card in cards:
        usage, cost = usage + card.usage, cost + card.cost
    return Totals(
        agents=len(cards),
        queued=states.count("queued") + states.count("paused"),
        running=states.count("running"),
        done=states.count("done"),
        failed=states.count("failed") + states.count("budget"),
        cancelled=states.count("cancelled"),
        findings=sum(card.findings for card in cards),
        turns=sum(card.turns_done for card in cards),
        lost_attempts=sum(card.lost_attempts for card in cards),
        usage=usage,
        cost=cost,
    )
