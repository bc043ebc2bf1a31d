"""Whether several agents were worth it: time won, tokens paid for it, and what each one added."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from ladder_tui.domain.finding import Finding, MergedFinding
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight.agent_time import length, union, work_of
from ladder_tui.insight.read_twice import ReadTwice
from ladder_tui.insight.smallest_set import Method, greedy_order, smallest_set
from ladder_tui.projections.findings import merged_findings
from ladder_tui.projections.run_view import RunView


class AgentValue(msgspec.Struct, frozen=True):
    """What one agent took and found, in the greedy order of what each adds."""

    agent_id: AgentId
    name: str
    seconds: float
    """At work; not queued, paused or waiting for a person."""
    usage: Usage
    cost: Cost
    found: int
    only: int
    """Findings that no other agent had."""
    added: int
    """Findings that none of the agents before it in the order had."""
    total: int
    """Findings of all agents up to this one."""


class ParallelVerdict(msgspec.Struct, frozen=True):
    """What the agents of a run came to together."""

    wall_s: float
    """Time in which at least one agent was at work."""
    agents_s: float
    """The sum over the agents: what one after the other would have taken."""
    speed_up: float | None
    """The sum over the wall time; None where nothing was timed."""
    read_twice: ReadTwice
    read_twice_cost: Cost
    findings: int
    """That agents stand behind, dismissed ones left out."""
    only_one: int
    """Findings that one agent alone had."""
    agents: tuple[AgentValue, ...]
    smallest: tuple[str, ...]
    """Ids of the fewest agents that would have found the same."""
    smallest_method: Method
    smallest_cost: Cost


def judge(
    view: RunView,
    read_twice: ReadTwice,
    read_twice_cost: Cost,
    dismissed: Collection[str] = (),
) -> ParallelVerdict | None:
    """The verdict on the agents of a run; None where there were not two of them.

    ``dismissed`` holds fingerprints of findings that people said are none.
    """
    if len(view.agents) < 2:
        return None
    work = {agent_id: work_of(view, card) for agent_id, card in view.agents.items()}
    wall = length(union(stretch for of_agent in work.values() for stretch in of_agent))
    summed = sum(map(length, work.values()))
    found = _found(view, dismissed)
    costs = {str(agent_id): card.cost.nano_usd for agent_id, card in view.agents.items()}
    smallest, method = smallest_set(found, costs)
    holders = [sum(index in of_agent for of_agent in found.values()) for index in _all(found)]
    return ParallelVerdict(
        wall_s=round(wall, 3),
        agents_s=round(summed, 3),
        speed_up=round(summed / wall, 2) if wall else None,
        read_twice=read_twice,
        read_twice_cost=read_twice_cost,
        findings=len(holders),
        only_one=holders.count(1),
        agents=tuple(_values(view, found, costs, {a: length(s) for a, s in work.items()})),
        smallest=smallest,
        smallest_method=method,
        smallest_cost=_cost(view, smallest),
    )


def _cost(view: RunView, agent_ids: Collection[str]) -> Cost:
    cost = Cost()
    for agent_id in agent_ids:
        cost += view.agents[AgentId(agent_id)].cost
    return cost


def _all(found: dict[str, frozenset[int]]) -> frozenset[int]:
    return frozenset[int]().union(*found.values())


def _values(
    view: RunView,
    found: dict[str, frozenset[int]],
    costs: dict[str, int],
    seconds: dict[AgentId, float],
) -> list[AgentValue]:
    values, seen = list[AgentValue](), frozenset[int]()
    for name in greedy_order(found, costs):
        card, mine = view.agents[AgentId(name)], found[name]
        others = frozenset[int]().union(*(f for other, f in found.items() if other != name))
        added = len(mine - seen)
        seen |= mine
        values.append(
            AgentValue(
                agent_id=card.agent_id,
                name=card.name,
                seconds=round(seconds[card.agent_id], 3),
                usage=card.usage,
                cost=card.cost,
                found=len(mine),
                only=len(mine - others),
                added=added,
                total=len(seen),
            )
        )
    return values


_Place = tuple[str, str, int]


def _found(view: RunView, dismissed: Collection[str]) -> dict[str, frozenset[int]]:
    """By agent, the numbers of the findings that it stands behind."""
    merged = [m for m in merged_findings(view) if m.finding.fingerprint not in dismissed]
    at: dict[_Place, list[int]] = {}
    for index, one in enumerate(merged):
        at.setdefault(_place(one.finding), []).append(index)
    return {
        str(agent_id): frozenset(
            index
            for finding in view.findings_of(agent_id)
            for index in _meant(finding, at.get(_place(finding), ()), merged)
        )
        for agent_id in view.agents
    }


def _place(finding: Finding) -> _Place:
    return finding.lens, finding.path, finding.line


def _meant(
    finding: Finding, places: Collection[int], merged: list[MergedFinding]
) -> Collection[int]:
    """Which findings at a place a reported one became: one of its rule, else one that names its
    reporter."""
    by_rule = [index for index in places if merged[index].finding.rule == finding.rule]
    return by_rule or [i for i in places if finding.reporter in merged[i].reporters][:1]
