"""The budget tree: waiting, shortening, refusing, giving back, new limits."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.agent.budget import MIN_REPLY_TOKENS, Budget, Reservation
from ladder_tui.agent.need import Need
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.errors import BudgetError


async def spend(budget: Budget, need: Need, used: int = 0, nano: int = 0) -> Reservation:
    """One call that uses ``used`` tokens at once."""
    async with budget.reserve(need) as held:
        held.settle(Usage(used), Cost(nano))
    return held


async def test_a_call_that_does_not_fit_is_refused_with_the_numbers() -> None:
    budget = Budget(RunLimits(tokens=1000), Usage(400, 100))
    with pytest.raises(BudgetError, match=r"656 tokens, 500 of 1,000 are left"):
        await spend(budget, Need(400, 4096))


async def test_a_call_waits_for_one_in_flight_that_may_leave_room() -> None:
    budget = Budget(RunLimits(tokens=1000))
    order: list[str] = []

    async def first() -> None:
        async with budget.reserve(Need(500, 400)) as held:
            await asyncio.sleep(0.01)
            held.settle(Usage(100), Cost())
            order.append("first")

    async def second() -> None:
        async with budget.reserve(Need(400, 400)) as held:
            order.append("second")
            assert held.max_tokens == 400
            held.settle(Usage(10), Cost())

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]
    assert budget.spent == Usage(110)


async def test_a_reply_is_as_short_as_fits_when_no_waiting_helps() -> None:
    budget = Budget(RunLimits(tokens=1000)).part("step plan", tokens=900)
    held = await spend(budget, Need(300, 4096))
    assert (held.max_tokens, held.clipped_by, held.is_last) == (600, "step plan", True)
    held = await spend(budget, Need(10, 4096))
    assert (held.max_tokens, held.is_last) == (890, False)


async def test_dollars_shorten_a_reply_too() -> None:
    budget = Budget(RunLimits(usd=1.0))
    held = await spend(budget, Need(1, 4000, NANO // 2, 2 * NANO), nano=NANO)
    assert (held.max_tokens, held.nano_usd, held.clipped_by) == (1000, NANO, "the run")
    with pytest.raises(BudgetError, match=r"\$0.0000 of \$1.00 are left"):
        await spend(budget, Need(1, 4000, 1, 1))


async def test_a_cancelled_call_gives_its_reservation_back() -> None:
    budget = Budget(RunLimits(tokens=1000))

    async def hold() -> None:
        async with budget.reserve(Need(0, 1000)):
            await asyncio.sleep(60)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await spend(budget, Need(0, 1000))).clipped_by == ""


async def test_higher_limits_wake_who_waits_and_lower_ones_refuse() -> None:
    budget = Budget(RunLimits(tokens=1000))
    part = budget.part("step plan", scope="plan")
    async with part.reserve(Need(0, 1000)):
        waiting = asyncio.create_task(spend(part, Need(0, 800)))
        await asyncio.sleep(0)
        assert not waiting.done()
        assert budget.change(RunLimits(tokens=2000)) == RunLimits(tokens=2000)
        assert (await waiting).max_tokens == 800
        refused = asyncio.create_task(spend(part, Need(0, 1500)))
        await asyncio.sleep(0)
        part.change(RunLimits(tokens=100), "plan")
        with pytest.raises(BudgetError, match="the budget of step plan"):
            await refused


async def test_limits_of_a_part_hold_although_it_is_still_to_come() -> None:
    budget = Budget(RunLimits())
    budget.change(RunLimits(tokens=300), "plan/a")
    part = budget.part("agent plan/a", tokens=1000, scope="plan/a")
    with pytest.raises(BudgetError, match="of 300 are left"):
        await spend(part, Need(100, 4096))


def test_how_many_run_at_once_follows_the_limits() -> None:
    budget = Budget(RunLimits(max_parallel=4))
    part = budget.part("step plan", scope="plan")
    assert [part.parallel(2), part.parallel(9)] == [2, 4]
    budget.change(RunLimits(max_parallel=3), "plan")
    assert part.parallel(9) == 3
    budget.change(RunLimits(max_parallel=1))
    assert part.parallel(9) == 1


LIMITS = st.integers(0, 40_000)
CALLS = st.lists(
    st.tuples(st.integers(1, 2_000), st.integers(1, 4_096), st.integers(0, 100), st.integers(0, 3)),
    min_size=1, max_size=40,
)  # fmt: skip


@given(whole=LIMITS, parts=st.tuples(LIMITS, LIMITS), calls=CALLS)
@settings(max_examples=150, deadline=None)
def test_no_level_is_ever_overspent_and_nobody_waits_for_ever(
    whole: int, parts: tuple[int, int], calls: list[tuple[int, int, int, int]]
) -> None:
    async def check() -> None:
        run = Budget(RunLimits(tokens=whole, usd=whole / 10_000))
        steps = [run.part(f"step {n}", tokens=tokens) for n, tokens in enumerate(parts)]
        agents = [step.part(f"agent {n}", tokens=parts[1]) for n, step in enumerate(steps)]

        async def call(sent: int, wanted: int, share: int, turns: int) -> None:
            budget = agents[sent % 2]
            need = Need(sent, wanted, sent * NANO // 10_000, wanted * NANO // 10_000)
            try:
                async with budget.reserve(need) as held:
                    assert min(wanted, MIN_REPLY_TOKENS) <= held.max_tokens <= wanted
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    reply = held.max_tokens * share // 100
                    used = sent + reply
                    held.settle(Usage(sent, reply), Cost(min(held.nano_usd, used * NANO // 10_000)))
            except BudgetError:
                room = [level.room(is_settled=True) for level in (run, *steps, *agents)]
                floor = min(wanted, MIN_REPLY_TOKENS)
                assert min(need.fit(each) for each in room) < floor

        await asyncio.wait_for(asyncio.gather(*(call(*each) for each in calls)), 20)
        assert run.spent.total_tokens <= whole
        assert run.cost.nano_usd <= round(whole / 10_000 * NANO)
        for level, limit in (*zip(steps, parts, strict=True), *((a, parts[1]) for a in agents)):
            assert level.spent.total_tokens <= limit
        assert run.spent == sum((step.spent for step in steps), Usage())

    asyncio.run(check())


async def test_a_part_is_bounded_by_itself_and_by_the_whole() -> None:
    whole = Budget(RunLimits(tokens=100))
    part = whole.part("step plan", tokens=60)
    await spend(part, Need(40, 10), used=40, nano=7)
    assert (part.spent, whole.spent, whole.cost) == (Usage(40), Usage(40), Cost(7))
    with pytest.raises(BudgetError, match="the budget of step plan"):
        await spend(part, Need(20, 10))
    with pytest.raises(BudgetError, match=r"^the budget leaves"):
        await spend(whole.part("step two"), Need(60, 10))
    assert whole.spent == Usage(40)


async def test_what_the_ledger_gave_counts_in_a_part_and_not_again_in_the_whole() -> None:
    whole = Budget(RunLimits(tokens=100), spent=Usage(50))
    part = whole.part("step plan", tokens=60)
    part.recall(Usage(50), Cost())
    assert (part.spent, whole.spent) == (Usage(), Usage(50))
    with pytest.raises(BudgetError, match="10 of 60 are left"):
        await spend(part, Need(10, 10))
