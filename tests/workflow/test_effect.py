"""A command with effects is never repeated silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ladder_tui.domain.question import Answer, Question
from ladder_tui.workflow.step_run import AGAIN, SKIP, STOP
from tests.workflow.world import Told, run_workflow

APPEND = "echo x >> ../log; test -e ../ok"


def flow(**more: Any) -> dict[str, Any]:
    push = {"id": "push", "run": ["sh", "-c", APPEND], **more}
    after = {"id": "after", "run": ["echo", "ok"], "effect": "none", "needs": ["push"]}
    return {"steps": [push, after]}


async def failed_once(path: Path, **more: Any) -> Told:
    told = await run_workflow(path, flow(**more))
    assert told.end.reason == "step push failed: exit code 1"
    (path / "ok").touch()
    return told


def say(choice: str) -> Any:
    def answer(question: Question) -> Answer:
        assert question.rule == "external effect"
        assert "was started before and ended with 1" in question.text
        assert question.shown == f"sh -c {APPEND}"
        return Answer(choice=choice)

    return answer


def effects(path: Path) -> int:
    return len((path / "log").read_text().splitlines())


async def test_one_that_failed_is_run_again_only_when_a_person_says_so(tmp_path: Path) -> None:
    await failed_once(tmp_path)
    told = await run_workflow(tmp_path, flow(), answers=say(AGAIN))
    assert told.end.state == "done", told.end.reason
    assert [q.question_id for q in told.asked] == ["push#1.1"]
    assert effects(tmp_path) == 2
    again = await run_workflow(tmp_path, flow(), answers=None)
    assert again.end.output_digest == told.end.output_digest
    assert effects(tmp_path) == 2


async def test_one_that_is_left_out_is_skipped_with_what_needs_it(tmp_path: Path) -> None:
    await failed_once(tmp_path)
    told = await run_workflow(tmp_path, flow(), answers=say(SKIP))
    assert told.states == {"push": "skipped", "after": "skipped"}
    assert told.end.state == "done"
    assert effects(tmp_path) == 1


async def test_a_person_may_stop_there_whatever_on_error_says(tmp_path: Path) -> None:
    await failed_once(tmp_path)
    told = await run_workflow(tmp_path, flow(), answers=say(STOP))
    assert told.end.state == "cancelled"
    assert "a person stopped it at step push" in told.end.reason
    assert effects(tmp_path) == 1


async def test_a_failure_that_was_taken_as_it_is_is_not_asked_about(tmp_path: Path) -> None:
    first = await run_workflow(tmp_path, flow(on_error="continue"))
    assert first.end.state == "done"
    (tmp_path / "ok").touch()
    again = await run_workflow(tmp_path, flow(on_error="continue"), answers=None)
    assert again.asked == []
    assert again.end.output_digest == first.end.output_digest
    assert effects(tmp_path) == 1


async def test_one_without_effects_is_simply_run_again(tmp_path: Path) -> None:
    quiet = {"steps": [{"id": "look", "run": ["sh", "-c", "test -e ok"], "effect": "none"}]}
    first = await run_workflow(tmp_path, quiet)
    assert first.end.state == "error"
    (tmp_path / "repo" / "ok").touch()
    again = await run_workflow(tmp_path, quiet, answers=None)
    assert again.end.state == "done"
    assert again.asked == []
