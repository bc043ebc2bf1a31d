"""Tokens and money. Both are exact integers, so that totals equal the sum of their parts."""

from __future__ import annotations

import msgspec

NANO = 1_000_000_000
"""Nano-dollars in a dollar."""


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Tokens of one or more model calls, with the Messages API's meaning of each field.

    ``input_tokens`` is the uncached part only; what was sent is ``context_tokens``.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    is_estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_input_tokens + other.cache_read_input_tokens,
            self.cache_creation_input_tokens + other.cache_creation_input_tokens,
            self.is_estimated or other.is_estimated,
        )

    @property
    def context_tokens(self) -> int:
        """Tokens sent to the model: uncached, read from cache and written to cache."""
        return self.input_tokens + self.cache_read_input_tokens + self.cache_creation_input_tokens

    @property
    def total_tokens(self) -> int:
        """Tokens sent and received."""
        return self.context_tokens + self.output_tokens


class Cost(msgspec.Struct, frozen=True, gc=False):
    """Money in nano-dollars. ``unpriced_calls`` counts calls that ``nano_usd`` does not hold."""

    nano_usd: int = 0
    unpriced_calls: int = 0
    is_estimated: bool = False

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.nano_usd + other.nano_usd,
            self.unpriced_calls + other.unpriced_calls,
            self.is_estimated or other.is_estimated,
        )

    @property
    def usd(self) -> float:
        """Dollars, for display only; compare and add ``nano_usd``."""
        return self.nano_usd / NANO
