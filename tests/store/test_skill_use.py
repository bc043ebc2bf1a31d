"""How skills did, from the rows of agents."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.domain.event import AgentFinished, SkillInvoked
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.skill_entry import SkillStats
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import create_run, take_run
from ladder_tui.store.skill_use import skill_stats
from tests.store.build import (
    SECURITY,
    TESTS,
    TURN_COST,
    TURN_USAGE,
    clock,
    finished,
    open_with_run,
    queued,
    spec,
    started,
    turn,
)


async def test_every_agent_is_a_use_and_parts_count_too(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    assert skill_stats(db) == {}
    journal = Journal(path, run_id, epoch, clock())
    for agent in (SECURITY, TESTS):
        journal.emit(queued(agent))
        journal.emit(started(agent))
        journal.emit(SkillInvoked(agent, "review", "h1"))
        journal.emit(turn(agent))
    journal.emit(SkillInvoked(SECURITY, "part", "h2"))
    journal.emit(finished(SECURITY))
    journal.emit(AgentFinished(TESTS, "failed", "crash", "broke"))
    await journal.aclose()
    second = create_run(db, spec("r-2")).run_id
    journal = Journal(path, second, take_run(db, second), clock(2_000_000.0))
    journal.emit(queued(TESTS))
    journal.emit(started(TESTS))
    journal.emit(SkillInvoked(TESTS, "review", "h9"))
    await journal.aclose()

    stats = skill_stats(db)

    review = stats["review"]
    assert (review.uses, review.runs, review.done, review.ended) == (3, 2, 1, 2)
    assert review.usage == TURN_USAGE + TURN_USAGE
    assert review.cost == TURN_COST + TURN_COST
    assert review.last_at > 2_000_000
    assert review.last_hash == "h9", "of the newest use"
    assert review.last_runs[0] == (RunId("r-2"), 2, "running")
    assert sorted(review.last_runs[1:]) == [(RunId("r-1"), 1, "done"), (RunId("r-1"), 1, "failed")]
    assert stats["part"] == SkillStats(
        1,
        1,
        1,
        1,
        TURN_USAGE,
        TURN_COST,
        stats["part"].last_at,
        ((RunId("r-1"), 1, "done"),),
        "h2",
    )
    db.close()
