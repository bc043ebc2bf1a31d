from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ladder_tui.domain.ids import RunId
from ladder_tui.errors import UsageError
from ladder_tui.store import run
from ladder_tui.store.database import Database
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.spend import day_of, spend_on
from tests.store.build import clock, entry, finished, open_with_run, queued, spec, turn


def test_numbers_count_up_and_are_never_given_twice(db: Database) -> None:
    assert [run.create_run(db, spec(f"r-{n}")).number for n in (1, 2, 3)] == [1, 2, 3]
    run.delete_run(db, RunId("r-3"))
    assert run.create_run(db, spec("r-4")).number == 4


def test_a_spec_comes_back_as_it_was_with_its_number(db: Database) -> None:
    stored = run.create_run(db, spec())
    assert run.get_spec(db, stored.run_id) == stored
    assert stored == msgspec.structs.replace(spec(), number=1)


def test_an_unknown_run_is_a_wrong_use(db: Database) -> None:
    for ask in (run.get_spec, run.get_run, run.take_run, run.heartbeat_at, run.delete_run):
        with pytest.raises(UsageError, match="no run r-9") as caught:
            ask(db, RunId("r-9"))
        assert caught.value.next_step


def test_every_taking_starts_a_new_epoch(db: Database) -> None:
    run_id = run.create_run(db, spec()).run_id
    assert [run.take_run(db, run_id) for _ in range(3)] == [1, 2, 3]


def test_the_list_is_newest_first_and_can_be_narrowed(db: Database) -> None:
    for number in range(1, 6):
        run.create_run(db, spec(f"r-{number}", "review" if number % 2 else "audit"))
    assert [r.number for r in run.list_runs(db, 3)] == [5, 4, 3]
    assert [r.number for r in run.list_runs(db, before=3)] == [2, 1]
    assert [r.number for r in run.list_runs(db, workflow="audit")] == [4, 2]


def test_the_list_reads_summary_rows_and_no_events(db: Database) -> None:
    statements: list[str] = []
    run.create_run(db, spec())
    db.connection.set_trace_callback(statements.append)
    run.list_runs(db)
    db.connection.set_trace_callback(None)
    selects = [text for text in statements if text.startswith("SELECT")]
    assert len(selects) == 1
    plan = db.connection.execute("EXPLAIN QUERY PLAN " + selects[0]).fetchall()
    assert [row[3] for row in plan] == ["SCAN run"]


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("last", [3]),
        ("2", [2]),
        ("#2", [2]),
        ("r-2026-b", [2]),
        ("r-2026", [3, 2, 1]),
        ("r-2027", []),
        ("#", []),
        ("9", []),
    ],
)
def test_a_run_is_found_by_id_prefix_or_number(db: Database, ref: str, found: list[int]) -> None:
    for name in ("a", "b", "c"):
        run.create_run(db, spec(f"r-2026-{name}"))
    assert [r.number for r in run.find_runs(db, ref)] == found


async def test_a_removed_run_leaves_nothing_but_its_spend(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal.emit(queued())
    await journal.commit([turn()], entry())
    journal.emit(finished())
    await journal.aclose()
    spent = spend_on(db, day_of(1_000_000.0))
    run.delete_run(db, run_id)
    assert run.list_runs(db) == []
    assert read_events(db, run_id) == []
    for table in ("agent", "ledger", "run_spec", "event"):
        assert db.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert spend_on(db, day_of(1_000_000.0)) == spent != spend_on(db, "2001-01-01")
    db.close()
