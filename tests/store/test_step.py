"""Rows of steps and questions follow their events."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.domain.event import (
    Event,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    StepFinished,
    StepStarted,
)
from ladder_tui.domain.ids import QuestionId, RunId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store.database import Database
from ladder_tui.store.journal import Journal
from ladder_tui.store.question import open_questions
from ladder_tui.store.run import get_run
from ladder_tui.store.step import steps
from tests.store.build import clock, open_with_run

RUN = RunId("r-1")


def asked(number: int) -> QuestionAsked:
    step = StepId(f"ok{number}")
    question_id = QuestionId(f"ok{number}#1")
    return QuestionAsked(
        Question(question_id=question_id, step_id=step, kind="approve", text="Go?")
    )


async def written(path: Path, *events: Event) -> Database:
    db, run_id, epoch = open_with_run(path / "ladder.db")
    journal = Journal(path / "ladder.db", run_id, epoch, clock())
    for event in events:
        journal.emit(event)
        await journal.flush()
    await journal.aclose()
    return db


async def test_a_step_row_is_its_newest_start_and_end_and_all_it_spent(tmp_path: Path) -> None:
    one, two = StepId("one"), StepId("two")
    db = await written(
        tmp_path,
        StepStarted(two, "run", inputs={"a": 1}, key="k1", parts={"inputs": "x"}),
        StepFinished(two, "failed", "no", 1.0, 0, 1, usage=Usage(3), cost=Cost(4)),
        StepStarted(two, "run", attempt=2, inputs={"a": 2}, key="k2"),
        StepFinished(two, "done", "", 2.0, 1, 1, [1, None], usage=Usage(1), cost=Cost(1)),
        StepFinished(one, "skipped", "needs two"),
    )
    second, first = steps(db, get_run(db, RUN).run_id)
    assert (second.step_id, second.state, second.attempt, second.key) == (two, "done", 2, "k2")
    assert (second.inputs, second.output) == ({"a": 2}, [1, None])
    assert (second.usage, second.cost) == (Usage(4), Cost(5))
    assert (first.step_id, first.state, first.reason) == (one, "skipped", "needs two")
    db.close()


async def test_questions_wait_until_they_are_answered_or_the_run_ends(tmp_path: Path) -> None:
    answer = QuestionAnswered(QuestionId("ok1#1"), StepId("ok1"), Answer(), 2.0)
    db = await written(tmp_path, asked(1), asked(1), asked(2), answer)
    assert [q.question.step_id for q in open_questions(db)] == ["ok2"]
    assert get_run(db, RUN).questions == 1
    db.close()


async def test_the_end_of_a_run_closes_its_questions(tmp_path: Path) -> None:
    end = RunFinished("cancelled", "none", "", Usage(), Cost(), 0, 0, 0, 1.0)
    db = await written(tmp_path, asked(1), end)
    assert open_questions(db, RUN) == []
    assert get_run(db, RUN).questions == 0
    db.close()
