from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladder_tui.domain.event import AttemptLost, Event, LiveRow, TurnFinished
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.agent_card import total
from ladder_tui.projections.run_view import RunView, cards_by_attention, fold, to_dict, totals
from ladder_tui.projections.transcript import Transcript
from ladder_tui.store.database import open_database
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import get_run
from ladder_tui.store.spend import spend_rows
from tests.property.event_strategy import events, records
from tests.store.build import clock, open_with_run

LENIENT = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
histories = st.lists(events, max_size=30)


def spent(found: list[Event]) -> tuple[Usage, Cost]:
    usage, cost = Usage(), Cost()
    for event in found:
        if isinstance(event, TurnFinished | AttemptLost):
            usage, cost = usage + event.usage, cost + event.cost
    return usage, cost


@given(histories, st.integers(0, 30))
@LENIENT
def test_a_fold_may_be_cut_anywhere(found: list[Event], cut: int) -> None:
    all_records = records(found)
    whole = fold(all_records)
    parts = fold(all_records[cut:], fold(all_records[:cut]))
    assert to_dict(parts) == to_dict(whole)
    one_by_one = RunView()
    for record in all_records:
        one_by_one.apply(record)
    assert to_dict(one_by_one) == to_dict(whole)


@given(histories, st.integers(0, 30))
@LENIENT
def test_events_that_are_read_again_change_nothing(found: list[Event], back: int) -> None:
    all_records = records(found)
    view = fold(all_records)
    before, version = to_dict(view), view.version
    view.apply_all(all_records[max(0, len(found) - back) :])
    assert to_dict(view) == before
    assert view.version == version


@given(histories)
@LENIENT
def test_live_meters_change_nothing_that_is_folded(found: list[Event]) -> None:
    view = fold(records(found))
    before = to_dict(view)
    view.apply_live([LiveRow(AgentId("scan/a"), "generating", 9e9, 5, "text")])
    assert to_dict(view) == before


@given(histories)
@LENIENT
def test_usage_is_the_sum_of_turns_and_lost_attempts_everywhere(found: list[Event]) -> None:
    view = fold(records(found))
    assert (view.usage, view.cost) == spent(found)
    of_cards = total(view.agents.values())
    assert (of_cards.usage, of_cards.cost) == (view.usage, view.cost)
    assert totals(view) == of_cards


@given(histories)
@LENIENT
def test_segments_are_closed_in_order_and_none_stays_open_after_the_end(
    found: list[Event],
) -> None:
    view = fold(records(found))
    for card in view.agents.values():
        for segment in card.segments:
            assert segment.end is None or segment.end >= segment.start
        if card.is_final and view.last_at == card.finished_at:
            assert all(segment.end is not None for segment in card.segments)
    assert sorted(c.agent_id for c in cards_by_attention(view, 9e9)) == sorted(view.agents)


@given(histories, st.integers(0, 30))
@LENIENT
def test_a_transcript_may_be_cut_anywhere(found: list[Event], cut: int) -> None:
    all_records = records(found)
    whole, parts = Transcript(AgentId("scan/a")), Transcript(AgentId("scan/a"))
    for record in all_records:
        whole.apply(record)
    for record in [*all_records[:cut], *all_records[:cut], *all_records[cut:]]:
        parts.apply(record)
    assert parts.items == whole.items


@given(histories, st.lists(st.integers(1, 5), max_size=5))
@settings(LENIENT, max_examples=25)
def test_summary_rows_and_spend_equal_the_sums_over_stored_events(
    found: list[Event], cuts: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "ladder.db"
        db, run_id, epoch = open_with_run(path)

        async def write() -> None:
            journal = Journal(path, run_id, epoch, clock())
            left = list(found)
            for cut in cuts:
                for event in left[:cut]:
                    journal.emit(event)
                left = left[cut:]
                await journal.flush()
            for event in left:
                journal.emit(event)
            await journal.aclose()

        asyncio.run(write())
        stored = read_events(db, run_id)
        run, rows = get_run(db, run_id), spend_rows(db)
        db.close()
        view = fold(stored)
        assert [record.event for record in stored] == found
        assert (run.usage, run.cost) == spent(found) == (view.usage, view.cost)
        assert sum((row.usage for row in rows), Usage()) == run.usage
        assert sum((row.cost for row in rows), Cost()) == run.cost
        assert run.state == view.state
        # A step announces its slots before they are queued; the rows know the queued ones.
        assert run.agents_total <= len(view.agents)
        reopened = open_database(path)
        assert read_events(reopened, run_id) == stored
        reopened.close()
