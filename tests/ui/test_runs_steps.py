"""A workflow that asks, from its form to its output, on the real runner: by keys, by mouse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.workbench import Workbench
from tests.conftest import QUIET, until, wait_for_end
from tests.ui.conftest import make_app, screen_text

SHIP = """\
name: deliver
description: Looks, asks, says so.
inputs:
  path: {type: directory, default: shop, help: What to look at.}
  tone: {type: string, enum: [short, long], default: short}
steps:
  - {id: look, skill: review-tests, with: {path: "${inputs.path}"}}
  - id: approve
    ask:
      question: Ship it?
      show: ${steps.look}
  - {id: say, run: [echo, shipped], effect: none}
"""


@pytest.fixture
def ship(repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workflow is there, and the default model costs nothing; requested before ``wb``."""
    monkeypatch.setenv("LADDER_MODEL", f"scripted/{QUIET}")
    folder = repo / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deliver.yaml").write_text(SHIP)
    return repo


async def wait_until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Let the application work until something came to pass."""
    for _ in range(300):
        if condition():
            return
        await pilot.pause(0.1)
    app = pilot.app
    assert isinstance(app, LadderApp)
    raise AssertionError(screen_text(app))


async def click_text(pilot: Pilot[int], text: str, *, last: bool = False) -> None:
    app = pilot.app
    assert isinstance(app, LadderApp)
    lines = screen_text(app).splitlines()
    rows = [y for y, line in enumerate(lines) if text in line]
    row = rows[-1 if last else 0]
    await pilot.click(offset=(lines[row].index(text) + 1, row))
    await pilot.pause()


def live_app(wb: Workbench) -> LadderApp:
    """The application with the real clock."""
    return LadderApp(wb, first="workflows")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["narrow", "wide"])
async def test_with_the_keyboard_only(ship: Path, wb: Workbench, size: tuple[int, int]) -> None:
    wb.skills.trust()
    app = live_app(wb)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: not app.pane.is_new)  # type: ignore[union-attr]
        await pilot.press("slash", *"deliver", "enter", "i", "enter")
        await wait_until(pilot, lambda: "choose a directory" in screen_text(app))
        await wait_until(pilot, lambda: "tests" in screen_text(app))
        await pilot.press(*"tests", "enter")
        await pilot.pause()
        await pilot.press("right", "tab")
        form = app.pane.detail.form  # type: ignore[union-attr]
        assert form.values == {"path": "tests", "tone": "long"}
        await pilot.press("enter")
        await wait_until(pilot, lambda: "of #1 asks: Ship it?" in screen_text(app))
        await pilot.press("ctrl+g")
        await wait_until(pilot, lambda: "asked by: ask step" in screen_text(app))
        assert "step say runs: echo shipped" in screen_text(app)
        await pilot.pause(0.5)
        await pilot.press("a")
        run = app.pane.open_run  # type: ignore[union-attr]
        await asyncio.to_thread(wait_for_end, wb, run.run_id)
        await wait_until(pilot, lambda: "✓ say" in screen_text(app))
        await pilot.press("G", "tab")
        await wait_until(pilot, lambda: "$ echo shipped   exit 0" in screen_text(app))
        text = screen_text(app)
    assert "shipped" in text
    assert wb.runs.get("1").state == "done"


async def test_with_the_mouse_only(ship: Path, wb: Workbench) -> None:
    wb.skills.trust()
    app = live_app(wb)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_until(pilot, lambda: not app.pane.is_new)  # type: ignore[union-attr]
        await click_text(pilot, " deliver ")
        await wait_until(pilot, lambda: "Looks, asks, says so." in screen_text(app))
        await wait_until(pilot, lambda: "asks you" in screen_text(app))
        await click_text(pilot, "( )long")
        await wait_until(pilot, lambda: "asks you" in screen_text(app))
        await click_text(pilot, "[ start ]")
        await wait_until(pilot, lambda: "of #1 asks: Ship it?" in screen_text(app))
        await click_text(pilot, "of #1 asks: Ship it?", last=True)
        await wait_until(pilot, lambda: "asked by: ask step" in screen_text(app))
        await pilot.pause(0.5)
        await click_text(pilot, "a approve", last=True)
        run = app.pane.open_run  # type: ignore[union-attr]
        await asyncio.to_thread(wait_for_end, wb, run.run_id)
        await wait_until(pilot, lambda: "✓ say" in screen_text(app))
        await click_text(pilot, "✓ say")
        await wait_until(pilot, lambda: "$ echo shipped   exit 0" in screen_text(app))
    assert wb.runs.get("1").state == "done"


async def test_a_finished_run_switches_between_steps_and_agents(ship: Path, wb: Workbench) -> None:
    wb.skills.trust()
    run_id = wb.runs.start("deliver", {})
    until(lambda: wb.runs.questions())
    asked = wb.runs.questions()[0]
    from ladder_tui.domain.question import Answer

    wb.runs.answer(run_id, asked.question.question_id, Answer(decision="reject", reason="no"))
    wait_for_end(wb, run_id)
    app = make_app(wb)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        pane = app.pane
        assert isinstance(pane, RunsPane)
        assert pane.areas() == ("steps", "step")
        steps = screen_text(app)
        await pilot.press("v")
        await pilot.pause()
        assert pane.areas() == ("board", "detail")
        await pilot.press("v", "escape")
        await pilot.pause()
        assert pane.areas() == ("history",)
    assert "✗ approve" in steps or "⊘ approve" in steps


async def test_a_done_run_goes_on_only_with_what_was_edited(ship: Path, wb: Workbench) -> None:
    file = ship / ".ladder" / "workflows" / "deliver.yaml"
    only = "  - id: approve\n    when: ${inputs.tone == 'long'}\n"
    file.write_text(SHIP.replace("  - id: approve\n", only))
    wb.skills.trust()
    run_id = wb.runs.start("deliver", {})
    assert wait_for_end(wb, run_id).state == "done"
    app = LadderApp(wb, first="runs", run_id=run_id)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_until(pilot, lambda: "r resume edited" in screen_text(app))
        await click_text(pilot, " approve")
        await wait_until(pilot, lambda: "when: inputs.tone == 'long'" in screen_text(app))
        await pilot.press("r")
        await wait_until(pilot, lambda: "nothing was edited since" in screen_text(app))
        assert app.log_of_messages.all[-1].level == "error"
        file.write_text(file.read_text().replace("[echo, shipped]", "[echo, sailed]"))
        await click_text(pilot, "r resume edited")
        said = app.log_of_messages.all[-1].text
        await wait_until(pilot, lambda: wb.runs.spec(run_id).revision == 1)
        await asyncio.to_thread(wait_for_end, wb, run_id)
        await click_text(pilot, " say ")
        await wait_until(pilot, lambda: "$ echo sailed   exit 0" in screen_text(app))
        why = screen_text(app)
    assert said == "#1 takes over what was edited: workflow deliver"
    assert "ran again because" in why
    assert len(list(wb.runs.list())) == 1
