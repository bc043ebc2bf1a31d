"""The budget of a run: the most a call can cost is reserved before the call is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.errors import BudgetError


class Reservation:
    """What one call may use at most, replaced by what it really used when settled."""

    def __init__(self, tokens: int, nano_usd: int) -> None:
        self.tokens = tokens
        self.nano_usd = nano_usd
        self.used = Usage()
        self.cost = Cost()

    def settle(self, usage: Usage, cost: Cost) -> None:
        """Record what the call used; lost attempts and the final reply add up."""
        self.used = self.used + usage
        self.cost = self.cost + cost


class Budget:
    """Spending of a run against its limits.

    A call that does not fit waits while calls in flight could leave room, and is refused with
    BudgetError only when what is settled leaves too little.
    """

    def __init__(self, limits: RunLimits, spent: Usage | None = None, cost: Cost | None = None):
        self._nano_limit = None if limits.usd is None else round(limits.usd * NANO)
        self._token_limit = limits.tokens
        self.spent = spent or Usage()
        self.cost = cost or Cost()
        self._reserved_tokens = 0
        self._reserved_nano = 0
        self._in_flight = 0
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def reserve(self, tokens: int, nano_usd: int) -> AsyncIterator[Reservation]:
        """Hold ``tokens`` and ``nano_usd`` for one call. Raises BudgetError when it cannot fit."""
        while (problem := self._shortage(tokens, nano_usd)) is not None:
            if self._in_flight == 0:
                raise BudgetError(
                    "the budget leaves too little for the next call",
                    why=problem,
                    next_step="raise --budget-usd or --budget-tokens and resume the run",
                )
            await self._freed.wait()
        self._in_flight += 1
        self._reserved_tokens += tokens
        self._reserved_nano += nano_usd
        held = Reservation(tokens, nano_usd)
        try:
            yield held
        finally:
            self._in_flight -= 1
            self._reserved_tokens -= tokens
            self._reserved_nano -= nano_usd
            self.spent = self.spent + held.used
            self.cost = self.cost + held.cost
            self._freed.set()
            self._freed = asyncio.Event()

    def _shortage(self, tokens: int, nano_usd: int) -> str | None:
        if self._token_limit is not None:
            used = self.spent.total_tokens + self._reserved_tokens
            if used + tokens > self._token_limit:
                return (
                    f"the call may need {tokens:,} tokens, {self._token_limit - used:,} of"
                    f" {self._token_limit:,} are left"
                )
        if self._nano_limit is not None:
            used = self.cost.nano_usd + self._reserved_nano
            if used + nano_usd > self._nano_limit:
                left = (self._nano_limit - used) / NANO
                return (
                    f"the call may cost ${nano_usd / NANO:.4f}, ${left:.4f} of"
                    f" ${self._nano_limit / NANO:.2f} are left"
                )
        return None
