"""Stories of the PRD pane: writing one, its lint and budget, saving, conflicts, leaving."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ladder_tui.store.database import open_database
from ladder_tui.store.record import prd_edits
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import ASCII, UNICODE, Glyphs
from ladder_tui.ui.panes.prds import PrdsPane
from ladder_tui.ui.screens.choose import Choose
from ladder_tui.workbench import Workbench
from tests.ui import story
from tests.ui.conftest import make_app, screen_text, type_without_pause

WIDE, NARROW = (120, 40), (80, 24)
TEXT = """\
---
status: draft
---
# Export orders

## Intent

Accountants copy orders by hand into their books. They need them as a file they can import.

## Requirements

- FR-1: The order page offers a CSV file of the orders that its filter shows.
- FR-2: The search shall be fast.

## Success criteria

- SC-1: 10,000 orders are exported in under 5 s (p95 on the staging data).
"""


async def settle(pilot: Pilot[int]) -> None:
    """Wait for the debounced lint, its worker and the drawing."""
    await pilot.pause(0.25)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def put(path: Path, text: str | bytes) -> None:
    """Write a file as somebody else."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def get(path: Path) -> str:
    """What is in a file, line ends included."""
    return path.read_bytes().decode()


def pane_of(app: LadderApp) -> PrdsPane:
    pane = app.opened["prds"]
    assert isinstance(pane, PrdsPane)
    return pane


@pytest.fixture
def export(empty_root: Path) -> Path:
    """One PRD with a vague word and two missing parts."""
    path = empty_root / ".ladder" / "prds" / "export.md"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


async def test_the_outline_and_the_lint_say_what_is_missing(
    export: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
        await pilot.press("shift+tab", "G", "enter")
        await settle(pilot)
        pane = pane_of(app)
        line = pane.editor.cursor_location[0] + 1
    assert "❯ Export orders" in text
    assert "draft" in text
    assert "Non-goals missing" in text
    assert 'P07   13  vague "fast": p95 under what?' in text
    assert "of 1,300 tok" in text
    assert "✓ saved" in text
    assert line == 13


async def test_a_save_waits_for_the_keys_typed_before_it(
    empty_root: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("c", *"Export", "enter")
        await settle(pilot)
        type_without_pause(app, "typed", "f2")
        await settle(pilot)
        # At the end of the program an unsaved text would be saved too.
        written = get(empty_root / ".ladder" / "prds" / "export.md")
    assert written.startswith("typed---")


async def test_a_new_prd_is_written_edited_and_saved(empty_root: Path, empty_wb: Workbench) -> None:
    moment = [story.NOW]
    app = LadderApp(empty_wb, clock=lambda: moment[0], first="prds", glyphs=UNICODE)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        empty = screen_text(app)
        await pilot.press("c", *"Export", "enter")
        await settle(pilot)
        pane = pane_of(app)
        assert pane.editor.has_focus
        await pilot.press("a")
        moment[0] += 5
        await pilot.press("b")
        await settle(pilot)
        unsaved = screen_text(app)
        await pilot.press("f2")
        await settle(pilot)
        saved = screen_text(app)
    path = empty_root / ".ladder" / "prds" / "export.md"
    assert "No PRD yet" in empty
    assert "c writes one from a title" in empty
    assert "* unsaved" in unsaved
    assert "✓ saved" in saved
    assert get(path).startswith("ab---")
    database = open_database(empty_root / ".ladder" / "ladder.db")
    edits = [edit.seconds for edit in prd_edits(database)]
    database.close()
    assert edits == [5.0]


@pytest.mark.parametrize(("key", "expected"), [("o", "mine"), ("r", "theirs")])
async def test_somebody_elses_change_is_not_overwritten_unasked(
    export: Path, empty_wb: Workbench, key: str, expected: str
) -> None:
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("enter", *"mine")
        put(export, "theirs\n")
        os.utime(export, ns=(1, 1))
        await pilot.press("ctrl+s")
        await pilot.pause(0.4)
        assert isinstance(app.screen, Choose)
        assert "was changed by somebody else" in screen_text(app)
        assert get(export) == "theirs\n"
        await pilot.press(key)
        await settle(pilot)
        shown = pane_of(app).editor.text
    assert get(export).startswith(expected)
    assert shown.startswith(expected)


async def test_leaving_loses_nothing(export: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("enter", *"kept")
        await pilot.press("ctrl+q")
    assert get(export).startswith("kept---")


async def test_leaving_after_a_conflict_keeps_both(export: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("enter", *"kept")
        put(export, "theirs\n")
        os.utime(export, ns=(1, 1))
        await pilot.press("ctrl+q")
    assert get(export) == "theirs\n"
    beside = export.with_name("export-unsaved-1.md")
    assert get(beside).startswith("kept---")


async def test_a_draft_stays_while_another_prd_is_opened(export: Path, empty_wb: Workbench) -> None:
    put(export.with_name("other.md"), "# Other\n")
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        pane.prd_list.select(str(export))
        await settle(pilot)
        await pilot.press("enter", "x", "escape")
        pane.prd_list.select(str(export.with_name("other.md")))
        await settle(pilot)
        other = pane.editor.text
        pane.prd_list.select(str(export))
        await settle(pilot)
        back = pane.editor.text
        assert "* draft" in screen_text(app)
    assert other == "# Other\n"
    assert back.startswith("x---")


async def test_control_sequences_of_a_file_are_shown_not_sent(
    export: Path, empty_wb: Workbench
) -> None:
    put(export, b"# A\r\n\r\nred \x1b[31m title \x1b]0;x\x07\r\n")
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
    assert "\x1b" not in text
    assert "red �[31m title �]0;x�" in text
    assert get(export) == "# A\r\n\r\nred \x1b[31m title \x1b]0;x\x07\r\n"


async def test_a_file_that_is_no_text_is_explained(export: Path, empty_wb: Workbench) -> None:
    put(export, b"\xff\xfe\x00")
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert pane_of(app).editor.read_only
    assert "unreadable" in text
    assert "P00" in text


async def test_the_budget_turns_red_above_1300_tokens(export: Path, empty_wb: Workbench) -> None:
    put(export, TEXT + "word " * 1_400)
    app = make_app(empty_wb, first="prds")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        text = screen_text(app)
    assert "over by" in text
    assert "P10" in text


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    ("name", "keys"), [("list", ()), ("editor", ("enter", "x")), ("new", ("c",))]
)
def test_looks(
    export: Path,
    empty_wb: Workbench,
    snap_compare: Any,
    size: tuple[int, int],
    name: str,
    keys: tuple[str, ...],
) -> None:
    look(empty_wb, snap_compare, size, keys, UNICODE)


def test_looks_empty(empty_wb: Workbench, snap_compare: Any) -> None:
    look(empty_wb, snap_compare, NARROW, (), ASCII)


def look(
    wb: Workbench, snap_compare: Any, size: tuple[int, int], keys: tuple[str, ...], glyphs: Glyphs
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        pane = pane_of(app)
        pane.editor.cursor_blink = False
        await pilot.press(*keys)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await settle(pilot)

    app = make_app(wb, first="prds", glyphs=glyphs)
    assert snap_compare(app, terminal_size=size, run_before=before)
