"""Budgets of a run and its parts: the most a call can cost is reserved before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ladder_tui.domain.run import RunLimits, changed_limits
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
    """Spending against limits: of a run, or of a part of one with limits of its own.

    A call that does not fit waits while calls in flight could leave room, and is refused with
    BudgetError only when what is settled leaves too little. What a part spends, the whole spends.
    """

    def __init__(
        self,
        limits: RunLimits,
        spent: Usage | None = None,
        cost: Cost | None = None,
        *,
        parent: Budget | None = None,
        name: str = "",
    ) -> None:
        self.limits = limits
        self._nano_limit = None if limits.usd is None else round(limits.usd * NANO)
        self._token_limit = limits.tokens
        self._parent = parent
        self._name = name
        self.spent = spent or Usage()
        self.cost = cost or Cost()
        self._recalled = (Usage(), Cost())
        """What the ledger gave to a part: paid by an earlier runner, and used here all the same."""
        self._reserved_tokens = 0
        self._reserved_nano = 0
        self._in_flight = 0
        self._freed = asyncio.Event()

    def part(self, name: str, usd: float | None = None, tokens: int | None = None) -> Budget:
        """A budget within this one, for a step or a nested workflow; ``name`` is for people."""
        return Budget(RunLimits(usd=usd, tokens=tokens), parent=self, name=name)

    def change(self, limits: RunLimits) -> RunLimits:
        """Let new limits hold from now on and wake who waits; one that is None stays as it was.

        Returns the limits in force.
        """
        self.limits = limits = changed_limits(self.limits, limits)
        self._nano_limit = None if limits.usd is None else round(limits.usd * NANO)
        self._token_limit = limits.tokens
        self._freed.set()
        self._freed = asyncio.Event()
        return limits

    def recall(self, usage: Usage, cost: Cost) -> None:
        """Count a result from the ledger against the limits of parts.

        The run as a whole has it in ``spent`` already.
        """
        if self._parent is not None:
            self._recalled = (self._recalled[0] + usage, self._recalled[1] + cost)
            self._parent.recall(usage, cost)

    @asynccontextmanager
    async def reserve(self, tokens: int, nano_usd: int) -> AsyncIterator[Reservation]:
        """Hold ``tokens`` and ``nano_usd`` for one call. Raises BudgetError when it cannot fit."""
        while (problem := self._shortage(tokens, nano_usd)) is not None:
            if self._in_flight == 0:
                raise self._refusal(problem)
            await self._freed.wait()
        self._in_flight += 1
        self._reserved_tokens += tokens
        self._reserved_nano += nano_usd
        held = Reservation(tokens, nano_usd)
        try:
            if self._parent is None:
                yield held
            else:
                async with self._parent.reserve(tokens, nano_usd) as above:
                    try:
                        yield held
                    finally:
                        above.settle(held.used, held.cost)
        finally:
            self._in_flight -= 1
            self._reserved_tokens -= tokens
            self._reserved_nano -= nano_usd
            self.spent = self.spent + held.used
            self.cost = self.cost + held.cost
            self._freed.set()
            self._freed = asyncio.Event()

    def _refusal(self, problem: str) -> BudgetError:
        if self._parent is None:
            return BudgetError(
                "the budget leaves too little for the next call",
                why=problem,
                next_step="raise --budget-usd or --budget-tokens and resume the run",
            )
        return BudgetError(
            f"the budget of {self._name} leaves too little for the next call",
            why=problem,
            next_step="raise its budget in the workflow file and resume the run",
        )

    def _shortage(self, tokens: int, nano_usd: int) -> str | None:
        recalled, recalled_cost = self._recalled
        if self._token_limit is not None:
            used = self.spent.total_tokens + recalled.total_tokens + self._reserved_tokens
            if used + tokens > self._token_limit:
                return (
                    f"the call may need {tokens:,} tokens, {self._token_limit - used:,} of"
                    f" {self._token_limit:,} are left"
                )
        if self._nano_limit is not None:
            used = self.cost.nano_usd + recalled_cost.nano_usd + self._reserved_nano
            if used + nano_usd > self._nano_limit:
                left = (self._nano_limit - used) / NANO
                return (
                    f"the call may cost ${nano_usd / NANO:.4f}, ${left:.4f} of"
                    f" ${self._nano_limit / NANO:.2f} are left"
                )
        return None
