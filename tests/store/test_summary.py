from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ladder_tui.domain.event import (
    AgentFinished,
    Event,
    FindingsMerged,
    GateFinished,
    RunContinued,
    RunFinished,
    RunInterrupted,
    RunPaused,
    RunResumed,
    RunStarted,
    SkillInvoked,
)
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.run import RunLimits, RunSummary
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.store import result
from ladder_tui.store.database import Database
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import get_run, take_run
from ladder_tui.store.skill_use import skill_stats
from ladder_tui.store.spend import day_of, spend_on, spend_rows
from tests.store.build import (
    LOST_COST,
    LOST_USAGE,
    SECURITY,
    STEP,
    TESTS,
    TURN_COST,
    TURN_USAGE,
    clock,
    finding,
    finished,
    lost,
    merged,
    open_with_run,
    queued,
    started,
    turn,
)

MERGE = StepId("merge")


def run_started() -> RunStarted:
    return RunStarted(
        *("review", "hash", 1, {}, "scripted/quiet", "/repository", "untracked"),
        *(RunLimits(), "limits", "0.1"),
    )


def gate(verdict: GateVerdict, name: str = "ruff S", findings: int = 0) -> GateFinished:
    found = tuple(finding(n) for n in range(findings))
    return GateFinished(
        STEP, GateResult(name, "security", verdict, 9, 9, found, findings), SECURITY
    )


def merge(count: int) -> FindingsMerged:
    found = tuple(merged(finding(n, f"f{n}")) for n in range(count))
    return FindingsMerged(MERGE, "union-dedup", 2, 2, (), found, count)


class Writer:
    """Writes batches of events, each flushed; the journal's clock starts at 1,000,000."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db, self.run_id, self._epoch = open_with_run(path)
        self._clock = clock()

    async def write(self, *batches: Sequence[Event]) -> RunSummary:
        journal = Journal(self.path, self.run_id, self._epoch, self._clock)
        for batch in batches:
            for event in batch:
                journal.emit(event)
            await journal.flush()
        await journal.aclose()
        return get_run(self.db, self.run_id)

    def states(self) -> dict[str, str]:
        rows = self.db.connection.execute("SELECT agent_id, state FROM agent").fetchall()
        return dict(rows)


@pytest.fixture
def writer(path: Path) -> Writer:
    return Writer(path)


async def test_a_run_from_start_to_end(writer: Writer) -> None:
    run = await writer.write([run_started(), queued(), queued(TESTS), started(), started(TESTS)])
    assert (run.state, run.agents_total, run.agents_done) == ("running", 2, 0)
    assert run.started_at is not None
    run = await writer.write([turn(), lost(), turn(TESTS), finished(findings=3)])
    assert run.usage == TURN_USAGE + LOST_USAGE + TURN_USAGE
    assert run.cost == TURN_COST + LOST_COST + TURN_COST
    assert (run.agents_done, run.findings) == (1, 3)
    end = RunFinished(
        *("done", "fail", "2 findings", run.usage, run.cost, 1, 2, 2, 9.0, "digest"),
    )
    failed = AgentFinished(TESTS, "failed", "provider", "gone")
    run = await writer.write([failed, merge(2), gate("fail"), gate("pass", "ruff B"), end])
    assert (run.state, run.verdict, run.reason) == ("done", "fail", "2 findings")
    assert (run.agents_total, run.agents_done, run.agents_failed) == (2, 1, 1)
    assert (run.findings, run.gates_bad) == (2, 1)
    assert run.finished_at is not None


async def test_states_of_a_run_follow_its_events(writer: Writer) -> None:
    assert (await writer.write([run_started()])).state == "running"
    assert (await writer.write([RunPaused("asked")])).reason == "asked"
    assert (await writer.write([RunContinued()])).state == "running"
    assert (await writer.write([RunInterrupted("going down")])).state == "interrupted"
    run = await writer.write([RunResumed(2)])
    assert (run.state, run.reason) == ("running", "")


async def test_a_resume_counts_nothing_twice(writer: Writer) -> None:
    first: list[Event] = [
        run_started(),
        queued(),
        started(),
        turn(),
        finished(),
        queued(TESTS),
        started(TESTS),
    ]
    await writer.write([*first, gate("fail"), merge(3)])
    again: list[Event] = [
        RunResumed(2),
        queued(),
        started(),
        finished(),
        queued(TESTS),
        started(TESTS),
    ]
    run = await writer.write([*again, gate("pass"), merge(2)])
    assert writer.states() == {SECURITY: "done", TESTS: "running"}
    assert (run.agents_total, run.agents_done, run.gates_bad, run.findings) == (2, 1, 0, 2)
    assert run.usage == TURN_USAGE
    assert len(result.findings_of_run(writer.db, writer.run_id)) == 2


async def test_a_resume_in_one_batch_with_what_came_before(writer: Writer) -> None:
    await writer.write(
        [queued(), started(), turn(), queued(TESTS), started(TESTS), finished(TESTS), RunResumed(2)]
    )
    assert writer.states() == {SECURITY: "queued", TESTS: "done"}


async def test_an_interrupted_agent_is_paused(writer: Writer) -> None:
    await writer.write([queued(), started(), queued(TESTS), RunInterrupted()])
    assert writer.states() == {SECURITY: "paused", TESTS: "queued"}


async def test_batches_of_any_cut_give_the_same_rows(path: Path, tmp_path: Path) -> None:
    events: list[Event] = [
        *(run_started(), queued(), started(), turn(), lost(), queued(TESTS), gate("fail")),
        *(RunInterrupted(), RunResumed(2), queued(), started(), turn(), merge(2)),
        *(finished(findings=2), started(TESTS), turn(TESTS), finished(TESTS)),
    ]

    def rows(db: Database) -> list[list[object]]:
        tables = ("agent", "spend", "gate_result", "finding")
        found = [db.connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
        drop = "heartbeat_at"
        names = [r[1] for r in db.connection.execute("PRAGMA table_info(run)") if r[1] != drop]
        return [*found, db.connection.execute(f"SELECT {', '.join(names)} FROM run").fetchall()]

    whole, single = Writer(path), Writer(tmp_path / "other.db")
    await whole.write(events)
    await single.write(*([event] for event in events))
    # Times are those of the clock that heartbeats look at too.
    assert len(rows(whole.db)) == len(rows(single.db))
    for one, other in zip(rows(whole.db), rows(single.db), strict=True):
        assert strip_times(one) == strip_times(other)


def strip_times(rows: list[object]) -> list[list[object]]:
    return [
        [value for value in row if not (isinstance(value, float) and value > 1e5)]
        for row in rows
        if isinstance(row, tuple)
    ]


async def test_spend_is_kept_by_day_and_model(writer: Writer) -> None:
    await writer.write([queued(), turn(), lost(), turn(TESTS, usage=Usage(1), cost=Cost(0, 1))])
    day = day_of(1_000_000.0)
    assert day == time.strftime("%Y-%m-%d", time.localtime(1_000_000.0))
    rows = {row.model: row for row in spend_rows(writer.db)}
    assert set(rows) == {"quiet", "scripted/quiet"}
    assert (rows["quiet"].calls, rows["quiet"].lost_attempts) == (2, 0)
    assert rows["quiet"].usage == TURN_USAGE + Usage(1)
    assert rows["quiet"].cost == Cost(7_000, 1)
    assert (rows["scripted/quiet"].calls, rows["scripted/quiet"].lost_attempts) == (0, 1)
    usage, cost = spend_on(writer.db, day)
    run = get_run(writer.db, writer.run_id)
    assert (usage, cost) == (run.usage, run.cost)
    assert spend_on(writer.db, "2001-01-01") == (Usage(), Cost())
    assert spend_rows(writer.db, since_day="9999-01-01") == []


async def test_estimates_stay_estimates_in_sums(writer: Writer) -> None:
    run = await writer.write(
        [turn(), turn(usage=Usage(5, is_estimated=True), cost=Cost(1, is_estimated=True)), turn()]
    )
    assert run.usage.is_estimated
    assert run.cost.is_estimated


async def test_an_attempt_lost_before_its_agent_was_queued_goes_to_the_runs_model(
    writer: Writer,
) -> None:
    await writer.write([lost()])
    assert [row.model for row in spend_rows(writer.db)] == ["scripted/quiet"]


async def test_skills_that_were_used(writer: Writer) -> None:
    use = SkillInvoked(SECURITY, "review-security", "hash")
    await writer.write([queued(), use, SkillInvoked(TESTS, "review-security", "hash")])
    await writer.write([RunResumed(2), use])
    stats = skill_stats(writer.db)
    assert (stats["review-security"].uses, stats["review-security"].runs) == (2, 1)
    assert stats.keys() == {"review-security"}


async def test_gate_results_and_their_history(writer: Writer) -> None:
    await writer.write([gate("fail", findings=2)], [gate("degraded", findings=1)])
    step_gate = GateFinished(MERGE, GateResult("pytest", "tests", "pass", 1, 1))
    await writer.write([step_gate])
    found = result.gates_of_run(writer.db, writer.run_id)
    assert [(agent, r.gate, r.verdict) for agent, r in found] == [
        (SECURITY, "ruff S", "degraded"),
        (None, "pytest", "pass"),
    ]
    assert found[0][1].findings == (finding(0),)
    rows = result.gate_history(writer.db)
    assert [(row.gate, row.agent_id, row.number) for row in rows] == [
        ("pytest", None, 1),
        ("ruff S", SECURITY, 1),
    ]
    assert [row.findings for row in result.gate_history(writer.db, "ruff S")] == [1]


async def test_merged_findings_keep_their_order_and_first_run(writer: Writer, path: Path) -> None:
    await writer.write([merge(3)])
    found = result.findings_of_run(writer.db, writer.run_id)
    assert [m.finding.fingerprint for m in found] == ["f0", "f1", "f2"]
    assert result.first_seen(writer.db, writer.run_id) == {"f0": 1, "f1": 1, "f2": 1}
    other = Writer(path.with_name("second.db"))
    assert result.findings_of_run(other.db, other.run_id) == []


async def test_an_agents_row_says_what_it_took(writer: Writer) -> None:
    await writer.write([queued(), started(), turn(), lost(), turn(number=2), finished(findings=2)])
    row = writer.db.connection.execute(
        "SELECT skill, lens, state, turns, lost_attempts, findings, input_tokens FROM agent"
    ).fetchone()
    assert row == ("review-security", "security", "done", 2, 1, 2, 250)


async def test_a_new_owner_goes_on_with_the_sums(path: Path, writer: Writer) -> None:
    await writer.write([queued(), started(), turn()])
    journal = Journal(path, writer.run_id, take_run(writer.db, writer.run_id), clock())
    journal.emit(RunResumed(2))
    journal.emit(lost())
    await journal.aclose()
    assert get_run(writer.db, writer.run_id).usage == TURN_USAGE + LOST_USAGE
