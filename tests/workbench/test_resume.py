"""Resuming after an edit: what changed runs again, the rest comes from the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Any

import pytest

from ladder_tui.domain.event import RunRevised, TurnFinished
from ladder_tui.domain.ids import QuestionId, RunId
from ladder_tui.domain.question import Answer
from ladder_tui.domain.run import RunSummary
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.workbench import RunOptions, Workbench
from tests.chaos.test_kill import kill_runner
from tests.cli.console import document
from tests.conftest import QUIET, until, wait_for_end
from tests.workflow.build import write_skill, write_workflow

ONE = {"id": "one", "skill": "first"}
TWO = {"id": "two", "skill": "second", "with": {"topic": "${inputs.topic}"}}
INPUTS = {"topic": {"type": "string", "default": "tea"}}


def flow(wb: Workbench, steps: Sequence[dict[str, Any]] = (ONE, TWO), **more: Any) -> None:
    write_workflow(wb.root, "flow", steps, **{"inputs": INPUTS, **more})


@pytest.fixture
def done(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> RunSummary:
    """A run of two skills that is done."""
    for name in ("first", "second"):
        write_skill(wb.root, name)
    wb.skills.trust()
    monkeypatch.chdir(wb.root)
    flow(wb)
    run_id = wb.runs.start("flow", {}, RunOptions(model=f"scripted/{QUIET}"))
    summary = wait_for_end(wb, run_id)
    assert summary.state == "done", summary.reason
    return summary


def again(wb: Workbench, run_id: RunId) -> RunSummary:
    before = len(wb.runs.events(run_id, limit=10_000))
    wb.runs.resume(run_id)
    until(lambda: len(wb.runs.events(run_id, limit=10_000)) > before)
    return wait_for_end(wb, run_id)


def why(wb: Workbench, run_id: RunId) -> dict[str, str]:
    return {each.step_id: each.why for each in wb.runs.explain(run_id)}


def bought(wb: Workbench, run_id: RunId) -> list[str]:
    events = [r.event for r in wb.runs.events(run_id, limit=10_000)]
    keys = [e.ledger_key for e in events if isinstance(e, TurnFinished)]
    assert len(set(keys)) == len(keys)
    return [e.agent_id for e in events if isinstance(e, TurnFinished)]


def test_an_edited_skill_runs_again_and_nothing_else_does(wb: Workbench, done: RunSummary) -> None:
    assert why(wb, done.run_id) == {"one": "first run", "two": "first run"}
    write_skill(wb.root, "second", "Do it better.")
    assert again(wb, done.run_id).state == "done"
    assert bought(wb, done.run_id) == ["one/first", "two/second", "two/second"]
    one, two = wb.runs.explain(done.run_id)
    assert (one.why, one.turns_reused, one.turns_bought) == ("reused", 1, 0)
    assert one.text == "nothing changed: 1 turn from the ledger"
    assert two.why == "changed"
    assert two.text.startswith("ran again because skill second changed ")
    assert two.changed[0].count("→") == 1
    events = [r.event for r in wb.runs.events(done.run_id, limit=10_000)]
    assert [e.changed for e in events if isinstance(e, RunRevised)] == [("skill second",)]
    assert wb.runs.spec(done.run_id).revision == 1
    shown = document("runs", "explain", "1", "two")["steps"]
    assert [step["why"] for step in shown] == ["changed"]


def test_a_done_run_that_nobody_edited_cannot_be_resumed(wb: Workbench, done: RunSummary) -> None:
    with pytest.raises(UsageError, match="nothing to resume"):
        wb.runs.resume(done.run_id)
    write_skill(wb.root, "second", "Do it better.")
    with pytest.raises(UsageError, match="nothing to resume"):
        wb.runs.resume(done.run_id, as_started=True)


def test_an_edited_workflow_is_taken_over_with_its_inputs(wb: Workbench, done: RunSummary) -> None:
    flow(wb, inputs={"topic": {"type": "string", "default": "coffee"}})
    assert again(wb, done.run_id).state == "done"
    assert why(wb, done.run_id) == {"one": "reused", "two": "changed"}
    steps = {str(step.step_id): step for step in wb.runs.steps(done.run_id)}
    assert steps["two"].inputs == {"topic": "coffee"}


def test_a_file_that_cannot_be_used_any_more_is_refused_with_its_problems(
    wb: Workbench, done: RunSummary
) -> None:
    flow(wb, [{"id": "one", "skill": "nobody"}])
    with pytest.raises(InvalidFileError, match="nobody"):
        wb.runs.resume(done.run_id)
    flow(wb, inputs={"topic": {"type": "integer", "required": True}})
    with pytest.raises(InvalidFileError, match="do not fit any more"):
        wb.runs.resume(done.run_id)


def test_a_skill_that_disappears_while_it_runs_changes_nothing(wb: Workbench) -> None:
    for name in ("first", "second"):
        write_skill(wb.root, name)
    wb.skills.trust()
    flow(wb, [ONE, {"id": "ok", "ask": {"question": "Go?"}}, TWO])
    run_id = wb.runs.start("flow", {}, RunOptions(model=f"scripted/{QUIET}"))
    until(lambda: len(wb.runs.questions()) == 1)
    shutil.rmtree(wb.root / ".ladder" / "skills" / "second")
    (wb.root / ".ladder" / "workflows" / "flow.yaml").write_text("name: [")
    kill_runner(run_id)
    until(lambda: not wb.runs.is_alive(run_id))
    wb.runs.answer(run_id, QuestionId(""), Answer())
    assert wait_for_end(wb, run_id).state == "done"
    assert bought(wb, run_id) == ["one/first", "two/second"]
    assert why(wb, run_id)["one"] == "reused"
    assert why(wb, run_id)["ok"] == "not finished before"


def test_a_step_that_is_not_there_cannot_be_explained(wb: Workbench, done: RunSummary) -> None:
    with pytest.raises(UsageError, match="no step 'three'"):
        wb.runs.explain(done.run_id, "three")
