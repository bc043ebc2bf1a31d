"""How the Runs pane and the frame look, state by state, at both sizes of the design."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ladder_tui.errors import StoreError
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import ASCII
from ladder_tui.workbench import Workbench
from tests.ui.conftest import make_app

WIDE, NARROW = (120, 40), (80, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
Size = tuple[int, int]

STATES: dict[str, tuple[str, ...]] = {
    "live": (),
    "transcript": ("j", "j", "j", "enter"),
    "unfolded": ("j", "j", "j", "enter", "g", "j", "j", "j", "j", "enter"),
    "failed-agent": ("j", "enter"),
    "files": ("G", "enter", "right_square_bracket"),
    "findings": ("G", "enter", "right_square_bracket", "right_square_bracket"),
    "history": ("escape",),
    "interrupted": ("escape", "j", "enter"),
    "finished": ("escape", "G", "enter"),
    "palette": ("colon",),
    "help": ("question_mark",),
}


@SIZES
@pytest.mark.parametrize("state", list(STATES))
def test_looks(story_wb: Workbench, snap_compare: Any, state: str, size: Size) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause()
        for key in STATES[state]:
            await pilot.press(key)
            await pilot.pause()
        for field in pilot.app.screen.query("Field"):
            field.cursor_blink = False  # type: ignore[attr-defined]
        await pilot.pause()

    assert snap_compare(make_app(story_wb), terminal_size=size, run_before=before)


@SIZES
def test_looks_with_a_search(story_wb: Workbench, snap_compare: Any, size: Size) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause()
        await pilot.press("j", "j", "j", "enter", "slash", *"loop", "enter")
        await pilot.pause()

    assert snap_compare(make_app(story_wb), terminal_size=size, run_before=before)


@SIZES
def test_looks_with_an_error(story_wb: Workbench, snap_compare: Any, size: Size) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause()
        assert isinstance(pilot.app, LadderApp)
        what = "the database .ladder/ladder.db cannot be written"
        pilot.app.say_error(StoreError(what, why="the disk is full", next_step="free some space"))
        pilot.app.tick()
        await pilot.pause()

    assert snap_compare(make_app(story_wb), terminal_size=size, run_before=before)


@SIZES
def test_looks_when_nothing_has_run(empty_wb: Workbench, snap_compare: Any, size: Size) -> None:
    assert snap_compare(make_app(empty_wb), terminal_size=size)


@SIZES
def test_looks_in_ascii(story_wb: Workbench, snap_compare: Any, size: Size) -> None:
    app = make_app(story_wb, glyphs=ASCII)
    assert snap_compare(app, terminal_size=size, press=["j", "j", "j", "enter"])


def test_looks_in_light(story_wb: Workbench, snap_compare: Any) -> None:
    app = make_app(story_wb, theme="ladder-light")
    assert snap_compare(app, terminal_size=WIDE, press=["j", "j", "j", "enter"])


def test_looks_on_a_large_terminal(story_wb: Workbench, snap_compare: Any) -> None:
    assert snap_compare(make_app(story_wb), terminal_size=(200, 50), press=["j", "j", "j"])


def test_looks_in_a_terminal_that_is_too_small(story_wb: Workbench, snap_compare: Any) -> None:
    assert snap_compare(make_app(story_wb), terminal_size=(40, 10))
