"""What a call needs at most, and how much of it fits into what a budget leaves."""

from __future__ import annotations

from typing import NamedTuple


class Room(NamedTuple):
    """What a budget leaves; None where it has no limit."""

    tokens: int | None
    nano_usd: int | None


class Need(NamedTuple):
    """The most that one call can use: all of its reply, and nothing read from a cache."""

    input_tokens: int
    """Estimated: its error is the only way past a limit."""
    max_tokens: int
    """Length of the reply that is wanted."""
    input_nano: int = 0
    reply_nano: int = 0
    """Of a reply of ``max_tokens``; a shorter one costs its share."""

    def fit(self, room: Room) -> int:
        """Tokens of reply that fit, at most ``max_tokens``; negative where not even the prompt."""
        fits = self.max_tokens
        if room.tokens is not None:
            fits = min(fits, room.tokens - self.input_tokens)
        if room.nano_usd is not None:
            left = room.nano_usd - self.input_nano
            if left < 0:
                return -1
            if left < self.reply_nano:
                fits = min(fits, left * self.max_tokens // self.reply_nano)
        return fits

    def clipped(self, max_tokens: int) -> tuple[int, int]:
        """Tokens and billionths of a dollar of the call with a reply of ``max_tokens``."""
        share = -(-self.reply_nano * max_tokens // self.max_tokens) if self.max_tokens else 0
        return self.input_tokens + max_tokens, self.input_nano + share

    def twice(self) -> Need:
        """Two calls like this one."""
        return Need(*(2 * value for value in self))
