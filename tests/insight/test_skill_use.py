"""Rates of skills say what is unknown."""

from __future__ import annotations

from ladder_tui.domain.skill_entry import SkillStats
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight.skill_use import skill_rates


def test_a_skill_that_was_never_used_has_no_rates() -> None:
    rates = skill_rates(SkillStats())
    assert (rates.success, rates.tokens, rates.nano_usd, rates.is_unpriced) == (
        None,
        None,
        None,
        False,
    )


def test_rates_are_per_use_and_success_is_of_what_ended() -> None:
    stats = SkillStats(4, 2, 2, 3, Usage(300, 100, 400), Cost(8_000))
    rates = skill_rates(stats)
    assert rates.success == 2 / 3
    assert rates.tokens == 200
    assert rates.nano_usd == 2_000
    assert not rates.is_estimated


def test_without_any_price_the_cost_is_unknown_and_not_nothing() -> None:
    free = skill_rates(SkillStats(2, 1, 2, 2, Usage(10), Cost()))
    assert (free.nano_usd, free.is_unpriced) == (0, False)
    unpriced = skill_rates(SkillStats(2, 1, 2, 2, Usage(10), Cost(0, 2)))
    assert (unpriced.nano_usd, unpriced.is_unpriced) == (None, True)
    mixed = skill_rates(SkillStats(2, 1, 2, 2, Usage(10, is_estimated=True), Cost(8, 1)))
    assert (mixed.nano_usd, mixed.is_unpriced, mixed.is_estimated) == (4, False, True)
