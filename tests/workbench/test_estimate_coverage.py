"""Whether actual costs fall where estimates said, over many simulated runs on the real store.

Every run is estimated by the workbench from the runs before it, then its events are written by the
journal that real runs write, with costs drawn from a heavy-tailed distribution.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ladder_tui.domain.estimate import Estimate, Quantiles
from ladder_tui.domain.event import Event, RunFinished
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store.database import Database, open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.past_run import past_runs
from ladder_tui.store.run import create_run, take_run
from ladder_tui.workbench.preflight_estimate import Planned, estimate_plan
from tests.store.build import clock, finished, queued, spec, started, turn

HISTORY, RUNS = 10, 200
LENSES = ("security", "performance", "architecture", "tests", "documentation")
AGENTS = [AgentId(f"specialists/{lens}") for lens in LENSES]
SKILLS = tuple(
    Skill(f"review-{lens}", "Reviews.", "Look.", "hash", "shipped", "SKILL.md") for lens in LENSES
)
AGENTS_OF_RUN = tuple(zip(LENSES, SKILLS, strict=True))
Draw = Callable[[random.Random], float]


def _skewed(rng: random.Random) -> float:
    return rng.lognormvariate(16, 1.0)


def _pareto(rng: random.Random) -> float:
    return 5e6 * rng.paretovariate(1.3)  # its variance is infinite


def _runaway(rng: random.Random) -> float:
    return rng.lognormvariate(16, 0.3) * (20 if rng.random() < 0.06 else 1)


SHAPES: dict[str, Draw] = {"lognormal": _skewed, "pareto": _pareto, "runaway agents": _runaway}


def _events(rng: random.Random, draw: Draw) -> list[Event]:
    """A run whose agents have a part of their cost in common, that of the day's repository."""
    today = rng.lognormvariate(0, 0.4)
    costs = [round(draw(rng) * today) for _ in AGENTS]
    events: list[Event] = []
    for agent_id, cost in zip(AGENTS, costs, strict=True):
        used = Usage(cost // 3_000, cost // 60_000)
        events += [queued(agent_id), started(agent_id)]
        events += [turn(agent_id, 1, used, Cost(cost)), finished(agent_id)]
    end = RunFinished("done", "pass", "", Usage(), Cost(sum(costs)), 5, 5, 0, 60.0)
    return [*events, end]


async def _simulate(
    db: Database, path: Path, rng: random.Random, draw: Draw, keep: int | None
) -> list[tuple[Estimate, int]]:
    """Estimates with what the runs cost in the end. ``keep`` runs of history count, all by
    default."""
    pairs = []
    for number in range(HISTORY + RUNS):
        history = tuple(past_runs(db, "review"))[:keep]
        choice = ModelChoice("scripted", "quiet")
        estimate = estimate_plan(Planned("review", AGENTS_OF_RUN, choice, 40, history))
        run = create_run(db, msgspec.structs.replace(spec(f"r-{number}"), estimate=estimate))
        journal = Journal(path, run.run_id, take_run(db, run.run_id), clock())
        events = _events(rng, draw)
        for event in events:
            journal.emit(event)
        await journal.aclose()
        end = events[-1]
        assert isinstance(end, RunFinished)
        pairs.append((estimate, end.cost.nano_usd))
    return pairs[HISTORY:]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("seed", "keep"), [(1, None), (2, HISTORY)])
async def test_actual_costs_fall_where_the_estimate_said(
    tmp_path: Path, shape: str, seed: int, keep: int | None
) -> None:
    path = tmp_path / "ladder.db"
    db = open_database(path)
    pairs = await _simulate(db, path, random.Random(f"{shape} {seed}"), SHAPES[shape], keep)
    db.close()
    ranges: list[tuple[Quantiles, int]] = [(e.nano_usd, cost) for e, cost in pairs]
    inside = sum(q.p10 <= cost <= q.p90 for q, cost in ranges) / RUNS
    below = sum(cost < q.p50 for q, cost in ranges) / RUNS
    assert all(e.basis.endswith("runs of history") for e, _ in pairs)
    assert 0.72 <= inside <= 0.88
    assert 0.40 <= below <= 0.60
