"""How many slots run at once: a semaphore whose limit may change while it is in use."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from types import TracebackType


class Bound:
    """Lets in as many as ``limit`` says at that moment, first come, first served."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._active = 0
        self._waiters: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> Bound:
        while self._active >= self._limit():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._forget(waiter)
                self.wake()
                raise
            self._forget(waiter)
        self._active += 1
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._active -= 1
        self.wake()

    def wake(self) -> None:
        """Let in those that fit now; to be called when the limit may have risen."""
        for waiter in islice(self._waiters, max(0, self._limit() - self._active)):
            if not waiter.done():
                waiter.set_result(None)

    def _forget(self, waiter: asyncio.Future[None]) -> None:
        with suppress(ValueError):
            self._waiters.remove(waiter)
