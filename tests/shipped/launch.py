"""How each shipped workflow is started in the tests, and what its run is to give."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import SCENARIOS, until, wait_for_end

PRD = """\
# Discounts

## Intent
A discount means what it says.

## Requirements
- FR-1 A discount of 10 shall take off a tenth of the price.
- FR-2 A price after a discount shall be at least 0.
"""
APPROVED = Answer()


class Launch(NamedTuple):
    """One way to run a shipped workflow to its end."""

    scenario: str
    inputs: Mapping[str, Any] = {}
    answers: Mapping[str, Answer] = {}
    """By the id of the step that asks."""
    verdict: str = "pass"
    agents: int = 1


LAUNCHES: Mapping[str, Launch] = {
    "security-review": Launch(
        "security_review.yaml",
        {"path": "shop"},
        {"look": Answer(choice="propose repairs")},
        verdict="fail",
        agents=6,
    ),
    "api-endpoint": Launch(
        "api_endpoint.yaml",
        {"description": "Products by name, for the search box."},
        {"approval": APPROVED},
        agents=4,
    ),
    "refactor-legacy": Launch(
        "refactor_legacy.yaml", {"path": "shop"}, {"approval": APPROVED}, agents=5
    ),
    "prd-to-code": Launch(
        "prd_to_code.yaml", {"prd": "discounts.md"}, {"approval": APPROVED}, agents=4
    ),
    "test-suite": Launch("test_suite.yaml", {}, {"approval": APPROVED}, agents=3),
    "audit-large": Launch("audit_large.yaml", verdict="fail", agents=2),
}


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
