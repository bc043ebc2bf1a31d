"""Runs launches of shipped workflows to their end, with a person who answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import SCENARIOS, until, wait_for_end
from tests.shipped.launch import LAUNCHES, PRD


def prepare(root: Path) -> None:
    """Put the files into the repository that a launch names."""
    (root / "discounts.md").write_text(PRD, encoding="utf-8")


def start(wb: Workbench, name: str, **changes: Any) -> RunId:
    """Start a launch; ``changes`` replace its fields."""
    launch = LAUNCHES[name]._replace(**changes)
    model = f"scripted/{SCENARIOS / launch.scenario}"
    return wb.runs.start(name, launch.inputs, RunOptions(model=model))


def next_question(wb: Workbench, run_id: RunId) -> Question | None:
    """Wait for the next question of a run; None when it ended instead."""
    found: list[Question] = []

    def is_there() -> bool:
        found[:] = [q.question for q in wb.runs.questions() if q.run_id == run_id]
        return bool(found) or wb.runs.get(run_id).state in FINAL_STATES

    until(is_there)
    return found[0] if found else None


def answer_all(wb: Workbench, run_id: RunId, answers: Mapping[str, Answer]) -> list[Question]:
    """Answer every question of a run until it ends; gives the questions."""
    asked: list[Question] = []
    while (question := next_question(wb, run_id)) is not None:
        asked.append(question)
        wb.runs.answer(run_id, question.question_id, answers[str(question.step_id)])
        until(lambda: all(q.question != asked[-1] for q in wb.runs.questions()))
    return asked


def run_shipped(wb: Workbench, name: str, **changes: Any) -> RunSummary:
    """Run a launch to its end, its questions answered."""
    prepare(wb.root)
    run_id = start(wb, name, **changes)
    answer_all(wb, run_id, LAUNCHES[name]._replace(**changes).answers)
    return wait_for_end(wb, run_id)


def output_of(wb: Workbench, run_id: RunId) -> Any:
    """What the workflow of a finished run gave."""
    feed = wb.runs.feed(run_id)
    feed.poll()
    while not feed.is_caught_up:
        feed.poll()
    return feed.view.output
