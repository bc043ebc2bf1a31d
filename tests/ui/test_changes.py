"""Stories of the changes of a run: read, accepted whole and by hunk, rejected, left as a branch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from ladder_tui.domain.event import AgentFinished
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import ASCII, UNICODE
from ladder_tui.ui.screens.changes import ChangesSheet
from ladder_tui.workbench import Workbench
from tests.conftest import git, wait_for_end
from tests.e2e.edit_run import Call, agent, edit, events_of, prepare, start, write
from tests.ui.conftest import make_app, screen_text

WIDE, MIDDLE, NARROW = (200, 50), (120, 40), (80, 24)
SCRIPTS: dict[str, list[list[Call]]] = {
    "percent": [
        [
            edit("shop/cart.py", '"""The cart."""', '"""The cart of the shop."""'),
            edit("shop/cart.py", "price - price * percent", "price - price * percent / 100"),
        ],
        [write("docs/percent.md", "A percent is a percent.\n")],
    ],
    "floor": [[edit("shop/cart.py", "return price - price * percent", "return max(0, price)")]],
    "readme": [[edit("README.md", "seperate", "separate")]],
    "nothing": [[]],
}


@pytest.fixture
def edited(wb: Workbench) -> Workbench:
    """A workbench whose only run has four finished agents; three of them edited."""
    run_id = start(wb, prepare(wb.root, SCRIPTS))
    summary = wait_for_end(wb, run_id)
    ends = [event for event in events_of(wb, run_id) if isinstance(event, AgentFinished)]
    assert summary.state == "done"
    assert [end for end in ends if end.state != "done"] == []
    return wb


async def until(pilot: Pilot[int], is_so: Callable[[], bool]) -> None:
    """Wait until something holds that a thread brings about."""
    for _ in range(200):
        await pilot.pause(0.05)
        if is_so():
            return
    raise AssertionError(screen_text(pilot.app))  # type: ignore[arg-type]


def sheet_of(app: LadderApp) -> ChangesSheet:
    assert isinstance(app.screen, ChangesSheet)
    return app.screen


async def open_sheet(pilot: Pilot[int], app: LadderApp) -> ChangesSheet:
    """Open the sheet from the Runs pane and wait for its first diff."""
    await pilot.pause(0.3)
    await pilot.press("C")
    await until(pilot, lambda: isinstance(app.screen, ChangesSheet))
    sheet = sheet_of(app)
    await until(pilot, lambda: bool(sheet.diff.pieces))
    return sheet


async def on_change(pilot: Pilot[int], sheet: ChangesSheet, name: str) -> None:
    """Put the cursor on an agent's change and wait for its diff."""
    sheet.rows.select(agent(name))
    await pilot.pause()
    await until(pilot, lambda: bool(sheet.diff.pieces))


def decision(wb: Workbench, name: str) -> str | None:
    changes = wb.runs.changes(wb.runs.list()[0].run_id)
    return next(change.decision for change in changes if change.agent_id == agent(name))


async def test_it_lists_what_each_agent_changed_and_what_conflicts(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        await on_change(pilot, sheet, "percent")
        shown = screen_text(app)
    assert "changes of edit #1" in shown
    assert "3 open" in shown
    assert "1 conflict" in shown
    assert "conflicts with floor in shop/cart.py" in shown
    assert "+    return price - price * percent / 100" in shown


async def test_a_change_is_accepted_whole(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        await on_change(pilot, sheet, "readme")
        await pilot.press("a")
        await until(pilot, lambda: decision(edited, "readme") == "accepted")
        await until(pilot, lambda: "Merged readme" in screen_text(app))
    assert "separate" in (edited.root / "README.md").read_text()
    assert git(edited.root, "status", "--porcelain", "--", "README.md") == ""


async def test_one_hunk_is_accepted_and_the_rest_is_not(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        await on_change(pilot, sheet, "percent")
        assert [piece.path for piece in sheet.diff.pieces] == [
            "docs/percent.md",
            "shop/cart.py",
            "shop/cart.py",
        ]
        await pilot.press("tab", "n", "n")
        assert "a accept this hunk" in screen_text(app)
        await pilot.press("a")
        await until(pilot, lambda: "percent / 100" in (edited.root / "shop/cart.py").read_text())
    cart = (edited.root / "shop/cart.py").read_text()
    assert cart.startswith('"""The cart."""')
    assert not (edited.root / "docs").exists()


async def test_conflicting_changes_are_refused_with_the_way_out(edited: Workbench) -> None:
    before = git(edited.root, "rev-parse", "HEAD")
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        sheet.rows.marked = {agent("percent"), agent("floor")}
        await pilot.press("a")
        await until(pilot, lambda: "changes conflict, and nothing was merged" in screen_text(app))
        assert "next: accept the others without" in screen_text(app)
    assert git(edited.root, "rev-parse", "HEAD") == before


async def test_a_rejection_asks_for_its_reason(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        await on_change(pilot, sheet, "floor")
        await pilot.press("R", *"no floor", "enter")
        await until(pilot, lambda: decision(edited, "floor") == "rejected")
        await until(pilot, lambda: "rejected: no floor" in screen_text(app))


async def test_a_change_is_left_as_a_branch(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        await on_change(pilot, sheet, "readme")
        await pilot.press("b")
        await until(pilot, lambda: decision(edited, "readme") == "left")


async def test_the_mouse_does_the_same(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=MIDDLE) as pilot:
        sheet = await open_sheet(pilot, app)
        place = sheet.rows.row_ids.index(agent("readme"))
        await pilot.click("#change-list", offset=(6, 1 + place))
        await until(pilot, lambda: [p.path for p in sheet.diff.pieces] == ["README.md"])
        await pilot.click("#changes-keys", offset=(1, 0))
        await until(pilot, lambda: decision(edited, "readme") == "accepted")


async def test_a_run_without_editing_agents_says_so(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.3)
        await pilot.press("C")
        await until(pilot, lambda: "No agent of this run changed a file." in screen_text(app))


async def test_esc_goes_from_the_diff_to_the_list_and_out(edited: Workbench) -> None:
    app = make_app(edited)
    async with app.run_test(size=NARROW) as pilot:
        sheet = await open_sheet(pilot, app)
        assert not sheet.diff.display
        await pilot.press("enter")
        seen = [sheet.diff.display]
        await pilot.press("escape")
        seen.append(sheet.diff.display)
        await pilot.press("escape")
        assert seen == [True, False]
        assert not isinstance(app.screen, ChangesSheet)


@pytest.mark.parametrize(
    ("size", "name", "keys"),
    [
        (WIDE, "wide", ()),
        (MIDDLE, "list", ()),
        (MIDDLE, "diff", ("tab", "space")),
        (NARROW, "narrow-list", ()),
        (NARROW, "narrow-diff", ("enter", "n")),
        (NARROW, "ascii", ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_looks(
    edited: Workbench,
    snap_compare: Any,
    size: tuple[int, int],
    name: str,
    keys: tuple[str, ...],
) -> None:
    app = make_app(edited, glyphs=ASCII if name == "ascii" else UNICODE)

    async def before(pilot: Pilot[int]) -> None:
        sheet = await open_sheet(pilot, app)
        await on_change(pilot, sheet, "percent")
        await pilot.press(*keys)
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=before)
