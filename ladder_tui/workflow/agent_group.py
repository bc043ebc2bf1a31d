"""Several agents of one step side by side: announced, run within their bound, kept by slot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import AgentQueued
from ladder_tui.models.price import window
from ladder_tui.workflow.agent_slot import AgentWork
from ladder_tui.workflow.bound import Bound
from ladder_tui.workflow.escalation import sum_up
from ladder_tui.workflow.executor import Again, run_slots
from ladder_tui.workflow.plan import Slot
from ladder_tui.workflow.step import StepContext


async def run_agents(
    context: StepContext, slots: Sequence[Slot], chosen_parallel: int
) -> list[AgentOutcome]:
    """Run an agent for each slot. Outcomes are in slot order; failures are outcomes too.

    ``chosen_parallel`` of them work at once, unless the run's limits, which may change, say else.
    """
    works = [AgentWork(slot, context) for slot in slots]
    for work in works:
        context.ports.agent.emit(_queued(work, context))
    for work in works:
        # One that is cancelled while it waits says so at once, not when its turn comes.
        context.ports.watch(work.slot.agent_id, work.end_cancelled)

    def opened(again: Again) -> None:
        for place, work in enumerate(works):
            work.watch_retry(partial(again, place))

    budget = context.ports.agent.budget
    bound = Bound(lambda: budget.parallel(chosen_parallel))
    try:
        with budget.listening(bound.wake):
            outcomes = await run_slots(works, AgentWork.run, bound, opened)
    finally:
        for work in works:
            work.leave()
    climbs = [work.climb for work in works if work.climb is not None]
    if climbs:
        agent = context.ports.agent
        agent.emit(sum_up(context.step_id, climbs, agent.price))
    return outcomes


def _queued(work: AgentWork, context: StepContext) -> AgentQueued:
    slot, step, agent = work.slot, context.step, context.ports.agent
    choice = work.route.choice
    own = agent.client.capabilities.context_window
    return AgentQueued(
        agent_id=slot.agent_id,
        step_id=context.step_id,
        name=slot.name,
        skill=slot.skill.name,
        skill_hash=slot.skill.content_hash,
        model=choice.label,
        context_window=own if choice == agent.choice else window(choice) or 0,
        token_limit=step.limits.tokens,
        turn_limit=step.limits.turns,
        lens=slot.skill.lens,
    )
