"""Stories of the Workflows pane: the first screen, the launch form, the preflight, a start."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from ladder_tui.errors import UsageError
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.external_editor import editor_command
from ladder_tui.ui.glyphs import ASCII
from ladder_tui.ui.panes.registry import first_pane
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.ui.panes.workflows import WorkflowsPane
from ladder_tui.ui.screens.confirm import Confirm
from ladder_tui.workbench import Workbench
from tests.conftest import QUIET, SCENARIOS, run_review, wait_for_end
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)
BROKEN = "name: broken\nstpes: []\n"
ONE = """\
name: one
description: One specialist over one directory.
inputs:
  path: {type: directory, default: ".", help: What to review.}
  depth: {type: string, enum: [quick, deep], default: quick}
  count: {type: integer, required: true, minimum: 1}
  thorough: {type: boolean, default: false}
steps:
  - {id: look, skill: review-security, with: {path: "${inputs.path}"}}
"""


async def settle(pilot: Pilot[int]) -> None:
    """Wait for timers, workers and drawing, until no preflight is under way."""
    await pilot.pause(0.3)
    await pilot.app.workers.wait_for_complete()
    app = pilot.app
    assert isinstance(app, LadderApp)
    pane = app.opened.get("workflows")
    while isinstance(pane, WorkflowsPane) and (pane.is_new or pane.planner.state.is_pending):
        await pilot.pause(0.1)
        await app.workers.wait_for_complete()
    await pilot.pause()


def pane_of(app: LadderApp) -> WorkflowsPane:
    pane = app.opened["workflows"]
    assert isinstance(pane, WorkflowsPane)
    return pane


@pytest.fixture
def more(repo: Path) -> None:
    """A broken workflow and one with every kind of input, beside what ships."""
    folder = repo / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "broken.yaml").write_text(BROKEN)
    (folder / "one.yaml").write_text(ONE)


async def test_the_first_screen_is_review_with_its_preflight(wb: Workbench) -> None:
    app = make_app(wb, first=first_pane().id)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
    assert "❯ review" in text
    assert "never run" in text
    assert "agents    5  security performance architecture tests documentation" in text
    assert "6 files; everything, without a base   with  local/smollm2-135m" in text
    assert "$0, local   no history of time yet" in text
    assert "enter starts" in text


async def test_a_wrong_value_is_named_at_its_field_and_nothing_starts(wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("i", "tab", "tab", "5", "0")
        await settle(pilot)
        wrong = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        said = screen_text(app)
        await pilot.press("backspace", "backspace", "3")
        await settle(pilot)
        right = screen_text(app)
    assert "✗ 50 is not in 1–16" in wrong
    assert "I005 max_parallel: 50 is not in 1–16" in wrong
    assert "50 is not in 1–16" in said.splitlines()[-2]
    assert "is not in" not in right.replace(said.splitlines()[-2], "")
    assert list(wb.runs.list()) == []


async def test_choices_change_by_keys_and_clicks(wb: Workbench, more: None) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        pane.workflow_list.select_name("one")
        await settle(pilot)
        first = screen_text(app)
        await pilot.press("i", "tab", "right")
        assert pane.detail.form.values["depth"] == "deep"
        await pilot.press("j", "7", "tab", "space")
        assert pane.detail.form.values == {
            "path": ".",
            "depth": "deep",
            "count": "7",
            "thorough": "true",
        }
        await pilot.click(pane.detail.form.form_rows[3].editor)
        assert pane.detail.form.values["thorough"] == "false"
        await settle(pilot)
        last = screen_text(app)
    assert "is missing (integer)" in first
    assert "agents    1  review-security" in last


async def test_a_broken_file_says_every_problem(wb: Workbench, more: None) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        pane_of(app).workflow_list.select_name("broken")
        await settle(pilot)
        text = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert list(wb.runs.list()) == []
    assert 'W006 .ladder/workflows/broken.yaml:1: key "steps" is missing' in text
    assert "next: nearest: steps" in text


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default model costs money; requested before ``wb``."""
    monkeypatch.setenv("LADDER_MODEL", f"scripted/{SCENARIOS / 'defect.yaml'}")


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default model costs nothing; requested before ``wb``."""
    monkeypatch.setenv("LADDER_MODEL", f"scripted/{QUIET}")


async def test_enter_starts_the_run_and_watches_it(free: None, wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        runs = app.pane
        assert isinstance(runs, RunsPane)
        assert runs.open_run is not None
        await asyncio.to_thread(wait_for_end, wb, runs.open_run.run_id)
        await pilot.press("5")
        await settle(pilot)
        text = screen_text(app)
    (row,) = (line for line in text.splitlines() if "❯ review " in line)
    assert "✗ #1" in row
    assert "never run" not in row
    assert wb.workflows.last_inputs("review")["max_parallel"] == 5


async def test_a_run_that_may_cost_much_asks_first(priced: None, wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        before = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Confirm)
        asked = screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1
    assert "and asks first: it may cost over $0.50" in before
    assert "5 agents on scripted/defect" in asked
    assert list(wb.runs.list()) == []


async def test_values_of_the_last_launch_come_back(wb: Workbench) -> None:
    run_review(wb, inputs={"path": "shop", "max_parallel": 2})
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        values = pane_of(app).detail.form.values
    assert values == {"path": "shop", "changed": "auto", "max_parallel": "2", "run_tests": "false"}


async def test_an_unknown_model_is_explained(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LADDER_MODEL", "nobody/knows")
    workbench = Workbench.open(repo)
    app = make_app(workbench, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
    workbench.close()
    assert "1 problem" in text
    assert "next:" in text


async def test_every_field_is_reached_on_a_narrow_terminal(wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("i", "tab", "tab", "tab")
        await pilot.pause()
        focused = app.focused
        pane = pane_of(app)
        assert focused is pane.detail.form.form_rows[3].editor
        assert focused is not None
        assert focused.region.bottom <= pane.preflight.region.y
        await pilot.press("escape")
        assert pane.current_area == "list"


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("vim -n", ["vim", "-n", "+7", "/r/a.py"]),
        ("hx", ["hx", "/r/a.py:7"]),
        ("code", ["code", "--wait", "--goto", "/r/a.py:7"]),
        ("/opt/unknown", ["/opt/unknown", "/r/a.py"]),
    ],
)
def test_editors_open_at_the_line(editor: str, expected: list[str]) -> None:
    assert editor_command({"EDITOR": editor}, Path("/r/a.py"), 7) == expected


def test_without_an_editor_the_next_step_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        editor_command({}, Path("/r/a.py"))
    assert caught.value.next_step == "export EDITOR=vi"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    ("name", "keys"), [("list", ()), ("form", ("i",)), ("wrong", ("i", "tab", "tab", "9", "9"))]
)
def test_looks(
    wb: Workbench, snap_compare: Any, size: tuple[int, int], name: str, keys: tuple[str, ...]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        for field in pilot.app.query(Input):
            field.cursor_blink = False
        await pilot.press(*keys)
        await settle(pilot)

    app = make_app(wb, first="workflows")
    assert snap_compare(app, terminal_size=size, run_before=before)


def test_looks_with_broken_files(wb: Workbench, more: None, snap_compare: Any) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        pane_of(app).workflow_list.select_name("broken")
        await settle(pilot)

    app = make_app(wb, first="workflows", glyphs=ASCII)
    assert snap_compare(app, terminal_size=WIDE, run_before=before)


async def test_keys_pressed_before_the_first_entry_is_shown_act_in_order(wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        pane = pane_of(app)
        await settle(pilot)
        pane.is_new = True  # as in the moment after the start, for as long as the test likes
        for key in ("slash", "a", "u", "d", "i", "t"):
            app.post_message(events.Key(key, "/" if key == "slash" else key))
        app.post_message(events.Key("enter", "\r"))
        await pilot.pause()
        held = (pane.workflow_list.query_text, pane.current_area)
        pane.is_new = False
        app.keys_can_act()
        await settle(pilot)
        assert pane.workflow_list.query_text == "audit"
        assert pane.entry is not None
        assert pane.entry.name == "audit-large"
        said = [message.text for message in app.log_of_messages.all]
    assert held == ("", "list")
    assert said == []


async def test_keys_typed_at_the_start_are_not_lost(wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        for key in ("G", "i"):
            app.post_message(events.Key(key, key))
        await settle(pilot)
        pane = pane_of(app)
        assert pane.workflow_list.cursor_index == len(pane.workflow_list.row_ids) - 1
        assert pane.current_area == "detail"
        assert not app.log_of_messages.all


async def test_the_filter_looks_at_names_descriptions_steps_and_skills(wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        rows = pane_of(app).workflow_list

        def kept(query: str) -> list[str]:
            rows.query_text = query
            rows.reorder()
            return [rows.entries[row_id].name for row_id in rows.row_ids]

        assert kept("shipped") == []
        assert kept("refactor-leg") == ["refactor-legacy"]
        assert "review" in kept("specialists")
        assert "review" in kept("review-documentation")
        assert kept("") == sorted(kept(""))
        names = screen_text(app)
    assert "refactor-legacy " in names
