"""How many slots run at once, while the limit changes."""

from __future__ import annotations

import asyncio
import random

import pytest

from ladder_tui.workflow.bound import Bound
from ladder_tui.workflow.executor import run_slots


@pytest.mark.parametrize("seed", range(10))
async def test_never_more_than_the_limit_and_everything_runs(seed: int) -> None:
    choose = random.Random(seed)
    limit, active = 2, 0
    bound = Bound(lambda: limit)

    async def work(item: int) -> int:
        nonlocal limit, active
        assert active < limit
        active += 1
        await asyncio.sleep(0)
        active -= 1
        if active == 0:  # nobody is in: a lower limit cannot be broken by who is
            limit = choose.randint(1, 6)
            bound.wake()
        return item

    assert await asyncio.wait_for(run_slots(range(60), work, bound), 10) == list(range(60))


async def test_a_higher_limit_lets_more_in_at_once() -> None:
    limit, inside, leave = 1, 0, asyncio.Event()
    bound = Bound(lambda: limit)

    async def work(_item: int) -> None:
        nonlocal inside
        inside += 1
        await leave.wait()

    running = asyncio.create_task(run_slots(range(5), work, bound))
    await asyncio.sleep(0.01)
    assert inside == 1
    limit = 4
    bound.wake()
    await asyncio.sleep(0.01)
    assert inside == 4
    leave.set()
    await running


async def test_one_that_is_cancelled_while_it_waits_passes_its_turn_on() -> None:
    bound = Bound(lambda: 1)
    entered: list[str] = []

    async def enter(name: str) -> None:
        async with bound:
            entered.append(name)

    async with bound:
        first, second = (asyncio.create_task(enter(name)) for name in ("first", "second"))
        await asyncio.sleep(0)
    first.cancel()  # woken already, and cancelled before it ran
    await asyncio.gather(first, second, return_exceptions=True)
    assert entered == ["second"]
