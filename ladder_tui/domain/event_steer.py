"""Events of steering and spending: limits, routing, aggregates, words from a person."""

from __future__ import annotations

from typing import Any, Literal

from ladder_tui.domain.event_base import EventBase
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import Cost

Tier = Literal["fast", "balanced", "best"]


class LimitsChanged(EventBase, frozen=True, tag="limits_changed"):
    """A person changed the limits of the run, or of one of its steps or agents."""

    limits: RunLimits
    scope: str = ""
    """Id of the step or agent; empty for the whole run."""


class CallClipped(EventBase, frozen=True, tag="call_clipped"):
    """The reply of a turn may only be this long, because a budget leaves no more."""

    agent_id: AgentId
    turn: int
    max_tokens: int
    wanted_tokens: int
    budget: str
    """Which budget: ``the run``, ``step plan``, ``agent plan/a``."""


class Interjected(EventBase, frozen=True, tag="interjected"):
    """A person's words, put into the agent's conversation before this turn."""

    agent_id: AgentId
    turn: int
    text: str


class AgentPaused(EventBase, frozen=True, tag="agent_paused"):
    """One agent starts no further call until it is continued."""

    agent_id: AgentId


class AgentContinued(EventBase, frozen=True, tag="agent_continued"):
    """One agent goes on after a pause."""

    agent_id: AgentId


class ModelRouted(EventBase, frozen=True, tag="model_routed"):
    """Which model an agent uses, and the rule that chose it."""

    agent_id: AgentId
    model: str
    tier: str
    rule: str


class Escalated(EventBase, frozen=True, tag="escalated"):
    """An answer of a cheaper model did not hold, and a dearer one does the work again."""

    agent_id: AgentId
    from_model: str
    to_model: str
    trigger: Literal["schema", "gate", "confidence", "failure"]
    reason: str
    cost: Cost = Cost()
    """What the answer that did not hold had cost."""


class ProviderPaused(EventBase, frozen=True, tag="provider_paused"):
    """A provider failed so often, or asked to wait, that all its calls wait together."""

    provider: str
    reason: str
    wait_s: float


class Aggregated(EventBase, frozen=True, tag="aggregated"):
    """An aggregate decided: what it was given, by which rule, what came out, who disagreed."""

    step_id: StepId
    rule: str
    inputs: tuple[str, ...]
    """Names of the slots that were joined, in order."""
    missing: tuple[str, ...] = ()
    outcome: Any = None
    winner: str = ""
    votes: dict[str, int] = {}
    dissent: tuple[str, ...] = ()
    """Names of the slots that said otherwise."""
    reason: str = ""
