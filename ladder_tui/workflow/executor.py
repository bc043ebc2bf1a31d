"""The local executor: runs the agents of a step as tasks, each failure in its own slot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")


async def run_slots(
    items: Sequence[_In], work: Callable[[_In], Awaitable[_Out]], max_parallel: int
) -> list[_Out]:
    """Run ``work`` on every item, at most ``max_parallel`` at once; results in item order.

    ``work`` turns its own failures into values. When this call is cancelled, every task is
    cancelled and awaited before the cancellation goes on.
    """
    bound = asyncio.Semaphore(max_parallel)

    async def slot(item: _In) -> _Out:
        async with bound:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(slot(item)) for item in items]
    except BaseExceptionGroup as errors:
        # Only what must end the run comes here: a lost database, not a failed agent.
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
