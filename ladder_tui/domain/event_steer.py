"""Events of steering and spending: limits, routing, aggregates, words from a person."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.event_base import EventBase
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import Cost
from ladder_tui.domain.workflow import EscalateOn


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
    trigger: EscalateOn
    reason: str
    cost: Cost = Cost()
    """What the answer that did not hold had cost."""


class EscalationSummed(EventBase, frozen=True, tag="escalation_summed"):
    """What a step with ``escalate`` spent, against the better model alone."""

    step_id: StepId
    from_models: tuple[str, ...]
    to_model: str
    held: int
    """Agents whose first answer held."""
    triggers: dict[str, int] = {}
    """Agents that another model answered for, by what the first answer failed."""
    cost: Cost = Cost()
    wasted: Cost = Cost()
    """The part of ``cost`` that went into answers that did not hold."""
    without: Cost = Cost()
    """About what the better model alone would have cost, on the tokens of the cheaper one."""

    @property
    def escalated(self) -> int:
        """Agents that another model answered for."""
        return sum(self.triggers.values())

    @property
    def saved_nano_usd(self) -> int:
        """About what was saved; below 0 where asking the cheaper model first cost more."""
        return self.without.nano_usd - self.cost.nano_usd


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
