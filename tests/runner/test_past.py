"""What a new runner learns from the journal of earlier ones; the scope that stays."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from ladder_tui.domain.event import (
    CommandApplied,
    Event,
    RunFinished,
    TurnStarted,
)
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.workflow import Step, Workflow, WorkflowInput
from ladder_tui.runner.ledger import RunLedger
from ladder_tui.runner.leftover import Past, read_past
from ladder_tui.runner.pinned_scope import pinned_scope
from ladder_tui.store.database import open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger
from ladder_tui.store.run import take_run
from tests.agent.world import RUN
from tests.store.build import SECURITY, TESTS, lost, open_with_run, spec, turn

CHOICE = ModelChoice("scripted", "x", is_free=True)


async def past(path: Path, *events: Event) -> Past:
    database, run, epoch = open_with_run(path / "ladder.db")
    journal = Journal(path / "ladder.db", run, epoch, time.time)
    for event in events:
        journal.emit(event)
    await journal.aclose()
    read = read_past(database, run, CHOICE)
    database.close()
    return read


def begun(agent_id: AgentId, number: int = 1) -> TurnStarted:
    return TurnStarted(agent_id, number, 1, "hash", 700, 100)


async def test_a_call_without_an_end_is_charged_as_an_estimate(tmp_path: Path) -> None:
    read = await past(
        tmp_path, begun(SECURITY), turn(SECURITY), begun(TESTS), lost(TESTS), begun(TESTS, 2)
    )
    (open_call,) = read.lost
    assert (open_call.agent_id, open_call.turn, open_call.kind) == (TESTS, 2, "runner_gone")
    assert open_call.usage == Usage(700, is_estimated=True)


async def test_a_cancelled_agent_stays_cancelled_until_the_run_ends(tmp_path: Path) -> None:
    stop = CommandApplied(1, "cancel_agent", "applied", SECURITY)
    refused = CommandApplied(2, "cancel_agent", "refused: the agent has ended", TESTS)
    end = RunFinished("cancelled", "none", "", Usage(), Cost(), 0, 0, 0, 0.0)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert (await past(tmp_path / "a", stop, refused)).cancelled == {SECURITY}
    assert (await past(tmp_path / "b", stop, end)).cancelled == frozenset()


async def test_the_scope_stays_as_it_was_at_the_start(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text("a = 1\n")
    (root / "other.py").write_text("b = 1\n")
    workflow = Workflow(
        name="w", inputs={"path": WorkflowInput(type="directory")}, steps=(Step(id="s", skill="x"),)
    )
    run = msgspec.structs.replace(spec(), workflow=workflow)
    seen = []
    for _ in range(2):
        if not (tmp_path / "ladder.db").exists():
            open_with_run(tmp_path / "ladder.db")[0].close()
        database = open_database(tmp_path / "ladder.db")
        journal = Journal(tmp_path / "ladder.db", RUN, take_run(database, RUN), time.time)
        ledger = RunLedger(Ledger.load(database, RUN), journal)
        seen.append(await pinned_scope(run, root, ledger))
        await journal.aclose()
        database.close()
        (root / "src/b.py").write_text("later = 1\n")
    assert seen[0].files == ("src/a.py",)
    assert seen[0] == seen[1]


async def test_gates_of_this_process_are_known_again(tmp_path: Path) -> None:
    database, run, epoch = open_with_run(tmp_path / "ladder.db")
    journal = Journal(tmp_path / "ladder.db", run, epoch, time.time)
    ledger = RunLedger(Ledger.load(database, run), journal)
    ledger.put("g", "gate", SECURITY, b"{}")
    ledger.put("t", "tool", SECURITY, b"{}")
    assert (ledger.get("g"), ledger.get("t")) == (b"{}", None)
    await journal.aclose()
    database.close()
