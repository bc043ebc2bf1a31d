"""The time limit of one agent, which a pause holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class TimeLimit:
    """Ends the work in ``async with limit.timer`` after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.timer = asyncio.timeout(seconds)

    @property
    def has_passed(self) -> bool:
        """Whether the work was ended by it."""
        return self.timer.expired()

    @property
    def reason(self) -> str:
        """Why there is no result."""
        return f"no result after {self.seconds:g} s"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Count no time while this lasts."""
        until = self.timer.when()
        if until is None:  # held already, or not begun
            yield
            return
        clock = asyncio.get_running_loop().time
        left = until - clock()
        self.timer.reschedule(None)
        try:
            yield
        finally:
            self.timer.reschedule(clock() + left)
