"""Which agents would have been enough: a set cover over what each of them found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

MOST_EXACT = 15
"""Agents up to which every set is tried; above it the greedy order is what is given."""

Method = Literal["exact", "greedy"]


def greedy_order(found: Mapping[str, frozenset[int]], costs: Mapping[str, int]) -> list[str]:
    """All agents, each time the one that adds most to what those before it found; the cheaper one
    where two add the same."""
    left, seen, order = dict(found), frozenset[int](), list[str]()
    while left:
        best = min(left, key=lambda name: (-len(left[name] - seen), costs.get(name, 0), name))
        order.append(best)
        seen |= left.pop(best)
    return order


def smallest_set(
    found: Mapping[str, frozenset[int]], costs: Mapping[str, int]
) -> tuple[tuple[str, ...], Method]:
    """The fewest agents that found everything, the cheapest of these, and how they were told."""
    everything = frozenset[int]().union(*found.values())
    order = greedy_order(found, costs)
    enough = _needed(order, found)
    if len(found) > MOST_EXACT:
        return tuple(enough), "greedy"
    for size in range(len(enough) + 1):  # the greedy set covers everything, so this ends
        if covers := _covers(order, size, found, everything):
            return min(covers, key=lambda chosen: _sum(chosen, costs)), "exact"
    return tuple(enough), "greedy"


def _sum(names: Sequence[str], costs: Mapping[str, int]) -> int:
    return sum(costs.get(name, 0) for name in names)


def _needed(order: Sequence[str], found: Mapping[str, frozenset[int]]) -> list[str]:
    """The agents of the greedy order that add something."""
    seen, needed = frozenset[int](), list[str]()
    for name in order:
        if found[name] - seen:
            needed.append(name)
            seen |= found[name]
    return needed


def _covers(
    names: Sequence[str],
    size: int,
    found: Mapping[str, frozenset[int]],
    everything: frozenset[int],
) -> list[tuple[str, ...]]:
    return [
        chosen
        for chosen in combinations(names, size)
        if frozenset[int]().union(*(found[name] for name in chosen)) == everything
    ]
