"""Which agents would have been enough."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from ladder_tui.insight.smallest_set import MOST_EXACT, greedy_order, smallest_set


def sets(**found: list[int]) -> dict[str, frozenset[int]]:
    return {name: frozenset(members) for name, members in found.items()}


def test_the_order_goes_by_what_each_adds() -> None:
    found = sets(a=[1, 2], b=[1, 2, 3], c=[4], d=[])
    assert greedy_order(found, {}) == ["b", "c", "a", "d"]


def test_of_two_that_add_the_same_the_cheaper_one_comes_first() -> None:
    found = sets(dear=[1, 2], cheap=[3, 4])
    assert greedy_order(found, {"dear": 9, "cheap": 2}) == ["cheap", "dear"]


def test_exact_is_better_than_greedy_where_greedy_is_misled() -> None:
    # Greedy takes the widest first and then needs both others.
    found = sets(wide=[2, 3, 4, 5], left=[1, 2, 3], right=[4, 5, 6])
    assert smallest_set(found, {}) == (("left", "right"), "exact")


def test_of_the_smallest_sets_the_cheapest_is_given() -> None:
    found = sets(a=[1], b=[1], c=[2])
    assert smallest_set(found, {"a": 5, "b": 1, "c": 1})[0] == ("b", "c")


def test_where_nothing_was_found_nobody_was_needed() -> None:
    assert smallest_set(sets(a=[], b=[]), {}) == ((), "exact")


def test_many_agents_are_told_greedily_and_it_is_said() -> None:
    found = {f"a{n}": frozenset({n, n + 1}) for n in range(MOST_EXACT + 5)}
    chosen, method = smallest_set(found, {})
    assert method == "greedy"
    assert frozenset().union(*(found[n] for n in chosen)) == frozenset().union(*found.values())


@pytest.mark.parametrize("seed", range(30))
def test_no_smaller_set_covers_what_was_found(seed: int) -> None:
    rng = random.Random(seed)
    found = {f"a{n}": frozenset(rng.sample(range(9), rng.randrange(5))) for n in range(7)}
    everything = frozenset().union(*found.values())
    chosen, _ = smallest_set(found, {})
    assert frozenset().union(*(found[name] for name in chosen)) == everything
    for smaller in combinations(found, max(0, len(chosen) - 1)):
        covered = frozenset().union(*(found[name] for name in smaller))
        assert covered != everything or not chosen
