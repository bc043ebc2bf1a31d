from __future__ import annotations

import json
from pathlib import Path

import pytest

from ladder_tui.domain.event import NoteAdded, ToolStarted
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.errors import UsageError
from ladder_tui.store.database import Database
from ladder_tui.store.event import (
    decode_event,
    encode_event,
    latest_id,
    read_agent_events,
    read_events,
)
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import create_run, take_run
from tests.store.build import SECURITY, TESTS, clock, note, open_with_run, queued, spec, started


def test_an_encoded_event_knows_its_type_and_agent() -> None:
    row = encode_event(started(), 5.0)
    assert (row.at, row.type, row.agent_id) == (5.0, "agent_started", SECURITY)
    assert json.loads(row.body) == {"type": "agent_started", "agent_id": SECURITY}
    assert encode_event(note(1), 5.0).agent_id == ""


def test_lone_surrogates_from_a_model_do_not_lose_the_event() -> None:
    event = ToolStarted(SECURITY, "t1", "Grep", {"pattern\ud800": ["a\udfffb", 1, None]})
    stored = decode_event(encode_event(event, 0.0).body)
    assert isinstance(stored, ToolStarted)
    assert stored.input == {"pattern\ufffd": ["a\ufffdb", 1, None]}


def test_an_event_that_json_cannot_hold_is_refused_where_it_is_emitted() -> None:
    with pytest.raises(TypeError):
        encode_event(ToolStarted(SECURITY, "t1", "Grep", {"x": object()}), 0.0)


async def write(path: Path, run_id: RunId, epoch: int, count: int) -> None:
    journal = Journal(path, run_id, epoch, clock())
    for number in range(count):
        journal.emit(note(number))
    await journal.aclose()


async def test_events_come_back_in_order_page_by_page(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    await write(path, run_id, epoch, 25)
    pages, after = [], 0
    while page := read_events(db, run_id, after, limit=10):
        pages.append(page)
        after = page[-1].id
    records = [record for page in pages for record in page]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [record.seq for record in records] == list(range(1, 26))
    assert [r.event for r in records] == [NoteAdded(f"note {n}") for n in range(25)]
    assert after == latest_id(db, run_id)
    db.close()


async def test_runs_that_write_side_by_side_do_not_see_each_other(path: Path) -> None:
    db, first, epoch = open_with_run(path)
    second = create_run(db, spec("r-2")).run_id
    journals = [
        Journal(path, first, epoch, clock()),
        Journal(path, second, take_run(db, second), clock()),
    ]
    for number in range(30):
        for which, journal in enumerate(journals):
            journal.emit(note(100 * which + number))
        if number % 10 == 0:
            for journal in journals:
                await journal.flush()
    for journal in journals:
        await journal.aclose()
    for which, run_id in enumerate((first, second)):
        records = read_events(db, run_id)
        assert [r.event for r in records] == [note(100 * which + n) for n in range(30)]
        assert [r.seq for r in records] == list(range(1, 31))
        assert read_events(db, run_id, records[9].id) == records[10:]
    db.close()


def test_a_run_without_events_has_none(db: Database) -> None:
    run_id = create_run(db, spec()).run_id
    assert read_events(db, run_id) == []
    assert latest_id(db, run_id) == 0
    assert read_events(db, RunId("r-9")) == []
    with pytest.raises(UsageError):
        latest_id(db, RunId("r-9"))


async def test_events_of_an_agent_come_with_those_of_the_run(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    for event in (queued(), queued(TESTS), note(1), started(TESTS), started()):
        journal.emit(event)
    await journal.aclose()
    found = [r.event for r in read_agent_events(db, run_id, SECURITY)]
    assert found == [queued(), note(1), started()]
    assert [r.event for r in read_agent_events(db, run_id, AgentId("x"), 2)] == [note(1)]
    db.close()


async def test_people_can_read_events_with_a_sqlite_shell(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    await write(path, run_id, epoch, 1)
    row = db.connection.execute(
        "SELECT type, json_extract(body, '$.text') FROM event_json"
    ).fetchone()
    assert row == ("note_added", "note 0")
    db.close()
