"""The budget of a run: waiting, refusing, giving back."""

from __future__ import annotations

import asyncio
import random

import pytest

from ladder_tui.agent.budget import Budget
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.errors import BudgetError


async def test_a_call_that_does_not_fit_is_refused_with_the_numbers() -> None:
    budget = Budget(RunLimits(tokens=1000), Usage(400, 100))
    with pytest.raises(BudgetError, match=r"600 tokens, 500 of\s+1,000 are left"):
        async with budget.reserve(600, 0):
            raise AssertionError


async def test_a_call_waits_for_one_in_flight_that_may_leave_room() -> None:
    budget = Budget(RunLimits(tokens=1000))
    order: list[str] = []

    async def first() -> None:
        async with budget.reserve(900, 0) as held:
            await asyncio.sleep(0.01)
            held.settle(Usage(100), Cost())
            order.append("first")

    async def second() -> None:
        async with budget.reserve(800, 0) as held:
            order.append("second")
            held.settle(Usage(10), Cost())

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]
    assert budget.spent == Usage(110)


async def test_a_cancelled_call_gives_its_reservation_back() -> None:
    budget = Budget(RunLimits(tokens=1000))

    async def hold() -> None:
        async with budget.reserve(1000, 0):
            await asyncio.sleep(60)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with budget.reserve(1000, 0):
        pass


@pytest.mark.parametrize("seed", range(20))
async def test_spending_never_exceeds_the_limit(seed: int) -> None:
    choose = random.Random(seed)
    limit = 2.0
    budget = Budget(RunLimits(usd=limit))
    refused = 0

    async def call() -> None:
        nonlocal refused
        most = choose.randint(1, NANO // 4)
        try:
            async with budget.reserve(0, most) as held:
                await asyncio.sleep(choose.random() / 1000)
                held.settle(Usage(), Cost(choose.randint(0, most)))
        except BudgetError:
            refused += 1

    await asyncio.gather(*(call() for _ in range(60)))
    assert budget.cost.nano_usd <= limit * NANO
    assert refused > 0


async def test_a_part_is_bounded_by_itself_and_by_the_whole() -> None:
    whole = Budget(RunLimits(tokens=100))
    part = whole.part("step plan", tokens=60)
    async with part.reserve(50, 0) as held:
        held.settle(Usage(40), Cost(7))
    assert (part.spent, whole.spent, whole.cost) == (Usage(40), Usage(40), Cost(7))
    with pytest.raises(BudgetError, match="the budget of step plan"):
        async with part.reserve(30, 0):
            pass
    with pytest.raises(BudgetError, match=r"^the budget leaves"):
        async with whole.part("step two").reserve(70, 0):
            pass
    assert whole.spent == Usage(40)


async def test_what_the_ledger_gave_counts_in_a_part_and_not_again_in_the_whole() -> None:
    whole = Budget(RunLimits(tokens=100), spent=Usage(50))
    part = whole.part("step plan", tokens=60)
    part.recall(Usage(50), Cost())
    assert (part.spent, whole.spent) == (Usage(), Usage(50))
    with pytest.raises(BudgetError, match="10 of 60 are left"):
        async with part.reserve(20, 0):
            pass
