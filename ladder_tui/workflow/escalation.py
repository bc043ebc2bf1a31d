"""Whether the answer of a cheaper model holds, and what it saved or cost to ask it first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from ladder_tui.agent.loop import REASON_LIMIT
from ladder_tui.agent.port import Emit, Price
from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import Escalated, EscalationSummed
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.workflow import Escalate, EscalateOn
from ladder_tui.gates.printable import clean
from ladder_tui.models.routing import Route

_FAILURES = frozenset({"crash", "timeout", "provider", "tool", "limit"})
"""What another model may do better; a budget and a person's stop it may not."""


class Shortfall(NamedTuple):
    """Why an answer does not hold."""

    trigger: EscalateOn
    reason: str


def shortfall(outcome: AgentOutcome, escalate: Escalate) -> Shortfall | None:
    """Why the answer does not hold; None where it does, or where nobody asks."""
    for trigger in escalate.on:
        reason = _TESTS[trigger](outcome, escalate)
        if reason:
            return Shortfall(trigger, reason)
    return None


def _schema(outcome: AgentOutcome, _escalate: Escalate) -> str:
    return outcome.reason if outcome.failure == "invalid_output" else ""


def _gate(outcome: AgentOutcome, _escalate: Escalate) -> str:
    wrong = [
        f"{finding.path}:{finding.line}"
        for finding in outcome.findings
        if finding.source == "agent" and finding.quote_state == "unverified"
    ]
    return f"what it quotes is not there: {', '.join(wrong[:3])}" if wrong else ""


def _confidence(outcome: AgentOutcome, escalate: Escalate) -> str:
    if not outcome.is_ok:
        return ""
    said: Any = (outcome.output or {}).get("confidence")
    if isinstance(said, bool) or not isinstance(said, int | float):
        return "it does not say how sure it is"
    if said >= escalate.confidence:
        return ""
    return f"its confidence is {said:g}, below {escalate.confidence:g}"


def _failure(outcome: AgentOutcome, _escalate: Escalate) -> str:
    return f"{outcome.failure}: {outcome.reason}" if outcome.failure in _FAILURES else ""


_TESTS: dict[EscalateOn, Callable[[AgentOutcome, Escalate], str]] = {
    "schema": _schema,
    "gate": _gate,
    "confidence": _confidence,
    "failure": _failure,
}


class Bought(NamedTuple):
    """What the attempts on one model came to, and what they used together."""

    outcome: AgentOutcome
    usage: Usage
    cost: Cost


class Climb(msgspec.Struct, frozen=True):
    """One agent of a step with ``escalate``: what its first model gave, and what came of it."""

    start: Route
    above: Route
    usage: Usage
    """Of the first model, all attempts together."""
    cost: Cost
    shortfall: Shortfall | None = None
    """Why the other model did the work again; None where the first answer held."""
    above_cost: Cost = Cost()
    """Of the other model."""


async def climb(
    start: Route,
    above: Route,
    escalate: Escalate,
    attempts_on: Callable[[Route, int], Awaitable[Bought]],
    emit: Emit,
) -> tuple[AgentOutcome, Climb]:
    """Answer with the model of ``start``, and with that of ``above`` where the answer fails.

    ``attempts_on`` does the work on one model; its number counts the models.
    """
    first = await attempts_on(start, 0)
    held = Climb(start, above, first.usage, first.cost)
    fault = shortfall(first.outcome, escalate)
    if fault is None:
        return first.outcome, held
    emit(
        Escalated(
            agent_id=first.outcome.agent_id,
            from_model=start.choice.label,
            to_model=above.choice.label,
            trigger=fault.trigger,
            reason=clean(fault.reason, REASON_LIMIT),
            cost=first.cost,
        )
    )
    second = await attempts_on(above, 1)
    fallen = msgspec.structs.replace(held, shortfall=fault, above_cost=second.cost)
    return second.outcome, fallen


def sum_up(step_id: StepId, climbs: Iterable[Climb], price: Price) -> EscalationSummed:
    """What the step cost, and about what it would have cost on the better model alone.

    The better model is taken to need the tokens that the cheaper one needed.
    """
    climbs = list(climbs)
    cost = without = wasted = Cost()
    for climb in climbs:
        cost += climb.cost + climb.above_cost
        if climb.shortfall is None:
            without += price(climb.above.choice, climb.usage, climb.above.choice.model)
        else:
            without += climb.above_cost
            wasted += climb.cost
    return EscalationSummed(
        step_id=step_id,
        from_models=tuple(sorted({climb.start.choice.label for climb in climbs})),
        to_model=climbs[0].above.choice.label,
        held=sum(climb.shortfall is None for climb in climbs),
        triggers=Counter(c.shortfall.trigger for c in climbs if c.shortfall is not None),
        cost=cost,
        wasted=wasted,
        without=without,
    )
