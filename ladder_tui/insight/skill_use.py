"""What the use of a skill comes to: success, tokens and money for each use."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.skill_entry import SkillStats
from ladder_tui.domain.usage import Cost


class SkillRates(msgspec.Struct, frozen=True):
    """Figures of one skill, each None where there is nothing to compute it from."""

    success: float | None
    """Share of the agents that ended well among those that ended, 0 to 1."""
    tokens: int | None
    """Tokens sent and received for each use, rounded."""
    nano_usd: int | None
    """Of the priced calls, for each use; the whole cost says whether some were unpriced."""
    is_estimated: bool
    is_unpriced: bool
    """True where no call had a price: then it is unknown what a use costs, not nothing."""


def skill_rates(stats: SkillStats) -> SkillRates:
    """Rates from counts. Uses that are not over yet count with what they spent so far."""
    return SkillRates(
        success=stats.done / stats.ended if stats.ended else None,
        tokens=_each(stats.usage.total_tokens, stats.uses),
        nano_usd=None if _is_unpriced(stats.cost) else _each(stats.cost.nano_usd, stats.uses),
        is_estimated=stats.usage.is_estimated or stats.cost.is_estimated,
        is_unpriced=_is_unpriced(stats.cost),
    )


def _is_unpriced(cost: Cost) -> bool:
    return cost.unpriced_calls > 0 and cost.nano_usd == 0


def _each(total: int, uses: int) -> int | None:
    return round(total / uses) if uses else None
