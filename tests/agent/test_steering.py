"""A person speaks to an agent, and holds it; a resume tells the same story."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from ladder_tui.agent.steering import Words
from ladder_tui.domain.event import Event, Interjected, TurnFinished, TurnReused, TurnStarted
from ladder_tui.domain.workflow import AgentLimits
from tests.agent.world import AGENT, DONE, World, task, world

READ = {"name": "Read", "input": {"file_path": "cart.py"}}
TOOLS = {"replies": [{"turn": 1, "tool_use": [READ]}], "default": {"json": DONE}}


def speak_after(at: World, turn: int, text: str) -> list[str]:
    """Say ``text`` as soon as a turn has ended; gives what becomes of it."""
    told: list[str] = []
    ledger: Any = at.ports.ledger
    buy = ledger.buy

    async def heard(*args: Any) -> None:
        await buy(*args)
        if args[-1][0].turn == turn:
            at.ports.steering.of(AGENT).say(Words(text, told.append))

    ledger.buy = heard
    return told


async def prompts(at: World) -> list[str]:
    return [event.prompt_hash for event in await at.of(TurnStarted)]


async def test_words_are_in_the_next_turn_and_a_resume_buys_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, TOOLS) as at:
        (at.root / "cart.py").write_text("price = 1\n")
        told = speak_after(at, 1, "mind the\nrounding")
        await at.run()
        assert [(e.turn, e.text) for e in await at.of(Interjected)] == [(2, "mind the\nrounding")]
        assert told == ["applied"]
        before = await at.events()
    async with world(tmp_path, TOOLS) as at:
        await at.run()
        added: list[Event] = (await at.events())[len(before) :]
    assert sum(isinstance(e, TurnReused) for e in added) == 2
    assert not any(isinstance(e, TurnFinished | Interjected) for e in added)


async def test_words_change_what_the_model_reads(tmp_path: Path) -> None:
    (quiet := tmp_path / "quiet").mkdir()
    (spoken := tmp_path / "spoken").mkdir()
    async with world(quiet, TOOLS) as at:
        await at.run()
        alone = await prompts(at)
    async with world(spoken, TOOLS) as at:
        speak_after(at, 1, "look again")
        await at.run()
        told = await prompts(at)
    assert alone[0] == told[0]
    assert alone[1] != told[1]


async def test_an_answer_is_not_the_last_word_when_somebody_spoke(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        speak_after(at, 1, "and the tests?")
        outcome = await at.run()
        assert outcome.is_ok
        assert [e.turn for e in await at.of(TurnFinished)] == [1, 2]
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        await at.run()
        assert len(await at.of(TurnFinished)) == 2


async def test_words_after_the_last_turn_are_left_for_the_end(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        told = speak_after(at, 1, "too late")
        await at.run(task(limits=AgentLimits(turns=1)))
        assert told == []
        at.ports.steering.of(AGENT).end()
    assert told == ["refused: the agent has ended"]


async def test_a_paused_agent_makes_no_call_and_its_time_stands_still(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        at.ports.steering.of(AGENT).gate.clear()
        running = asyncio.create_task(at.run(task(limits=AgentLimits(seconds=0.05))))
        await asyncio.sleep(0.15)
        assert await at.of(TurnStarted) == []
        at.ports.steering.of(AGENT).gate.set()
        assert (await running).is_ok
