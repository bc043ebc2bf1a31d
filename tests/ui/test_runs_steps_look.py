"""How the steps of a finished run look, and that the mouse reaches everything there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from ladder_tui.domain.event import (
    ProcessFinished,
    ProcessStarted,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from ladder_tui.domain.ids import QuestionId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import Usage
from ladder_tui.domain.workflow import Ask, Step, Workflow
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.workbench import Workbench
from tests.ui import story
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
RELEASE = Workflow(
    name="release",
    description="Plans, asks, tags.",
    steps=(
        Step(id="plan", skill="write-plan", with_={"path": "src"}),
        Step(id="approve", ask=Ask(question="Tag this release?", show="${steps.plan}")),
        Step(id="deep", run=("make", "soak"), effect="none", when="${inputs.deep}"),
        Step(id="tag", run=("git", "tag", "v1.2.0"), needs=("approve",)),
        Step(id="check", run=("git", "describe"), effect="none", on_error="continue"),
    ),
)
ASKED = Question(
    question_id=QuestionId("approve#1"), step_id=StepId("approve"), kind="approve",
    text="Tag this release?", shown="Two fixes, one feature.", rule="ask step",
)  # fmt: skip
PLAN = {"summary": "Two fixes, one feature.", "version": "1.2.0", "risks": ["none that is known"]}


def command(
    at: float, step: str, argv: tuple[str, ...], exit_code: int, stdout: str = "", stderr: str = ""
) -> Iterator[story.AT_A_TIME]:
    """A command step from its start to its end."""
    effect: Any = "external" if step == "tag" else "none"
    yield at, StepStarted(StepId(step), "run")
    yield at, ProcessStarted(StepId(step), "", argv, effect)
    yield at + 1, ProcessFinished(StepId(step), "", exit_code, 1.0, stdout, stderr)
    state: Any = "failed" if exit_code else "done"
    reason = f"exit code {exit_code}" if exit_code else ""
    given = {"exit_code": exit_code, "stdout": stdout, "stderr": stderr}
    yield at + 1, StepFinished(StepId(step), state, reason, 1.0, output=given)


def released(root: Path) -> Iterator[story.AT_A_TIME]:
    """A run that did each of them: one was skipped, one failed."""
    yield 0, RunStarted(
        "release", "w1", 5, {"deep": False}, "scripted/sonnet", str(root), "untracked",
        RunLimits(usd=2.0), "bwrap", "0.1.0",
    )  # fmt: skip
    yield 0.1, StepStarted(StepId("plan"), "skill", inputs={"path": "src"})
    yield 9, StepFinished(
        StepId("plan"), "done", "", 8.9, 1, 1, output=PLAN, usage=Usage(7_400, 280, 6_000),
        cost=story.cents(4),
    )  # fmt: skip
    yield 9.1, StepStarted(StepId("approve"), "ask")
    yield 9.2, QuestionAsked(ASKED)
    answer = Answer(decision="approve")
    yield 30, QuestionAnswered(ASKED.question_id, StepId("approve"), answer, 20.8)
    yield 30, StepFinished(StepId("approve"), "done", "", 20.9, output={"decision": "approve"})
    yield 30, StepFinished(StepId("deep"), "skipped", "when: inputs.deep")
    yield from command(31, "tag", ("git", "tag", "v1.2.0"), 0)
    lines = "\n".join(f"line {number}" for number in range(1, 80))
    yield from command(33, "check", ("git", "describe"), 128, lines, "fatal: no names found\n")
    yield 35, RunFinished(
        "done", "none", "", Usage(7_400, 280, 6_000), story.cents(4), 1, 1, 0, 35.0,
        output={"tag": "v1.2.0"},
    )  # fmt: skip


@pytest.fixture
async def released_root(empty_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run of the workflow."""
    await story.write_run(empty_root, 5, list(released(empty_root)), workflow=RELEASE)
    return empty_root


@pytest.fixture
def release(released_root: Path) -> Iterator[Workbench]:
    """The workbench over it."""
    workbench = Workbench.open(released_root)
    yield workbench
    workbench.close()


async def opened(pilot: Pilot[int]) -> RunsPane:
    """The run is opened."""
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()
    app = pilot.app
    assert isinstance(app, LadderApp)
    assert isinstance(app.pane, RunsPane)
    return app.pane


def place_of(app: LadderApp, text: str, *, last: bool = False) -> tuple[int, int]:
    """Where a text stands on the screen."""
    lines = screen_text(app).splitlines()
    rows = [y for y, line in enumerate(lines) if text in line]
    row = rows[-1 if last else 0]
    return (lines[row].index(text) + 1, row)


LOOKS: dict[str, tuple[str, ...]] = {
    "first": (),
    "answered": ("j",),
    "skipped": ("j", "j"),
    "failed": ("G",),
    "reading": ("G", "enter"),
}


@SIZES
@pytest.mark.parametrize("name", list(LOOKS))
def test_looks(release: Workbench, snap_compare: Any, size: tuple[int, int], name: str) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await pilot.press(*LOOKS[name])
        await pilot.pause()

    assert snap_compare(make_app(release), terminal_size=size, run_before=before)


async def test_with_the_mouse_only(release: Workbench) -> None:
    app = make_app(release)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        for _ in range(2):  # the first click selects, where it is not selected already
            if isinstance(app.pane, RunsPane) and app.pane.open_run is None:
                await pilot.click(offset=place_of(app, "release"))
                await pilot.pause()
        pane = app.pane
        assert isinstance(pane, RunsPane)
        assert pane.areas() == ("steps", "step")
        await pilot.click(offset=place_of(app, "check"))
        await pilot.pause()
        assert pane.steps.graph.step_path == "check"
        await pilot.click(offset=place_of(app, " check"))
        await pilot.pause()
        assert pane.current_area == "step"
        assert "fatal: no names found" in pane.steps.reading.text
        reading = pane.steps.reading
        assert reading.scroll_offset.y == 0
        await pilot._post_mouse_events(
            [events.MouseScrollDown], widget=reading, offset=(5, 5), button=0
        )
        await pilot.pause()
        assert reading.scroll_offset.y > 0
        await pilot.click(offset=place_of(app, "z zoom", last=True))
        await pilot.pause()
        assert pane.visible_areas() == ("step",)
        await pilot.click(offset=place_of(app, "esc back", last=True))
        await pilot.pause()
        await pilot.click(offset=place_of(app, "esc back", last=True))
        await pilot.pause()
        assert pane.current_area == "steps"
        await pilot.click(offset=place_of(app, "v agents", last=True))
        await pilot.pause()
        assert pane.areas() == ("board", "detail")
        await pilot.click(offset=place_of(app, "v steps", last=True))
        await pilot.pause()
        await pilot.click(offset=place_of(app, "esc back", last=True))
        await pilot.pause()
        assert pane.areas() == ("history",)


@pytest.mark.parametrize(
    ("keys", "said"),
    [("y", "step id"), ("Y", "drawing"), ("tab y", "step"), ("slash", "v shows the agents")],
)
async def test_copying_in_the_steps(release: Workbench, keys: str, said: str) -> None:
    app = make_app(release)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press(*keys.split())
        await pilot.pause()
        assert said in app.log_of_messages.all[-1].text
