"""The circuit breaker of a provider: after failures in a row its calls wait, and one call probes.

The pattern is Nygard's ("Release It!", 2007). Pure: the clock is an argument.
"""

from __future__ import annotations

from typing import Final, Literal

BreakerState = Literal["closed", "open", "half_open"]

OPENS_AFTER: Final = 5
"""Failures in a row, of all agents together."""
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 10.0

DOWN_KINDS: Final = frozenset({"overloaded", "server", "connection", "timeout"})
"""Kinds of a failed call that say that the provider itself is down."""
UNCLEAR_KINDS: Final = frozenset({"cut", "truncated", "garbage"})
"""Kinds that say neither that it is down nor that it is well."""


class Breaker:
    """Whether calls may go to a provider. Closed they do; open none; half open a single one."""

    def __init__(self) -> None:
        self.state: BreakerState = "closed"
        self.failures = 0
        """In a row; a call that was answered ends the row."""
        self._openings = 0
        """In a row: each waits twice as long as the one before."""
        self._until = 0.0

    def wait_s(self, now: float) -> float:
        """Seconds until a call may be tried; 0 where it may now. A probe under way is waited for
        as if it took a moment."""
        if self.state == "closed":
            return 0.0
        if self.state == "half_open":
            return FIRST_WAIT_S
        return max(0.0, self._until - now)

    def enter(self) -> bool:
        """A call starts, as ``wait_s`` allowed. Returns whether it is the probe."""
        if self.state == "closed":
            return False
        self.state = "half_open"
        return True

    def succeeded(self) -> None:
        """A call was answered: whatever was wrong is over."""
        self.state = "closed"
        self.failures = self._openings = 0

    def failed(self, now: float, *, is_probe: bool) -> float | None:
        """A call found the provider down. Returns seconds that all wait where this opened it.

        A call from before it opened, which comes back late, changes nothing.
        """
        self.failures += 1
        is_probe_lost = is_probe and self.state == "half_open"
        is_over = self.state == "closed" and self.failures >= OPENS_AFTER
        if not is_probe_lost and not is_over:
            return None
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**self._openings)
        self.state, self._until = "open", now + wait
        self._openings += 1
        return wait

    def abandoned(self, now: float) -> None:
        """The probe ended without an answer of either kind: the next call probes."""
        if self.state == "half_open":
            self.state, self._until = "open", now
