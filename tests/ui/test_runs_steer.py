"""Steering agents from the Runs pane: by keys, by the sheet of facets, from a step's slot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ladder_tui.domain.command import (
    CancelAgent,
    Command,
    ContinueAgent,
    Interject,
    PauseAgent,
    RetryAgent,
    SetLimits,
)
from ladder_tui.domain.event import (
    AgentQueued,
    AgentStarted,
    RunStarted,
    StepStarted,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import Message, ToolUseBlock
from ladder_tui.domain.run import RunLimits
from ladder_tui.errors import UsageError
from ladder_tui.store.command import pending
from ladder_tui.store.database import open_database
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.ui.panes.runs_limits import limits_text, parse_limits
from ladder_tui.ui.waiting import terminal_title
from ladder_tui.workbench import Workbench
from tests.ui import steer_story, story
from tests.ui.conftest import make_app, screen_text
from tests.ui.steer_story import agent

WIDE, NARROW = (120, 40), (80, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
Size = tuple[int, int]


@pytest.fixture
async def build_root(empty_root: Path) -> AsyncIterator[Path]:
    """A run at work whose agents edit."""
    events = steer_story.build(empty_root)
    workflow = steer_story.WORKFLOW
    _, lock = await story.write_run(empty_root, 1, events, live=True, workflow=workflow)
    yield empty_root
    if lock is not None:
        lock.release()


@pytest.fixture
def build_wb(build_root: Path) -> Iterator[Workbench]:
    workbench = Workbench.open(build_root)
    yield workbench
    workbench.close()


def pane_of(app: LadderApp) -> RunsPane:
    assert isinstance(app.pane, RunsPane)
    return app.pane


def sent(workbench: Workbench) -> list[Command]:
    """What waits for the runner, oldest first."""
    database = open_database(workbench.root / ".ladder" / "ladder.db")
    run_id = RunId(workbench.runs.list(1)[0].run_id)
    found = [command for _, command in pending(database, run_id)]
    database.close()
    return found


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


LOOKS: dict[str, tuple[str, ...]] = {
    "agents": (),
    "conflict": ("j", "j", "j", "enter", "right_square_bracket"),
    "told": ("j", "j", "j", "enter"),
    "grouped": ("f", *["j"] * 9, "enter", "escape"),
    "facets": ("f",),
    "needs-you": ("f", "j", "enter", "escape"),
    "interject": ("i",),
    "limits": ("L",),
}


@SIZES
@pytest.mark.parametrize("state", list(LOOKS))
def test_looks(build_wb: Workbench, snap_compare: Any, state: str, size: Size) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause()
        await press(pilot, *LOOKS[state])
        for field in pilot.app.screen.query("Field"):
            field.cursor_blink = False  # type: ignore[attr-defined]
        await pilot.pause()

    assert snap_compare(make_app(build_wb), terminal_size=size, run_before=before)


async def test_what_needs_a_person_comes_first_and_says_what_it_wants(build_wb: Workbench) -> None:
    app = make_app(build_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        names = [row.partition("/")[2] for row in pane_of(app).board.row_ids]
        text = screen_text(app)
    assert names == ["api", "tests", "lint", "cart", "search", "docs", "types"]
    assert "? pytest -q tests/api" in text
    assert "◌ silent:" in text
    assert "⊝ paused" in text
    assert "1 conflict" in text


async def test_keys_steer_the_agent_under_the_cursor(build_wb: Workbench) -> None:
    app = make_app(build_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        board = pane_of(app).board
        board.select(agent("docs"))
        await press(pilot, "H")
        board.select(agent("search"))
        await press(pilot, "H", "i", *"short", "enter")
        board.select(agent("lint"))
        await press(pilot, "r", "i")
        assert "the agent has ended" in screen_text(app)
        await press(pilot, "L", *"usd=3", "enter")
        await pilot.pause()
    assert sent(build_wb) == [
        ContinueAgent(agent("docs")),
        PauseAgent(agent("search")),
        Interject(agent("search"), "short"),
        RetryAgent(agent("lint")),
        SetLimits(RunLimits(usd=3.0)),
    ]


async def test_agents_stand_beneath_their_step_and_an_action_takes_all_of_it(
    build_wb: Workbench,
) -> None:
    app = make_app(build_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await press(pilot, *LOOKS["grouped"])
        pane = pane_of(app)
        assert [row for row in pane.board.row_ids if "/" not in row] == ["check\n", "edit\n"]
        await press(pilot, "g", "enter")
        assert pane.board.row_ids[:2] == ["check\n", "edit\n"]
        await press(pilot, "j", "x")
    cancelled = {command.agent_id for command in sent(build_wb) if isinstance(command, CancelAgent)}
    assert cancelled == {agent(name) for name in steer_story.EDITS}


async def test_a_slot_of_a_fan_out_opens_its_agent_and_the_way_back_is_the_steps(
    build_wb: Workbench,
) -> None:
    app = make_app(build_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await press(pilot, "v")
        pane = pane_of(app)
        lines = screen_text(app).splitlines()
        row = next(y for y, line in enumerate(lines) if "search" in line and "├" in line)
        await pilot.click(offset=(lines[row].index("search"), row))
        await pilot.pause()
        assert (pane.board.agent_id, pane.current_area) == (agent("search"), "detail")
        await press(pilot, "escape", "escape")
        assert pane.current_area == "steps"
        await press(pilot, "g", "j", "o")
        assert (pane.board.agent_id, pane.current_area) == (agent("api"), "board")


async def test_a_search_opens_the_fold_that_hides_what_is_looked_for(build_wb: Workbench) -> None:
    app = make_app(build_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane_of(app).board.select(agent("tests"))
        await press(pilot, "enter")
        assert "test_17.py" not in screen_text(app)
        await press(pilot, "slash", *"test_17", "enter")
        assert "tests/test_17.py" in screen_text(app)


# -- acceptance: 200 agents ------------------------------------------------------------------------

IDLE = AgentId("specialists/agent-0137")


def swarm(root: Path) -> list[story.AT_A_TIME]:
    """200 agents at work; one has been silent since its tool answered."""
    step = StepId("specialists")
    ids = [AgentId(f"specialists/agent-{n:04d}") for n in range(200)]
    events: list[story.AT_A_TIME] = [
        (0, RunStarted("review", "w1", 1, {}, "scripted/sonnet", str(root), "untracked",
                       RunLimits(usd=2.0), "bwrap", "0.1.0")),
        (0.1, StepStarted(step, "skill", tuple(ids), 200)),
    ]  # fmt: skip
    for number, id_ in enumerate(ids):
        name = id_.partition("/")[2]
        events.append((0.2, AgentQueued(id_, step, name, "s", "h", "m", 40_000, 60_000, 12)))
        events.append((0.3, AgentStarted(id_)))
        at = 3.0 if id_ == IDLE else 40 + number / 100
        call = Message("assistant", (ToolUseBlock("t1", "Read", {"file_path": "src/db.py"}),))
        used = story.usage(900, 40)
        output = "\n".join(f"{name} line {n}" for n in range(60))
        events += [
            (at, TurnStarted(id_, 1, 1, "p1", 900, 4_096)),
            (at + 0.1, TurnFinished(id_, 1, 1, call, "tool_use", used, story.cents(1), "m", 1, 1)),
            (at + 0.2, ToolStarted(id_, "t1", "Read", {"file_path": "src/db.py"})),
            (at + 0.3, ToolFinished(id_, "t1", "Read", output, False, 0.1, False, "60 lines")),
        ]
    return sorted(events, key=lambda pair: pair[0])


@SIZES
async def test_the_idle_one_of_200_is_read_told_and_cancelled_in_under_ten_keys(
    empty_root: Path, size: Size
) -> None:
    _, lock = await story.write_run(empty_root, 1, swarm(empty_root), live=True)
    workbench = Workbench.open(empty_root)
    app = make_app(workbench)
    keys = 0

    async with app.run_test(size=size) as pilot:
        await pilot.pause()

        async def key(*names: str) -> None:
            nonlocal keys
            for name in names:
                keys += 1
                await pilot.press(name)
                await pilot.pause()

        pane = pane_of(app)
        await key("g")
        assert pane.board.agent_id == IDLE
        await key("enter", "enter")
        assert "agent-0137 line 0" in screen_text(app)
        await key("i", "g", "o", "enter")
        await key("x")
        await pilot.pause()
    commands = sent(workbench)
    workbench.close()
    if lock is not None:
        lock.release()
    assert keys < 10
    assert commands == [Interject(IDLE, "go"), CancelAgent(IDLE)]


# -- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("usd=3.50 tokens=200k parallel=8", RunLimits(3.5, 200_000, 8)),
        ("$4", RunLimits(usd=4.0)),
        ("tokens=1.5M", RunLimits(tokens=1_500_000)),
    ],
)
def test_limits_as_they_are_typed(text: str, limits: RunLimits) -> None:
    assert parse_limits(text) == limits


@pytest.mark.parametrize("text", ["usd=much", "euro=3", "usd=0", "tokens=-5", "usd=nan", "usd="])
def test_what_is_no_limit_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_limits(text)
    assert "usd=3.50" in caught.value.next_step


def test_limits_are_said_and_so_is_that_there_are_none() -> None:
    assert limits_text(RunLimits(2.0, 200_000, 4)) == "$2.00, 200k tokens, 4 at once"
    assert limits_text(RunLimits()) == "none of its own"


def test_the_title_of_the_terminal_names_the_run_that_ended_elsewhere() -> None:
    assert terminal_title("shop", 0, "review #5") == "review #5 ended, ladder shop"
    assert terminal_title("shop", 1, "review #5") == "?1 ladder shop"
