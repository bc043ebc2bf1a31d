"""The board of agents: order, stable ground, columns, what each state says."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from ladder_tui.domain.event import WAITS_FOR_BUDGET, AgentState, LiveRow
from ladder_tui.domain.ids import AgentId, QuestionId, StepId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.agent_card import AgentCard, Segment
from ladder_tui.ui.glyphs import ASCII, UNICODE
from ladder_tui.ui.theme import DARK, build_styles
from ladder_tui.ui.widgets.board import ORDER_EVERY_S, Board
from ladder_tui.ui.widgets.board_cells import Moment, activity_text, age_text, columns, state_glyph
from ladder_tui.ui.widgets.board_order import FROZEN_S, keep_order, order
from ladder_tui.ui.widgets.line import fit_columns
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.timeline import Scale, paint

LOOK = build_styles(DARK.to_color_system().generate() | DARK.variables)
LIVE = Moment(100.0, True)


def card(name: str, state: AgentState = "running", **more: object) -> AgentCard:
    """An agent that showed a sign of life five seconds before the moment."""
    values: dict[str, object] = {"last_event_at": 95.0, "started_at": 60.0, "agent_attempt": 1}
    values.update(more)
    return AgentCard(
        agent_id=AgentId(name), step_id=StepId("s"), name=name, state=state, **values  # type: ignore[arg-type]
    )  # fmt: skip


def cards(*made: AgentCard) -> dict[AgentId, AgentCard]:
    return {c.agent_id: c for c in made}


MIXED = cards(
    card("done", "done"), card("running"), card("queued", "queued"), card("failed", "failed"),
    card("silent", last_event_at=20.0), card("broke", "budget"), card("off", "cancelled"),
)  # fmt: skip


def test_attention_puts_first_what_needs_a_look() -> None:
    assert order(MIXED, "attention", LIVE) == [
        "silent", "failed", "broke", "running", "queued", "off", "done"
    ]  # fmt: skip
    replayed = order(MIXED, "attention", Moment(100.0, False))
    assert replayed.index(AgentId("running")) < replayed.index(AgentId("silent"))


def test_other_sorts() -> None:
    made = cards(
        card("a", cost=Cost(1)), card("b", cost=Cost(3), findings=1), card("c", findings=4)
    )
    assert order(made, "start", LIVE) == ["a", "b", "c"]
    assert order(made, "cost", LIVE) == ["b", "a", "c"]
    assert order(made, "findings", LIVE) == ["c", "b", "a"]


def test_a_kept_order_takes_new_ones_at_the_end() -> None:
    ids = [AgentId(i) for i in "cab"]
    assert keep_order([AgentId(i) for i in "abx"], [*ids, AgentId("d")]) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (200, set()),
        (120, set()),
        (100, {"cache", "try"}),
        (80, {"cache", "try", "in", "out"}),
        (60, {"cache", "try", "in", "out"}),
    ],
)
def test_columns_fall_in_the_order_of_the_design(cells: int, missing: set[str]) -> None:
    every = {c.id for c in columns(cells, 14)}
    fitted = fit_columns(columns(cells, 14), cells - 4)
    assert every - {c.id for c, _ in fitted} == missing
    if cells >= 80:
        assert sum(w for _, w in fitted) + 2 * (len(fitted) - 1) <= cells - 4


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (card("a", "queued"), "queued"),
        (card("a", "done", findings=4), "4 findings"),
        (card("a", "done", findings=4, unverified=1), "4 findings, 1 unverified"),
        (card("a", "failed", failure="invalid_output"), "invalid output"),
        (card("a", "failed", reason="no \x1b[31mschema"), "no schema"),
        (card("a", agent_attempt=2), "working, attempt 2"),
        (card("a", last_event_at=1.0), "silent: working"),
        (card("a", live=LiveRow(AgentId("a"), "generating", 99.0)), "generating"),
    ],
)
def test_activity_says_what_it_does_or_how_it_ended(made: AgentCard, text: str) -> None:
    assert activity_text(made, LIVE) == text


def test_nothing_ages_or_stalls_when_no_runner_is_at_work() -> None:
    silent, gone = card("a", last_event_at=1.0), Moment(1e9, False)
    assert activity_text(silent, gone) == "interrupted"
    assert state_glyph(silent, gone, UNICODE, LOOK)[0] == UNICODE.paused
    assert age_text(silent, gone) == ""


def test_who_waits_for_a_person_a_budget_or_a_pause_is_not_silent() -> None:
    budget = LiveRow(AgentId("a"), WAITS_FOR_BUDGET, 2.0)
    waits = card("a", last_event_at=1.0, live=budget)
    asks = card("b", last_event_at=1.0, question=QuestionId("q"), asks="pytest", asks_since=80.0)
    paused = card("c", last_event_at=1.0, is_paused=True)
    texts = [activity_text(made, LIVE) for made in (waits, asks, paused)]
    assert texts == ["waits for budget", "pytest", "paused"]
    assert age_text(asks, LIVE) == "0:20"
    assert order(cards(paused, waits, asks), "attention", LIVE) == ["b", "a", "c"]


def test_ages_are_those_of_the_activity_and_at_the_end_of_the_agent() -> None:
    assert age_text(card("a"), LIVE) == "0:05"
    assert age_text(card("a", "done", finished_at=98.0), LIVE) == "0:38"


def test_the_timeline_has_one_scale_and_tells_kinds_apart_without_colour() -> None:
    made = card("a", "done", started_at=0.0, finished_at=80.0, segments=[
        Segment("gate", 0, 10), Segment("model", 10, 40), Segment("retry", 40, 50),
        Segment("model", 50, 60), Segment("tool", 60, 70), Segment("wait", 70, 80),
    ])  # fmt: skip
    for glyphs, drawn in ((UNICODE, "┅┅━━━━━━✗╌━━══╌╌✓    "), (ASCII, "~~======x-==##--+    ")):
        row = paint(made, Scale(0.0, 100.0), 21, LIVE, glyphs, LOOK)
        assert "".join(character for character, _ in row) == drawn


class BoardApp(App[None]):
    """The board alone, with a clock that stands still until it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self.look, self.glyphs = LOOK, UNICODE
        self.now = 100.0
        self.touched_at = float("-inf")
        self.moved: list[str | None] = []
        self.opened: list[str] = []

    def clock(self) -> float:
        return self.now

    def touched(self) -> None:
        self.touched_at = self.now

    def compose(self) -> ComposeResult:
        yield Board()

    def on_row_view_moved(self, event: RowView.Moved) -> None:
        self.moved.append(event.row_id)

    def on_row_view_opened(self, event: RowView.Opened) -> None:
        self.opened.append(event.row_id)

    @property
    def board(self) -> Board:
        return self.query_one(Board)


@pytest.fixture
def swarm() -> dict[AgentId, AgentCard]:
    return cards(*(card(f"a{n:02d}", usage=Usage(n, 1)) for n in range(60)))


async def test_the_cursor_follows_its_agent_and_the_order_waits_for_the_reader(
    swarm: dict[AgentId, AgentCard],
) -> None:
    app = BoardApp()
    async with app.run_test(size=(120, 20)) as pilot:
        board = app.board
        board.show(swarm, 1, LIVE)
        board.move(5)
        assert board.cursor_id == "a05"
        app.touched()
        swarm[AgentId("a40")].state = "failed"
        app.now += ORDER_EVERY_S
        board.show(swarm, 2, Moment(app.now, True))
        assert board.row_ids[0] == "a00"
        app.now += FROZEN_S
        board.show(swarm, 3, Moment(app.now, True))
        assert board.row_ids[0] == "a40"
        assert board.cursor_id == "a05"
        await pilot.pause()
        assert board.cursor_index == 6


async def test_a_row_that_goes_away_leaves_the_cursor_at_its_place(
    swarm: dict[AgentId, AgentCard],
) -> None:
    app = BoardApp()
    async with app.run_test(size=(120, 20)) as pilot:
        app.board.show(swarm, 1, LIVE)
        app.board.move(3)
        app.board.set_query("a1")
        assert app.board.row_ids == [f"a1{n}" for n in range(10)]
        assert app.board.cursor_id == "a13"
        app.board.set_query("nobody")
        await pilot.pause()
        assert app.moved == ["a00", "a03", "a13", None]


async def test_mouse_selects_opens_scrolls_and_sorts(swarm: dict[AgentId, AgentCard]) -> None:
    app = BoardApp()
    async with app.run_test(size=(120, 20)) as pilot:
        app.board.show(swarm, 1, LIVE)
        await pilot.pause()
        await pilot.click(Board, offset=(20, 4))
        assert app.board.cursor_id == "a03"
        assert app.opened == []
        await pilot.click(Board, offset=(20, 4))
        await pilot.pause()
        assert app.opened == ["a03"]
        app.board.scroll_to(y=10, animate=False)
        await pilot.pause()
        await pilot.click(Board, offset=(20, 4))
        assert app.board.cursor_id == "a13"
        await pilot.click(Board, offset=(5, 0))
        assert app.board.sort == "start"


async def test_only_visible_rows_are_drawn(swarm: dict[AgentId, AgentCard]) -> None:
    app = BoardApp()
    drawn: list[str] = []
    async with app.run_test(size=(120, 20)) as pilot:
        board = app.board
        draw = board.draw_row

        def counted(row_id, cells, base, *, is_cursor):  # type: ignore[no-untyped-def]
            drawn.append(row_id)
            return draw(row_id, cells, base, is_cursor=is_cursor)

        board.draw_row = counted  # type: ignore[method-assign]
        board.show(swarm, 1, LIVE)
        await pilot.pause()
        assert len(set(drawn)) == 19
