"""Editing a workflow in its pane: saved, in conflict, kept at the end; and how it looks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.workflows import WorkflowsPane
from ladder_tui.ui.screens.choose import Choose
from ladder_tui.workbench import Workbench
from tests.ui.conftest import make_app, screen_text, type_without_pause

WIDE, NARROW = (120, 40), (80, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
MINE = """\
name: mine
description: Counts the lines of one directory, says so.
inputs:
  path: {type: directory, default: ".", help: What to count.}
steps:
  - {id: count, run: [wc, -l, "${inputs.path}"], effect: none}
  - {id: say, run: [echo, counted], effect: none}
"""


@pytest.fixture
def mine(empty_root: Path) -> Path:
    """A workflow of the repository, another with the same two steps, and directories to choose."""
    folder = empty_root / ".ladder" / "workflows"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(MINE)
    (folder / "other.yaml").write_text(MINE.replace("name: mine", "name: other"))
    for name in ("docs", "src/api", "src/store", "tests"):
        (empty_root / name).mkdir(parents=True)
        (empty_root / name / "one.py").write_text("one = 1\n")
    return folder / "mine.yaml"


@pytest.fixture
def trusted(mine: Path, empty_wb: Workbench) -> Workbench:
    """The workbench over it, trusted."""
    empty_wb.skills.trust()
    return empty_wb


def pane_of(app: LadderApp) -> WorkflowsPane:
    pane = app.opened["workflows"]
    assert isinstance(pane, WorkflowsPane)
    return pane


async def settle(pilot: Pilot[int]) -> None:
    """Wait for what is debounced, the workers and the drawing."""
    await pilot.pause(0.3)
    for _ in range(3):
        while any(worker.is_running for worker in pilot.app.workers):
            await pilot.pause(0.02)
        await pilot.pause()


async def open_mine(pilot: Pilot[int], *keys: str) -> WorkflowsPane:
    """Put the cursor on the workflow and press keys."""
    app = pilot.app
    assert isinstance(app, LadderApp)
    await settle(pilot)
    pane = pane_of(app)
    pane.workflow_list.select_name("mine")
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return pane


def on_disk(file: Path) -> str:
    """What the file says now."""
    return file.read_text()


def kept_beside(file: Path) -> list[str]:
    """What was kept beside it when the program ended, oldest first."""
    return [kept.read_text() for kept in sorted(file.parent.glob(f".{file.name}.unsaved-*"))]


def written_elsewhere(file: Path, text: str) -> None:
    """Somebody else writes the file, a second later."""
    file.write_text(text)
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))


async def test_what_is_typed_is_checked_and_saved(mine: Path, trusted: Workbench) -> None:
    app = make_app(trusted, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await open_mine(pilot, "e")
        await pilot.press(*"# x", "enter")
        await settle(pilot)
        typed = screen_text(app)
        assert on_disk(mine) == MINE
        await pilot.press("f2")
        await settle(pilot)
        saved = screen_text(app)
    assert "unsaved" in typed
    assert "2 steps, no problem" in typed
    assert "Saved .ladder/workflows/mine.yaml" in saved
    assert on_disk(mine) == "# x\n" + MINE


@pytest.mark.parametrize("key", ["f2", "ctrl+s"])
async def test_a_save_waits_for_the_keys_typed_before_it(
    mine: Path, trusted: Workbench, key: str
) -> None:
    app = make_app(trusted, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await open_mine(pilot, "e")
        type_without_pause(app, "# typed", key)
        await settle(pilot)
        said, written = screen_text(app), on_disk(mine)
    assert written == "# typed" + MINE
    assert "Saved .ladder/workflows/mine.yaml" in said


@pytest.mark.parametrize(("key", "wins"), [("r", "theirs"), ("o", "mine"), ("escape", "theirs")])
async def test_a_conflict_asks_and_nothing_is_lost_unasked(
    mine: Path, trusted: Workbench, key: str, wins: str
) -> None:
    theirs = MINE.replace("counted", "theirs")
    app = make_app(trusted, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        pane = await open_mine(pilot, "e")
        await pilot.press(*"# mine", "enter")
        written_elsewhere(mine, theirs)
        await pilot.press("f2")
        await settle(pilot)
        assert isinstance(app.screen, Choose)
        assert on_disk(mine) == theirs
        await pilot.press(key)
        await settle(pilot)
        editor = pane.detail.make_editor()
        shown = editor.text
        if key == "r":
            await pilot.press("ctrl+z")
            assert editor.text == "# mine\n" + MINE
            await pilot.press("ctrl+y")
        written = on_disk(mine)
        assert editor.text == shown
    assert written == (theirs if wins == "theirs" else "# mine\n" + MINE)
    assert shown == (theirs if key == "r" else "# mine\n" + MINE)


async def test_what_is_typed_is_saved_at_the_end(mine: Path, trusted: Workbench) -> None:
    app = make_app(trusted, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await open_mine(pilot, "e")
        await pilot.press(*"# x", "enter")
        await settle(pilot)
        await pilot.press("ctrl+q")
    assert on_disk(mine) == "# x\n" + MINE


async def test_at_the_end_a_conflict_keeps_both_also_twice(mine: Path, trusted: Workbench) -> None:
    theirs = MINE.replace("counted", "theirs")
    for word in ("first", "second"):
        written_elsewhere(mine, MINE)
        app = make_app(trusted, first="workflows")
        async with app.run_test(size=WIDE) as pilot:
            await open_mine(pilot, "e")
            await pilot.press("#", *word, "enter")
            await settle(pilot)
            written_elsewhere(mine, theirs)
            await pilot.press("ctrl+q")
        assert on_disk(mine) == theirs
    assert [text.splitlines()[0] for text in kept_beside(mine)] == ["#first", "#second"]
    assert {entry.name for entry in trusted.workflows.list() if entry.origin != "shipped"} == {
        "mine",
        "other",
    }


LOOKS: dict[str, tuple[str, ...]] = {
    "picker": ("i", "enter", "s"),
    "overlaps": ("right_square_bracket",) * 3,
    "edit-lint": ("e", "down", "down", "down", "down", "down", "down", "end", "x"),
}


@SIZES
@pytest.mark.parametrize("name", list(LOOKS))
def test_looks(trusted: Workbench, snap_compare: Any, size: tuple[int, int], name: str) -> None:
    async def before(pilot: Pilot[int]) -> None:
        pane = await open_mine(pilot, *LOOKS[name])
        if pane.detail.editor is not None:
            pane.detail.editor.cursor_blink = False
        for screen in pilot.app.screen_stack:
            for field in screen.query(Input):
                field.cursor_blink = False
        await settle(pilot)

    assert snap_compare(make_app(trusted, first="workflows"), terminal_size=size, run_before=before)
