"""Quantiles of what comes next, from little and heavy-tailed history."""

from __future__ import annotations

import math
import random

import pytest

from ladder_tui.insight import spread
from ladder_tui.insight.spread import add_up, of_past, of_range, predict


def test_one_run_of_history_gives_a_wide_range_around_it() -> None:
    q = predict([1_000_000])
    assert q.p50 == 1_000_000
    assert q.p10 < 500_000
    assert q.p90 > 2_000_000


def test_more_history_narrows_the_range() -> None:
    near = [900, 1000, 1100, 950, 1050, 1020, 980]
    widths = [q.p90 - q.p10 for q in (predict(near[:n]) for n in (1, 3, 7))]
    assert widths == sorted(widths, reverse=True)


def test_from_nine_values_on_the_ends_are_values_that_were_seen() -> None:
    values = [10, 20, 30, 40, 50, 60, 70, 80, 90]
    q = predict(values)
    assert (q.p10, q.p50, q.p90) == (10, 50, 90)


def test_order_changes_nothing() -> None:
    values = [5.0, 900.0, 30.0, 7.0, 12.0, 80.0, 3.0, 44.0, 9.0, 1.0]
    assert predict(values) == predict(values[::-1])


def test_what_costs_nothing_is_expected_to_cost_nothing() -> None:
    assert predict([0] * 12).p90 == 0
    assert predict([0]).p90 == 0
    assert add_up([(of_range(0, 0), 5)]).p90 == 0
    assert add_up([]).p90 == 0


def test_a_sum_of_guesses_is_as_unsure_as_each_of_them() -> None:
    one, twenty = (add_up([(of_range(100, 1_000), count)]) for count in (1, 20))
    assert one.p10 == 100
    assert one.p90 == 1_000
    assert twenty.p90 / twenty.p10 == pytest.approx(one.p90 / one.p10, rel=0.01)


def test_a_sum_of_agents_with_a_past_is_surer_than_one_of_them() -> None:
    past = of_past([100.0, 300.0, 150.0, 220.0])
    one, twenty = add_up([(past, 1)]), add_up([(past, 20)])
    assert twenty.p90 / twenty.p10 < one.p90 / one.p10
    assert twenty.p10 > one.p90


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_of_lognormal_costs_lie_in_the_range_of_their_spreads(seed: int) -> None:
    rng = random.Random(seed)
    kinds = [(spread.Spread(10.0, 0.8), 4), (spread.Spread(11.5, 0.5), 2)]
    q = add_up(kinds)
    inside = below = 0
    for _ in range(4_000):
        shared = rng.gauss(0, 1)  # the agents of a run have half of their variance in common

        total = sum(
            math.exp(s.mu + s.sd * (shared + rng.gauss(0, 1)) / math.sqrt(2))
            for s, count in kinds
            for _ in range(count)
        )
        inside += q.p10 <= total <= q.p90
        below += total < q.p50
    assert 0.76 <= inside / 4_000 <= 0.84
    assert 0.45 <= below / 4_000 <= 0.55
