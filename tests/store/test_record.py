"""Commands, ledgers, process groups, dispositions and small records."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.command import CancelAgent, CancelRun, Command, Continue, Pause
from ladder_tui.domain.finding import Disposition
from ladder_tui.domain.ids import CommandId, RunId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.errors import FencedError, UsageError
from ladder_tui.store import command, process_group, record, result
from ladder_tui.store.database import Database
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger, LedgerEntry
from ladder_tui.store.run import create_run, take_run
from tests.store.build import SECURITY, clock, entry, open_with_run, spec


def test_commands_wait_in_order_and_are_applied_once(path: Path) -> None:
    db, run_id, _ = open_with_run(path)
    sent: list[Command] = [Pause(), Continue(), CancelAgent(SECURITY), CancelRun()]
    ids = [command.send(db, run_id, each, at=1.0) for each in sent]
    assert command.pending(db, run_id) == list(zip(ids, sent, strict=True))
    assert command.outcome(db, ids[0]) is None
    assert command.mark_applied(db, ids[0], at=2.0)
    assert not command.mark_applied(db, ids[0], at=3.0)
    assert command.mark_applied(db, ids[2], at=3.0, outcome="already finished")
    assert [id_ for id_, _ in command.pending(db, run_id)] == [ids[1], ids[3]]
    assert command.outcome(db, ids[0]) == "applied"
    assert command.outcome(db, ids[2]) == "already finished"
    assert not command.mark_applied(db, CommandId(99))
    with pytest.raises(UsageError):
        command.send(db, RunId("r-9"), Pause())
    db.close()


def test_commands_go_to_their_run(db: Database) -> None:
    first = create_run(db, spec("r-1")).run_id
    second = create_run(db, spec("r-2")).run_id
    id_ = command.send(db, second, Pause())
    assert command.pending(db, first) == []
    assert command.pending(db, second) == [(id_, Pause())]


async def test_a_ledger_is_of_one_run_and_the_newest_result_stands(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    other = create_run(db, spec("r-2")).run_id
    journal = Journal(path, run_id, epoch, clock())
    again = LedgerEntry("k1", "turn", SECURITY, b"{}", Usage(1, is_estimated=True), Cost(0, 1))
    await journal.commit([], entry("k1"))
    await journal.commit([], entry("k2"))
    await journal.commit([], again)
    await journal.aclose()
    ledger = Ledger.load(db, run_id)
    assert (ledger.get("k1"), ledger.get("k2"), ledger.get("k3")) == (again, entry("k2"), None)
    assert len(ledger) == 2
    assert len(Ledger.load(db, other)) == 0
    db.close()


def test_process_groups_are_remembered_until_they_end(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    process_group.record_group(db, run_id, epoch, 100, 5_000, "ruff S")
    process_group.record_group(db, run_id, epoch, 101, 5_001, "git")
    process_group.forget_group(db, run_id, 101)
    left = [process_group.ProcessGroup(100, 5_000, "ruff S", epoch)]
    assert process_group.groups(db, run_id) == left
    newer = take_run(db, run_id)
    with pytest.raises(FencedError):
        process_group.record_group(db, run_id, epoch, 102, 5_002, "late")
    process_group.record_group(db, run_id, newer, 100, 9_000, "reused number")
    assert process_group.groups(db, run_id)[0].started_ticks == 9_000
    db.close()


def test_the_newest_disposition_counts_and_earlier_ones_stay(db: Database) -> None:
    first = Disposition("f1", "dismissed", "false positive", 1.0, 4.5, "r-1")
    second = Disposition("f1", "reopened", "it is real", 2.0, 0.0)
    third = Disposition("f2", "accepted", "", 3.0, 1.5)
    for each in (first, second, third):
        result.add_disposition(db, each)
    assert result.latest_dispositions(db) == {"f1": second, "f2": third}
    assert result.disposition_history(db, "f1") == [first, second]
    assert result.disposition_history(db) == [first, second, third]


def test_prd_edits_and_launch_values(db: Database) -> None:
    record.add_prd_edit(db, "a.md", 30.5, 1.0)
    record.add_prd_edit(db, "b.md", 2.0, 2.0)
    assert record.prd_edits(db, "a.md") == [record.PrdEdit("a.md", 30.5, 1.0)]
    assert len(record.prd_edits(db)) == 2
    assert record.last_launch(db, "review") == {}
    record.set_launch(db, "review", {"path": "src", "max_parallel": 4}, 1.0)
    record.set_launch(db, "review", {"path": "lib", "deep": True}, 2.0)
    assert record.last_launch(db, "review") == {"path": "lib", "deep": True}
