"""Which calls may go to a provider now: its pace and its circuit breaker, shared by all agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ladder_tui.errors import ModelError
from ladder_tui.models.breaker import DOWN_KINDS, UNCLEAR_KINDS, Breaker
from ladder_tui.models.pacing import PACED_KINDS, Pace


class Ticket(NamedTuple):
    """A call that was let in."""

    started_at: float
    is_probe: bool
    """True for the one call that finds out whether the provider is back."""


class Pause(NamedTuple):
    """All calls to a provider wait together from now on."""

    provider: str
    reason: str
    wait_s: float


class Admission:
    """The door to one provider. ``clock`` gives monotonic seconds, ``random`` is in [0, 1)."""

    def __init__(
        self, provider: str, clock: Callable[[], float], random: Callable[[], float]
    ) -> None:
        self.provider = provider
        self.pace = Pace()
        self.breaker = Breaker()
        self.last_failure: ModelError | None = None
        """The newest that made calls wait."""
        self._clock = clock
        self._random = random

    def enter(self) -> Ticket | float:
        """Let a call in, or return the seconds after which to ask again."""
        now = self._clock()
        wait = max(self.breaker.wait_s(now), self.pace.wait_s(now))
        if wait > 0:
            return wait
        self.pace.enter(now, self._random())
        return Ticket(now, self.breaker.enter())

    def answered(self, ticket: Ticket) -> None:
        """The call gets an answer; may be said at its first byte, and again at its end."""
        self.breaker.succeeded()
        self.pace.answered(ticket.started_at)

    def failed(self, ticket: Ticket, error: ModelError) -> Pause | None:
        """The call failed. Returns the pause where it begins with this failure."""
        now = self._clock()
        waits: list[float | None] = []
        if error.kind in PACED_KINDS or error.retry_after_s is not None:
            waits.append(
                self.pace.refused(now, ticket.started_at, error.retry_after_s, self._random())
            )
        if error.kind in DOWN_KINDS:
            waits.append(self.breaker.failed(now, is_probe=ticket.is_probe))
        elif error.kind not in UNCLEAR_KINDS:
            self.breaker.succeeded()  # it is there, and refused this one call
        elif ticket.is_probe:
            self.breaker.abandoned(now)
        begun = [wait for wait in waits if wait is not None]
        if not begun:
            return None
        self.last_failure = error
        return Pause(self.provider, error.what, max(begun))

    def abandoned(self, ticket: Ticket) -> None:
        """The caller gave up; a probe passes its task on."""
        if ticket.is_probe:
            self.breaker.abandoned(self._clock())
