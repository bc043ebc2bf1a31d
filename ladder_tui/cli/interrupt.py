"""Ctrl-C and SIGTERM while a run is followed: the first asks, the second leaves."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self


class Interrupt:
    """Counts requests to stop instead of breaking off, for the time it is entered.

    SIGHUP is left alone: when the terminal goes away this process ends, and the run, which has a
    process of its own, goes on.
    """

    def __init__(self) -> None:
        self.is_asked = False
        """Whether somebody asked to stop."""
        self.is_taken = False
        """Whether what was asked has been passed on. Until then more signals change nothing:
        leaving now would leave a run behind that everybody believes to be stopped."""
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *details: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """Let Ctrl-C break off what waits for a key: raises KeyboardInterrupt inside."""
        counting = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, counting)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.is_taken:
            raise KeyboardInterrupt
        self.is_asked = True
