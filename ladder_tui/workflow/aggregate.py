"""What an aggregate is: a named rule that joins the answers of several agents into one.

Every rule declares its laws; the property tests hold it to them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.verdict import GateResult
from ladder_tui.workflow.candidate import Candidate, distinct
from ladder_tui.workflow.plain import plain


class Laws(NamedTuple):
    """What holds for every input of an aggregate.

    For all of them: an agent's answer that is delivered twice is one answer, and every failed
    agent is named among the missing.
    """

    ignores_order: bool
    """The outcome is the same in whatever order the answers come; else their order is the rule."""
    counts_votes: bool
    """Two agents who agree are two votes for the same."""
    asks_model: bool = False
    """It pays for calls of its own, within the budget of its step."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What came out, and who said otherwise."""

    outcome: Any = None
    """The answer, or the value that was voted on; None where nothing was decided."""
    winner: str = ""
    """Name of the agent whose answer the outcome is; empty where it is nobody's alone."""
    is_decided: bool = False
    votes: dict[str, int] = {}
    """How many agents gave each value or answer."""
    tied: tuple[str, ...] = ()
    """Between which the rule could not tell."""
    dissent: tuple[str, ...] = ()
    """Agents who said otherwise."""
    missing: tuple[str, ...] = ()
    """Agents without an answer."""
    reason: str = ""


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What an aggregate made of its answers."""

    decision: Decision
    output: Any
    """What later steps see."""
    merged: FindingsMerged | None = None
    """Of ``union-dedup``: all findings, none left out yet."""
    asked: tuple[AgentOutcome, ...] = ()
    """The agents that the aggregate asked itself."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The answers, each agent's once, and what the file says about how to join them."""

    step_id: StepId
    candidates: tuple[Candidate, ...]
    by: Any = None
    """The rule's own: an expression, names of gates, the name of a skill."""
    options: Mapping[str, Any] = {}
    schema: dict[str, Any] | None = None
    """What an answer must fit."""

    @classmethod
    def of(cls, step_id: StepId, candidates: Sequence[Candidate], **more: Any) -> Given:
        """Answers as they were delivered; one that came twice counts once."""
        return cls(step_id=step_id, candidates=distinct(candidates), **more)

    @property
    def answers(self) -> tuple[Candidate, ...]:
        """The answers that are there."""
        return tuple(candidate for candidate in self.candidates if candidate.is_ok)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the agents without an answer, sorted."""
        return tuple(sorted(c.name for c in self.candidates if not c.is_ok))


class Desk(Protocol):
    """What an aggregate may use: it pays and looks through this alone."""

    @property
    def page_tokens(self) -> int:
        """Tokens that one request has room for beside its skill and its reply."""
        ...

    def ask(self, name: str, inputs: dict[str, Any]) -> Awaitable[AgentOutcome]:
        """Ask the skill that the step names; ``name`` tells the call apart from the others.

        A failure is an outcome.
        """
        ...

    def check(self, gate: str, candidate: Candidate) -> Awaitable[GateResult]:
        """Let a gate look at one answer; one that breaks gives the verdict ``error``."""
        ...


class Aggregator(Protocol):
    """A rule that joins answers."""

    @property
    def laws(self) -> Laws:
        """What holds for every input."""
        ...

    async def join(self, given: Given, desk: Desk) -> Joined:
        """Join. Raises UsageError for options that cannot be used; what failed is in the result."""
        ...


def decided(decision: Decision, **more: Any) -> Joined:
    """The result of a rule whose output is its decision."""
    return Joined(decision=decision, output=plain(decision), **more)
