"""The pace of calls to a provider, shared by all agents: one refusal slows them all.

After a refusal nothing is sent before a shared time; then calls start one by one, with a gap that
doubles with every further refusal and shrinks with every answer (additive-increase protocols do the
same for packets: Jacobson, "Congestion Avoidance and Control", 1988). Pure: clock and chance are
arguments.
"""

from __future__ import annotations

from typing import Final

PACED_KINDS: Final = frozenset({"rate_limit", "overloaded"})
"""Kinds of a failed call that ask for fewer calls."""
FIRST_BACKOFF_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 30.0
LONGEST_SHARED_S: Final = 120.0
"""A server that asks one call to wait longer has given it up. That may be about this call alone, so
the others are not kept waiting for as long: the next one finds out."""
FIRST_GAP_S: Final = 0.1
LONGEST_GAP_S: Final = 5.0
RECOVERY: Final = 0.7
"""What an answer leaves of the gap."""
NO_GAP_S: Final = 0.01
"""A gap below this is none any more."""


class Pace:
    """When the next call may start."""

    def __init__(self) -> None:
        self.gap_s = 0.0
        """Between the starts of two calls; 0 for no bound."""
        self._next_at = 0.0
        self._refusals = 0
        """In a row, those of one burst counted once."""
        self._refused_at = float("-inf")

    def wait_s(self, now: float) -> float:
        """Seconds until a call may start; 0 where it may now."""
        return max(0.0, self._next_at - now)

    def enter(self, now: float, chance: float) -> None:
        """A call starts, as ``wait_s`` allowed. ``chance`` in [0, 1) spreads what follows."""
        if self.gap_s:
            self._next_at = now + self.gap_s * (0.75 + chance / 2)

    def refused(
        self, now: float, started_at: float, retry_after_s: float | None, chance: float
    ) -> float | None:
        """A call of ``started_at`` was refused. Returns seconds that all wait where that is news.

        A burst that is refused together slows the pace once, not once for each of its calls; the
        longest time that the server asks for holds.
        """
        is_new = started_at > self._refused_at
        if is_new:
            self._refused_at = now
            self.gap_s = min(LONGEST_GAP_S, max(FIRST_GAP_S, self.gap_s * 2))
            backoff = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0**self._refusals)
            self._refusals += 1
            self._next_at = max(self._next_at, now + backoff * (0.5 + chance / 2))
        if retry_after_s is not None and retry_after_s <= LONGEST_SHARED_S:
            self._next_at = max(self._next_at, now + retry_after_s)
        return self.wait_s(now) if is_new else None

    def answered(self, started_at: float) -> None:
        """A call was answered; one from before the last refusal says nothing about the pace."""
        if started_at > self._refused_at:
            self._refusals = 0
            self.gap_s *= RECOVERY
            if self.gap_s < NO_GAP_S:
                self.gap_s = 0.0
