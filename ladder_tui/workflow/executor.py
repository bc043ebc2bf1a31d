"""The local executor: runs the slots of a step as tasks, each failure in its own slot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from ladder_tui.workflow.bound import Bound
from ladder_tui.workflow.deadline import Deadline

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class OutOfTimeError(Exception):
    """The time of a step was over before this slot had a result."""


Again = Callable[[int], bool]
"""Starts the ended work at a place over; False where it goes on, or everything has ended."""


async def run_slots(
    items: Sequence[_In],
    work: Callable[[_In], Awaitable[_Out]],
    max_parallel: int | Bound,
    opened: Callable[[Again], object] | None = None,
) -> list[_Out]:
    """Run ``work`` on every item, at most ``max_parallel`` at once; results in item order.

    ``opened`` is given what starts an ended item over while others go on; its newest result
    counts. ``work`` turns its own failures into values. When this call is cancelled, every task is
    cancelled and awaited before the cancellation goes on.
    """
    bound = max_parallel if isinstance(max_parallel, Bound) else Bound(lambda: max_parallel)

    async def slot(item: _In) -> _Out:
        async with bound:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(slot(item)) for item in items]

            def again(place: int) -> bool:
                if not tasks[place].done() or all(task.done() for task in tasks):
                    return False
                tasks[place] = group.create_task(slot(items[place]))
                return True

            if opened is not None:
                opened(again)
    except BaseExceptionGroup as errors:
        # Only what must end the run comes here: a lost database, not a failed agent.
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def in_time(work: Coroutine[Any, Any, _Out], deadline: Deadline) -> _Out:
    """Await ``work`` until the deadline. Raises OutOfTimeError once it is over.

    The work is cancelled and awaited before that, and when this call is cancelled.
    """
    if deadline.has_passed():
        work.close()
        raise OutOfTimeError
    task = asyncio.ensure_future(work)
    with deadline.watching(task):
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled() and deadline.has_passed() and not is_being_cancelled():
                raise OutOfTimeError from None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise


def is_being_cancelled() -> bool:
    """Whether somebody cancelled the task that asks, and not only what it awaits."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
