"""The time limit of a step. A pause and a person's time do not count against it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any

_TICK_S = 0.1
"""How exactly a limit is kept while nothing else happens."""


class Deadline:
    """Cancels the tasks it was told of when the time of a step is over; None is no limit.

    Use as an asynchronous context manager around the step.
    """

    def __init__(
        self, seconds: float | None, gate: asyncio.Event, clock: Callable[[], float]
    ) -> None:
        self.seconds = seconds
        self._is_over = False
        self._gate = gate
        self._clock = clock
        self._left = seconds or 0.0
        self._holds = 0
        self._tasks: set[asyncio.Future[Any]] = set()
        self._ticker: asyncio.Task[None] | None = None

    def has_passed(self) -> bool:
        """Whether the time is over."""
        return self._is_over

    @property
    def left_s(self) -> float | None:
        """Seconds that are left; None without a limit."""
        return None if self.seconds is None else max(0.0, self._left)

    @property
    def reason(self) -> str:
        """Why what it ended has no result."""
        return f"no result after {self.seconds:g} s"

    async def __aenter__(self) -> Deadline:
        if self.seconds is not None:
            self._ticker = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._ticker is not None:
            self._ticker.cancel()

    @contextmanager
    def watching(self, task: asyncio.Future[Any]) -> Iterator[None]:
        """Cancel ``task`` when the time is over while this lasts."""
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Count no time while this lasts."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1

    async def _tick(self) -> None:
        while self._left > 0:
            await self._gate.wait()
            began = self._clock()
            await asyncio.sleep(min(_TICK_S, self._left))
            if self._gate.is_set() and not self._holds:
                self._left -= self._clock() - began
        self._is_over = True
        for task in list(self._tasks):
            task.cancel()


@contextmanager
def all_held(deadlines: Sequence[Deadline]) -> Iterator[None]:
    """Count no time on any of them while this lasts."""
    with ExitStack() as stack:
        for deadline in deadlines:
            stack.enter_context(deadline.held())
        yield
