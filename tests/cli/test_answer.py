"""A run that asks: at a terminal, without one, from elsewhere, and after its runner is gone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.domain.event import QuestionAsked
from ladder_tui.domain.ids import QuestionId, RunId
from ladder_tui.domain.question import Answer
from ladder_tui.errors import UsageError
from ladder_tui.workbench import RunOptions, Workbench
from tests.chaos.test_kill import kill_runner
from tests.cli.console import Terminal, console, document, invoke
from tests.conftest import QUIET, until, wait_for_end
from tests.workflow.build import write_skill, write_workflow

MODEL = ("--model", f"scripted/{QUIET}")
ASK: dict[str, Any] = {
    "id": "ok",
    "ask": {"question": "Ship it?", "show": "${steps.build.value}", "redo": "plan"},
}
PLAN = {"id": "plan", "skill": "planner"}
BUILD = {"id": "build", "run": ["echo", "built \x1b[31m it"], "effect": "none"}
SHIP = {"id": "ship", "run": ["touch", "shipped"], "effect": "external"}


@pytest.fixture
def asking(here: Path, wb: Workbench) -> Workbench:
    """A trusted repository with a workflow that asks before it ships."""
    write_skill(here, "planner")
    write_workflow(here, "ship", [PLAN, BUILD, ASK, SHIP])
    wb.skills.trust()
    return wb


def started(wb: Workbench) -> RunId:
    run_id = wb.runs.start("ship", {}, RunOptions(model=f"scripted/{QUIET}"))
    until(lambda: len(wb.runs.questions()) == 1)
    return run_id


def asked(wb: Workbench, run_id: RunId) -> int:
    events = wb.runs.events(run_id, limit=10_000)
    return sum(isinstance(r.event, QuestionAsked) for r in events)


def test_without_a_terminal_it_says_what_waits_and_how_to_answer(
    asking: Workbench, here: Path
) -> None:
    done = console(here, "run", "ship", *MODEL)
    assert done.returncode == 2
    assert "Ship it?" in done.stderr
    assert "built" in done.stderr
    assert "\x1b" not in done.stderr
    assert "step ship runs: touch shipped, outside the sandbox" in done.stderr
    assert "ladder runs answer 1 'ok#1' --approve" in done.stderr
    assert asking.runs.get("1").questions == 1
    assert invoke("runs", "list").stdout.splitlines()[1].split()[2:4] == ["?", "asks"]
    shown = invoke("runs", "show", "1").stdout
    assert "ladder runs answer 1 'ok#1' --approve" in shown
    assert "needs" not in shown
    assert "planner" in shown
    assert document("runs", "answer", "--list", "1")["questions"][0]["number"] == 1

    taken = document("runs", "answer", "1", "--approve")
    assert taken["is_taken"]
    assert wait_for_end(asking, asking.runs.get("1").run_id).state == "done"
    assert (here / "shipped").exists()
    assert invoke("runs", "answer", "--list").stderr == "no run waits for an answer\n"
    steps = invoke("runs", "steps", "1").stdout
    assert "touch" in steps
    assert "## Answers" in invoke("runs", "export", "1").stdout


def test_at_a_terminal_it_asks_there(asking: Workbench, here: Path) -> None:
    terminal = Terminal(here, "run", "ship", *MODEL)
    terminal.wait_for("approve, reject or later")
    terminal.type("r\n")
    terminal.wait_for("why")
    terminal.type("not yet\n")
    terminal.wait_for("ok#2")
    terminal.wait_for("approve, reject or later")
    terminal.type("a\n")
    assert terminal.end() == 0
    answered = asking.runs.steps(asking.runs.get("1").run_id)[2]
    assert answered.output == {
        "decision": "approve", "choice": None, "value": None, "reason": "", "round": 2,
    }  # fmt: skip


def test_ctrl_c_at_a_question_stops_the_run(asking: Workbench, here: Path) -> None:
    terminal = Terminal(here, "run", "ship", *MODEL)
    terminal.wait_for("approve, reject or later")
    time.sleep(0.5)  # the prompt is printed a moment before keys are read
    terminal.type("\x03")
    assert terminal.end() == 4
    assert asking.runs.get("1").state == "cancelled"
    assert asking.runs.questions() == []


def test_answers_that_do_not_fit_are_refused_and_change_nothing(asking: Workbench) -> None:
    run_id = started(asking)
    with pytest.raises(UsageError, match="needs a reason"):
        asking.runs.answer(run_id, QuestionId("ok#1"), Answer(decision="reject", reason=" "))
    with pytest.raises(UsageError, match="ok#7 does not wait"):
        asking.runs.answer(run_id, QuestionId("ok#7"), Answer())
    assert invoke("runs", "answer", "1", "--approve", "--reject", "x").exit_code == 2
    for way in ("--choose", "--value"):
        refused = invoke("runs", "answer", "1", way, "no")
        assert refused.exit_code == 2
        assert "no choice and no value is asked for" in refused.stderr
    assert asked(asking, run_id) == 1


def test_a_killed_runner_does_not_lose_the_question_nor_the_answer(asking: Workbench) -> None:
    run_id = started(asking)
    kill_runner(run_id)
    until(lambda: not asking.runs.is_alive(run_id))
    assert asking.runs.get("1").state == "interrupted"
    assert len(asking.runs.questions()) == 1
    watched = invoke("runs", "watch", "1")
    assert watched.exit_code == 2
    assert "ladder runs answer 1 'ok#1' --approve" in watched.stderr
    asking.runs.answer(run_id, QuestionId(""), Answer())
    assert wait_for_end(asking, run_id).state == "done"
    assert asked(asking, run_id) == 2
    assert (asking.root / "shipped").exists()
