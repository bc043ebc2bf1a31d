"""How the Skills pane looks in each of its states, narrow and wide, with and without Unicode."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import ASCII, UNICODE, Glyphs
from ladder_tui.workbench import Workbench
from tests.ui.conftest import make_app
from tests.ui.skill_story import (
    LARGE,
    MINE,
    NARROW,
    WARNED,
    WIDE,
    hold_still,
    pane_of,
    settle,
    write_library,
)

Step = Callable[[Pilot[int]], Awaitable[None]]


def app_of(pilot: Pilot[int]) -> LadderApp:
    """The application, typed."""
    assert isinstance(pilot.app, LadderApp)
    return pilot.app


def press(*keys: str) -> Step:
    """Press keys and wait."""

    async def step(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)
        await settle(pilot, 0.45)

    return step


def look_at(path: str) -> Step:
    """Put the cursor on a file."""

    async def step(pilot: Pilot[int]) -> None:
        assert pane_of(app_of(pilot)).skill_list.select_path(path)
        await settle(pilot)

    return step


def type_into(path: str, text: str) -> Step:
    """Type at the beginning of a file."""

    async def step(pilot: Pilot[int]) -> None:
        await look_at(path)(pilot)
        await press("e")(pilot)
        pane_of(app_of(pilot)).detail.editor.go_to_line(4)
        await press("end", *text)(pilot)

    return step


async def change_on_disk(pilot: Pilot[int]) -> None:
    """Somebody else writes the file of the editor."""
    path = app_of(pilot).workbench.root / MINE
    path.write_text(path.read_text().replace("every row", "each row"))
    os.utime(path, (2_000_000_000, 2_000_000_000))
    await press("f2")(pilot)


STATES: dict[str, tuple[Step, ...]] = {
    "list": (look_at(MINE),),
    "filter": (press("/", *"zz-m"), press("enter")),
    "broken": (look_at(".ladder/skills/zz-broken/SKILL.md"), press("L")),
    "preview": (look_at(MINE), press("enter")),
    "edit": (type_into(WARNED, ", Gl"),),
    "conflict": (type_into(MINE, ", Glob"), change_on_disk),
    "diff": (type_into(MINE, ", Glob"), press("f2"), press("escape", "d")),
    "uses": (look_at(MINE), press("enter", "[", "[")),
    "new": (press("c", *"zz-fresh", "tab"),),
    "split": (type_into(MINE, ""), press(*["down"] * 8, "escape", "x", *"zz-owners")),
    "facets": (press("f"),),
}


@pytest.fixture(autouse=True)
def nothing_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ships changes from version to version; pictures of the pane need not."""
    shelf = tmp_path / "shipped"
    shelf.mkdir()
    monkeypatch.setattr("ladder_tui.library.skill_place.shipped_directory", lambda _: shelf)


@pytest.fixture
def library(empty_root: Path) -> Path:
    """A repository full of skills."""
    write_library(empty_root)
    return empty_root


def look(
    wb: Workbench,
    snap_compare: Any,
    size: tuple[int, int],
    steps: tuple[Step, ...],
    glyphs: Glyphs = UNICODE,
) -> None:
    """Compare what is on the screen after some steps."""

    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        app = app_of(pilot)
        hold_still(app)
        for step in steps:
            await step(pilot)
        hold_still(app)
        await settle(pilot)

    app = make_app(wb, first="skills", glyphs=glyphs)
    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("state", STATES)
def test_looks(
    library: Path, empty_wb: Workbench, snap_compare: Any, size: tuple[int, int], state: str
) -> None:
    empty_wb.skills.trust()
    look(empty_wb, snap_compare, size, STATES[state])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(("name", "keys"), [("heading", ("g",)), ("asked", ("g", "enter"))])
def test_looks_untrusted(
    library: Path,
    empty_wb: Workbench,
    snap_compare: Any,
    size: tuple[int, int],
    name: str,
    keys: tuple[str, ...],
) -> None:
    look(empty_wb, snap_compare, size, (press(*keys),))


def test_looks_large(library: Path, empty_wb: Workbench, snap_compare: Any) -> None:
    empty_wb.skills.trust()
    look(empty_wb, snap_compare, LARGE, STATES["preview"])


@pytest.mark.parametrize("state", ["edit", "diff"])
def test_looks_in_ascii(library: Path, empty_wb: Workbench, snap_compare: Any, state: str) -> None:
    empty_wb.skills.trust()
    look(empty_wb, snap_compare, NARROW, STATES[state], ASCII)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_looks_empty(empty_wb: Workbench, snap_compare: Any, size: tuple[int, int]) -> None:
    look(empty_wb, snap_compare, size, ())
