"""Commands of a run, however it is stopped."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ladder_tui.domain.event import ProcessStarted
from ladder_tui.domain.ids import QuestionId, RunId
from ladder_tui.domain.question import Answer
from ladder_tui.errors import InvalidFileError
from ladder_tui.workbench import RunOptions, Workbench
from tests.chaos.test_kill import runner_pids
from tests.conftest import QUIET, processes_mentioning, until, wait_for_end
from tests.workflow.build import write_workflow

OPTIONS = RunOptions(model=f"scripted/{QUIET}")


def sleeping(wb: Workbench, effect: str, seconds: str) -> RunId:
    """A run whose command sleeps."""
    write_workflow(wb.root, "nap", [{"id": "nap", "run": ["sleep", seconds], "effect": effect}])
    wb.skills.trust()
    run_id = wb.runs.start("nap", {}, OPTIONS)
    until(lambda: processes_mentioning(f"sleep {seconds}"))
    return run_id


@pytest.mark.parametrize(("effect", "seconds"), [("none", "611.5"), ("external", "612.5")])
def test_a_cancelled_run_takes_its_command_along_within_two_seconds(
    wb: Workbench, effect: str, seconds: str
) -> None:
    run_id = sleeping(wb, effect, seconds)
    asked_at = time.monotonic()
    wb.runs.cancel(run_id)
    assert wait_for_end(wb, run_id, 10).state == "cancelled"
    until(lambda: not processes_mentioning(f"sleep {seconds}"), 2)
    assert time.monotonic() - asked_at < 10  # two seconds, and what a busy machine adds


def test_a_command_outside_that_lost_its_runner_is_asked_about(wb: Workbench) -> None:
    run_id = sleeping(wb, "external", "613.5")
    for pid in runner_pids(run_id):
        os.kill(pid, signal.SIGTERM)
    assert wait_for_end(wb, run_id, 10).state == "interrupted"
    wb.runs.resume(run_id)
    until(lambda: wb.runs.questions())
    (asked,) = wb.runs.questions()
    assert asked.question.rule == "external effect"
    assert "was not seen to end" in asked.question.text
    wb.runs.answer(run_id, QuestionId(""), Answer(choice="2"))
    assert wait_for_end(wb, run_id, 10).state == "done"
    events = [r.event for r in wb.runs.events(run_id, limit=1000)]
    assert sum(isinstance(event, ProcessStarted) for event in events) == 1
    assert wb.runs.steps(run_id)[0].state == "skipped"


def test_commands_of_a_repository_that_nobody_trusts_do_nothing(wb: Workbench) -> None:
    write_workflow(wb.root, "evil", [{"id": "x", "run": ["touch", "made"]}])
    with pytest.raises(InvalidFileError, match="R006"):
        wb.runs.start("evil", {}, OPTIONS)
    assert not (Path(wb.root) / "made").exists()
