"""The budget tree run → step → agent: the most a call can use is reserved before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from ladder_tui.agent.need import Need, Room
from ladder_tui.domain.run import RunLimits, changed_limits
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.errors import BudgetError

MIN_REPLY_TOKENS = 256
"""A call is not made for a shorter reply than this, unless it wanted no longer one."""


class AgentLimitError(BudgetError):
    """An agent's own limits, from the workflow file, leave too little for its next call."""


class Reservation:
    """What one call may use at most, replaced by what it really used when settled."""

    def __init__(self, max_tokens: int, tokens: int, nano_usd: int) -> None:
        self.max_tokens = max_tokens
        """The reply may be this long."""
        self.tokens = tokens
        self.nano_usd = nano_usd
        self.clipped_by = ""
        """The budget that leaves no longer reply; empty where it may be as long as wanted."""
        self.is_last = False
        """Whether there is no room for another call like this one: the agent should finish."""
        self.used = Usage()
        self.cost = Cost()

    def settle(self, usage: Usage, cost: Cost) -> None:
        """Record what the call used; lost attempts and the final reply add up."""
        self.used = self.used + usage
        self.cost = self.cost + cost


class _Tree:
    """What all budgets of a run share."""

    def __init__(self) -> None:
        self.changed: dict[str, RunLimits] = {}
        """New limits by scope, also of parts that are still to come."""
        self.parts: dict[str, Budget] = {}
        self.listeners: set[Callable[[], object]] = set()
        self.freed = asyncio.Event()

    def wake(self) -> None:
        self.freed.set()
        self.freed = asyncio.Event()
        for listener in tuple(self.listeners):
            listener()


class Budget:
    """Spending against limits: of a run, or of a part of one with limits of its own.

    A call that does not fit waits while calls in flight could leave room. Then its reply is made
    as short as fits, and it is refused with BudgetError only when what is settled leaves too
    little. What a part spends, the whole spends.
    """

    def __init__(
        self,
        limits: RunLimits,
        spent: Usage | None = None,
        cost: Cost | None = None,
        *,
        parent: Budget | None = None,
        name: str = "",
        scope: str = "",
        refusal: type[BudgetError] = BudgetError,
    ) -> None:
        self.limits = limits
        self.scope = scope
        self.spent = spent or Usage()
        self.cost = cost or Cost()
        self.name = name or "the run"
        self._parent = parent
        self._refusal = refusal
        self._tree: _Tree = _Tree() if parent is None else parent._tree
        self._path: tuple[Budget, ...] = (self,) if parent is None else (self, *parent._path)
        self._recalled = (Usage(), Cost())
        """What the ledger gave to a part: paid by an earlier runner, and used here all the same."""
        self._in_flight = 0
        self._held_tokens = self._held_nano = 0

    def part(
        self,
        name: str,
        usd: float | None = None,
        tokens: int | None = None,
        *,
        scope: str = "",
        refusal: type[BudgetError] = BudgetError,
    ) -> Budget:
        """A budget within this one, for a step, a nested workflow or an agent.

        ``name`` is for people; ``scope`` is the id by which its limits can be changed.
        """
        limits = changed_limits(
            RunLimits(usd=usd, tokens=tokens), self._tree.changed.get(scope, RunLimits())
        )
        part = Budget(limits, parent=self, name=name, scope=scope, refusal=refusal)
        if scope:
            self._tree.parts[scope] = part
        return part

    def change(self, limits: RunLimits, scope: str = "") -> RunLimits:
        """Let new limits hold from now on and wake who waits; one that is None stays as it was.

        ``scope`` is a part, also one that is still to come; without it the run as a whole is
        meant. Returns the limits in force.
        """
        budget: Budget | None = self._path[-1]
        if scope:
            before = self._tree.changed.get(scope, RunLimits())
            self._tree.changed[scope] = limits = changed_limits(before, limits)
            budget = self._tree.parts.get(scope)
        if budget is not None:
            budget.limits = limits = changed_limits(budget.limits, limits)
        self._tree.wake()
        return limits

    def parallel(self, chosen: int) -> int:
        """How many agents of a part may run at once, where the workflow file chose ``chosen``."""
        own = self.limits.max_parallel if self._parent is not None else None
        cap = self._path[-1].limits.max_parallel
        return max(1, min(own or chosen, cap or own or chosen))

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call ``listener`` whenever limits change or room is freed while this lasts."""
        self._tree.listeners.add(listener)
        try:
            yield
        finally:
            self._tree.listeners.discard(listener)

    def recall(self, usage: Usage, cost: Cost) -> None:
        """Count a result from the ledger against the limits of parts.

        The run as a whole has it in ``spent`` already.
        """
        for budget in self._path[:-1]:
            known = budget._recalled
            budget._recalled = (known[0] + usage, known[1] + cost)

    @asynccontextmanager
    async def reserve(self, need: Need) -> AsyncIterator[Reservation]:
        """Hold what one call needs, at every level. Raises BudgetError when it cannot fit."""
        held = await self._granted(need)
        for budget in self._path:
            budget._hold(held, 1)
        try:
            yield held
        finally:
            for budget in self._path:
                budget._hold(held, -1)
                budget.spent = budget.spent + held.used
                budget.cost = budget.cost + held.cost
            self._tree.wake()

    def _hold(self, held: Reservation, sign: int) -> None:
        self._in_flight += sign
        self._held_tokens += sign * held.tokens
        self._held_nano += sign * held.nano_usd

    async def _granted(self, need: Need) -> Reservation:
        floor = min(need.max_tokens, MIN_REPLY_TOKENS)
        while True:
            for budget in self._path:
                if need.fit(budget.room(is_settled=True)) < floor:
                    raise budget._refused(need, floor)
            fits, tight = self._tightest(need)
            if fits >= need.max_tokens or not tight._in_flight:
                return self._reservation(need, max(fits, floor), tight, floor)
            await self._tree.freed.wait()

    def _tightest(self, need: Need) -> tuple[int, Budget]:
        """How long a reply fits now, and the budget that leaves no more.

        Of equals, one with calls in flight: it is worth waiting for.
        """
        fits = [(need.fit(budget.room()), not budget._in_flight) for budget in self._path]
        place = fits.index(min(fits))
        return fits[place][0], self._path[place]

    def _reservation(self, need: Need, fits: int, tight: Budget, floor: int) -> Reservation:
        max_tokens = min(need.max_tokens, fits)
        held = Reservation(max_tokens, *need.clipped(max_tokens))
        held.clipped_by = tight.name if max_tokens < need.max_tokens else ""
        held.is_last = any(
            need.twice().fit(budget.room(is_settled=True)) < 2 * floor for budget in self._path
        )
        return held

    def room(self, *, is_settled: bool = False) -> Room:
        """What is left; with ``is_settled`` as if calls in flight used nothing."""
        usage, cost = self._recalled
        tokens = nano = None
        if self.limits.tokens is not None:
            tokens = self.limits.tokens - self.spent.total_tokens - usage.total_tokens
            tokens -= 0 if is_settled else self._held_tokens
        if self.limits.usd is not None:
            nano = round(self.limits.usd * NANO) - self.cost.nano_usd - cost.nano_usd
            nano -= 0 if is_settled else self._held_nano
        return Room(tokens, nano)

    @property
    def _meanwhile(self) -> str:
        """How to give more to a part before it is refused; a run that has ended takes none."""
        if not self.scope:
            return ""
        return f"; in time, ladder runs limits RUN --scope {self.scope} gives it more"

    def _refused(self, need: Need, floor: int) -> BudgetError:
        left = self.room(is_settled=True)
        tokens, nano = need.clipped(floor)
        if left.tokens is not None and left.tokens < tokens:
            why = (
                f"the call may need {tokens:,} tokens, {max(0, left.tokens):,} of"
                f" {self.limits.tokens:,} are left"
            )
        else:
            why = (
                f"the call may cost ${nano / NANO:.4f}, ${max(0, left.nano_usd or 0) / NANO:.4f} of"
                f" ${self.limits.usd or 0:.2f} are left"
            )
        if self._parent is None:
            return self._refusal(
                "the budget leaves too little for the next call",
                why=why,
                next_step="raise --budget-usd or --budget-tokens and resume the run",
            )
        return self._refusal(
            f"the budget of {self.name} leaves too little for the next call",
            why=why,
            next_step="raise its budget in the workflow file and resume the run" + self._meanwhile,
        )
