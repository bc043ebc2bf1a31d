"""Stories of questions: noticed without a popup, answered by keys or mouse, by somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from ladder_tui.domain.command import AnswerQuestion
from ladder_tui.domain.event import QuestionAnswered, QuestionAsked
from ladder_tui.domain.ids import AgentId, QuestionId, RunId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.store.command import pending
from ladder_tui.store.database import open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import take_run
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import ASCII, UNICODE
from ladder_tui.ui.screens.question import QuestionSheet
from ladder_tui.ui.waiting import terminal_title
from ladder_tui.workbench import Workbench
from tests.ui import story
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)
DIFF = "\n".join(
    [
        "--- a/src/db.py", "+++ b/src/db.py", "@@ -39,3 +39,3 @@", " def find(name):",
        '-    cur.execute(f"… {name}")', '+    cur.execute("…", (name,))',
        *(f" line {number}" for number in range(40)),
    ]
)  # fmt: skip
APPROVE = Question(
    question_id=QuestionId("approve#1"), step_id=StepId("approve"), kind="approve",
    text="Apply this fix to the database layer?", shown=DIFF, shown_kind="diff", rule="ask step",
    next_step="step publish runs: git push, outside the sandbox",
    on_reject="step fix runs again with your reason, at most 2 times more", rounds_left=2,
)  # fmt: skip
CHOOSE = Question(
    question_id=QuestionId("colour#1"), step_id=StepId("colour"), kind="choose",
    text="Which colour should the report have?", options=("blue", "green", "plain"),
    rule="ask step", next_step="step report runs the skill write-report", on_reject="the run stops",
)  # fmt: skip
VALUE = Question(
    question_id=QuestionId("limit#1"), step_id=StepId("limit"), kind="value",
    text="How many findings at most?", rule="ask step", on_reject="the run stops",
    value=WorkflowInput(type="integer", minimum=1, maximum=9, help="1 to 9"),
)  # fmt: skip


@pytest.fixture
async def asking_root(empty_root: Path) -> AsyncIterator[Path]:
    """One run at work, with three questions."""
    asked = [(20.0 + place, QuestionAsked(question)) for place, question in enumerate(QUESTIONS)]
    journalled = [*story.opening(5, empty_root), *asked]
    _, lock = await story.write_run(empty_root, 5, journalled, live=True)
    yield empty_root
    if lock is not None:
        lock.release()


PERMISSION = Question(
    question_id=QuestionId("permit#1"), step_id=StepId("fix"), kind="approve",
    text="May fix/api run this command?", shown="pytest -q", shown_kind="command",
    rule="Bash asks at level limits", agent_id=AgentId("fix/api"), grants="Bash(pytest:*)",
    next_step="the command runs in the agent's worktree", on_reject="the agent is told why",
)  # fmt: skip
QUESTIONS = (APPROVE, CHOOSE, VALUE)
RUN = RunId("r-20260115-100005-abcd")


@pytest.fixture
def asking(asking_root: Path) -> Iterator[Workbench]:
    """The workbench over it."""
    workbench = Workbench.open(asking_root)
    yield workbench
    workbench.close()


def sent(root: Path) -> list[AnswerQuestion]:
    """The answers that were handed to the run's runner."""
    database = open_database(root / ".ladder" / "ladder.db")
    commands = [command for _, command in pending(database, RUN)]
    database.close()
    return [command for command in commands if isinstance(command, AnswerQuestion)]


def sheet_of(app: LadderApp) -> QuestionSheet:
    assert isinstance(app.screen, QuestionSheet)
    return app.screen


async def open_sheet(pilot: Pilot[int], *keys: str) -> None:
    """Open the sheet and wait until its keys act."""
    await pilot.press("ctrl+g", *keys)
    await pilot.pause(0.45)


async def test_a_question_is_said_and_marked_and_never_pops_up(asking: Workbench) -> None:
    app = make_app(asking, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause(0.3)
        lines = screen_text(app).splitlines()
        assert len(app.screen_stack) == 1
        await pilot.press("6", "escape")
        await pilot.pause()
        runs = screen_text(app)
    assert "?3" in lines[0]
    assert "6 Runs ?3" in lines[1]
    assert lines[-2].startswith(" ? approve of #1 asks: Apply this fix to the database layer?")
    assert lines[-2].endswith("0:27  2 more  ctrl+g answer")
    assert "? asks" in runs


async def test_nothing_is_answered_before_the_keys_are_armed(
    asking: Workbench, asking_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ladder_tui.ui.screens.question.ARM_AFTER_S", 600)
    app = make_app(asking)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+g", "a", "enter", "R")
        await pilot.pause()
        sheet_of(app)
        assert sent(asking_root) == []


async def test_a_paste_is_no_answer(asking: Workbench, asking_root: Path) -> None:
    app = make_app(asking)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await open_sheet(pilot)
        app.screen.post_message(events.Paste("a\n"))
        await pilot.pause()
        sheet_of(app)
        assert sent(asking_root) == []


async def test_a_permission_can_be_given_for_the_rest_of_the_run(empty_root: Path) -> None:
    asked = [*story.opening(5, empty_root), (20.0, QuestionAsked(PERMISSION))]
    _, lock = await story.write_run(empty_root, 5, asked, live=True)
    workbench = Workbench.open(empty_root)
    app = make_app(workbench)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.3)
        await open_sheet(pilot)
        shown = screen_text(app)
        await pilot.press("A")
        await app.workers.wait_for_complete()
    workbench.close()
    if lock is not None:
        lock.release()
    assert "fix/api asks" in shown
    assert "$ pytest -q" in shown
    assert "Bash(pytest:*) is allowed for the rest of this run" in shown
    assert [command.answer for command in sent(empty_root)] == [Answer(is_always=True)]


async def test_always_is_no_answer_where_no_rule_is_offered(
    asking: Workbench, asking_root: Path
) -> None:
    app = make_app(asking)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await open_sheet(pilot, "A")
        await pilot.pause(0.45)
        await pilot.press("A")
        await pilot.pause()
        assert "A always" not in screen_text(app)
        assert sent(asking_root) == []


async def test_approving_sends_the_answer_and_gives_the_focus_back(
    asking: Workbench, asking_root: Path
) -> None:
    app = make_app(asking, first="runs")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        focused = app.focused
        await open_sheet(pilot)
        await pilot.press("a")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert app.focused is focused
        said = app.log_of_messages.all[-1].text
        lines = screen_text(app).splitlines()
    (command,) = sent(asking_root)
    assert command.question_id == "approve#1"
    assert command.answer.decision == "approve"
    assert said == "#1 approve approved"
    assert "?2" in "".join(lines[:2]) or "?3" in "".join(lines[:2])


async def test_rejecting_needs_a_reason(asking: Workbench, asking_root: Path) -> None:
    app = make_app(asking)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await open_sheet(pilot)
        await pilot.press("R", "enter")
        await pilot.pause()
        assert "write a reason first" in screen_text(app)
        await pilot.press("escape")
        sheet_of(app)
        await pilot.press("R", *"too wide", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert len(app.screen_stack) == 1
    (command,) = sent(asking_root)
    assert (command.answer.decision, command.answer.reason) == ("reject", "too wide")


async def test_a_choice_is_made_by_its_number_and_nothing_is_preselected(
    asking: Workbench, asking_root: Path
) -> None:
    app = make_app(asking)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await open_sheet(pilot, "right_square_bracket")
        await pilot.press("a")
        await pilot.pause()
        assert "choose first" in screen_text(app)
        await pilot.press("down", "2", "a")
        await app.workers.wait_for_complete()
        await pilot.pause()
    (command,) = sent(asking_root)
    assert (command.question_id, command.answer.choice) == ("colour#1", "green")


async def test_a_value_is_checked_before_it_is_taken(asking: Workbench, asking_root: Path) -> None:
    app = make_app(asking)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await open_sheet(pilot, "right_square_bracket", "right_square_bracket")
        await pilot.press("5", "0", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "50 is not in 1–9" in screen_text(app)
        assert sent(asking_root) == []
        await pilot.press("backspace", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
    (command,) = sent(asking_root)
    assert command.answer.value == 5


async def test_a_value_can_be_rejected_by_key(asking: Workbench, asking_root: Path) -> None:
    app = make_app(asking)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await open_sheet(pilot, "right_square_bracket", "right_square_bracket")
        await pilot.press("5", "escape", "R", *"none", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
    (command,) = sent(asking_root)
    assert (command.answer.decision, command.answer.reason) == ("reject", "none")


async def test_with_the_mouse_only(asking: Workbench, asking_root: Path) -> None:
    app = make_app(asking, first="workflows")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause(0.3)
        await pilot.click(offset=(10, 38))
        await pilot.pause(0.45)
        await click_text(pilot, "next question")
        await pilot.pause(0.45)
        await click_text(pilot, "green")
        await click_text(pilot, "take this choice")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert len(app.screen_stack) == 1
    assert [c.answer.choice for c in sent(asking_root)] == ["green"]


async def click_text(pilot: Pilot[int], text: str) -> None:
    app = pilot.app
    assert isinstance(app, LadderApp)
    lines = screen_text(app).splitlines()
    row = next(y for y, line in enumerate(lines) if text in line)
    await pilot.click(offset=(lines[row].index(text) + 1, row))
    await pilot.pause()


async def test_answered_elsewhere_the_sheet_says_so(asking: Workbench, asking_root: Path) -> None:
    app = make_app(asking)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await open_sheet(pilot)
        path = asking_root / ".ladder" / "ladder.db"
        database = open_database(path)
        epoch = take_run(database, RUN)
        database.close()
        journal = Journal(path, RUN, epoch, lambda: story.NOW)
        answer = Answer(decision="reject", reason="not today")
        journal.emit(QuestionAnswered(APPROVE.question_id, APPROVE.step_id, answer, 5.0))
        await journal.aclose()
        app.waiting.take(asking.runs.questions())
        await pilot.pause(0.4)
        assert "Answered elsewhere, rejected: not today" in screen_text(app)
        await pilot.press("a")
        await pilot.pause()
        assert sent(asking_root) == []
        await pilot.press("right_square_bracket")
        assert sheet_of(app).asked.question == CHOOSE


async def test_without_a_question_the_key_says_so(empty_wb: Workbench) -> None:
    app = make_app(empty_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+g")
        assert len(app.screen_stack) == 1
        assert app.log_of_messages.all[-1].text == "answer: no question waits"


async def test_the_bell_rings_only_for_who_is_elsewhere(
    asking: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for has_focus, rung in ((True, 0), (False, 1)):
        app = make_app(asking)
        bells: list[bool] = []
        monkeypatch.setattr(app, "bell", lambda bells=bells: bells.append(True))
        async with app.run_test(size=NARROW) as pilot:
            app.app_focus = has_focus
            app.waiting = type(app.waiting)(app.clock)
            app.frame_tick.gatherer._waiting = app.waiting
            app.frame_tick._refresh_facts()
            await pilot.pause()
        assert len(bells) == rung


def test_the_terminal_title_says_that_somebody_waits() -> None:
    assert terminal_title("shop\x07", 2) == "?2 ladder shop"
    assert terminal_title("shop", 0) == "ladder shop"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("approve", ()),
        ("reject", ("R",)),
        ("choose", ("right_square_bracket", "2")),
        ("value", ("right_square_bracket", "right_square_bracket")),
    ],
)
def test_looks(
    asking: Workbench, snap_compare: Any, size: tuple[int, int], name: str, keys: tuple[str, ...]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause(0.2)
        await open_sheet(pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.4)
        for field in pilot.app.screen.query("Field"):
            field.cursor_blink = False  # type: ignore[attr-defined]
        await pilot.pause()

    assert snap_compare(make_app(asking), terminal_size=size, run_before=before)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
async def test_no_line_is_longer_than_the_terminal(asking: Workbench, glyphs: Any) -> None:
    app = make_app(asking, glyphs=glyphs)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await open_sheet(pilot)
        strips = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {80}
