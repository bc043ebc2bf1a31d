"""A person starts one agent over, at work or ended, while its step runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ladder_tui.agent.steering import Steering
from ladder_tui.domain.event import AgentFinished, AgentStarted, AttemptLost, Event, TurnFinished
from ladder_tui.domain.ids import AgentId
from tests.workflow.world import Told, run_workflow

FLOW = {
    "steps": [
        {"id": "s", "skill": "writer", "for_each": ["a", "b"], "name": "${item}", "max_parallel": 2}
    ]
}
SLOW_B = {"replies": [{"agent": "b", "text": "slow", "delay_s": 0.3}], "default": {"text": "quick"}}
A, B = AgentId("s/a"), AgentId("s/b")


async def told_with_retry(path: Path, agent_id: AgentId, when: type[Event], of: AgentId) -> Told:
    """Run it, and start ``agent_id`` over soon after the first event ``when`` of ``of``."""
    steering = Steering()
    asked: list[bool] = []

    def watch(event: Event) -> None:
        if isinstance(event, when) and getattr(event, "agent_id", "") == of and not asked:
            asked.append(False)
            asyncio.get_running_loop().call_later(0.02, restart)

    def restart() -> None:
        asked.append(steering.of(agent_id).restart())

    told = await run_workflow(path, FLOW, scenario=SLOW_B, watch=watch, steering=steering)
    assert asked == [False, True]
    assert not steering.of(agent_id).restart()  # its step is over
    return told


def starts(told: Told, agent_id: AgentId) -> list[int]:
    return [
        e.attempt for e in told.events if isinstance(e, AgentStarted) and e.agent_id == agent_id
    ]


def bought(told: Told) -> int:
    return sum(isinstance(e, TurnFinished) for e in told.events)


async def test_an_agent_at_work_is_started_over(tmp_path: Path) -> None:
    told = await told_with_retry(tmp_path, B, AgentStarted, B)
    assert starts(told, B) == [1, 2]
    assert [e.kind for e in told.events if isinstance(e, AttemptLost)] == ["cancelled"]
    assert told.end.state == "done"
    assert bought(told) == 2


async def test_an_agent_that_has_ended_is_started_over_while_another_works(tmp_path: Path) -> None:
    told = await told_with_retry(tmp_path, A, AgentFinished, A)
    assert starts(told, A) == [1, 2]
    assert (told.end.state, told.end.agents_total) == ("done", 2)
    assert bought(told) == 3
    # A resume does as the person wished: it takes the second attempt's result, and buys nothing.
    again = await run_workflow(tmp_path, FLOW, scenario=SLOW_B)
    assert bought(again) == 3
    assert starts(again, A)[2:] == [2]
