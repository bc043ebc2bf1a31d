"""What a view knows of steps, their commands and their questions."""

from __future__ import annotations

from ladder_tui.domain.event import (
    Event,
    ProcessFinished,
    ProcessStarted,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunRevised,
    StepFinished,
    StepStarted,
)
from ladder_tui.domain.ids import QuestionId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.run_view import fold, to_dict
from tests.projections.story import records

PUSH = StepId("push")
ASKED = Question(question_id=QuestionId("ok#1"), step_id=StepId("ok"), kind="approve", text="Go?")


def test_a_step_keeps_what_it_was_given_gave_and_cost() -> None:
    view = fold(
        records(
            StepStarted(PUSH, "run", inputs={"argv": ["git"]}, key="k", parts={"inputs": "a"}),
            StepFinished(PUSH, "failed", "no", 1.0, 0, 1, usage=Usage(5), cost=Cost(7)),
            StepStarted(PUSH, "run", attempt=2, inputs={"argv": ["git", "x"]}, key="l"),
            StepFinished(PUSH, "done", "", 2.0, 1, 1, {"value": 1}, usage=Usage(1), cost=Cost(1)),
        )
    )
    step = view.steps[PUSH]
    assert (step.attempt, step.inputs, step.output) == (2, {"argv": ["git", "x"]}, {"value": 1})
    assert (step.usage, step.cost, step.elapsed_s) == (Usage(6), Cost(8), 2.0)
    assert to_dict(view)["steps"][0]["usage"]["total_tokens"] == 6


def test_a_command_is_running_until_it_ends() -> None:
    events: list[Event] = [
        StepStarted(PUSH, "run"),
        ProcessStarted(PUSH, "a", ("git", "push"), "external"),
        ProcessFinished(PUSH, "a", 1, 0.5, "out", "err"),
    ]
    assert fold(records(*events[:2])).steps[PUSH].processes["a"].is_running
    card = fold(records(*events)).steps[PUSH].processes["a"]
    assert (card.argv, card.exit_code, card.stderr) == (("git", "push"), 1, "err")


def test_a_question_waits_until_it_is_answered_also_over_a_parked_runner() -> None:
    story: list[Event] = [
        QuestionAsked(ASKED),
        RunInterrupted("waits for an answer"),
        RunResumed(2),
    ]
    assert list(fold(records(*story)).questions) == ["ok#1"]
    answer = QuestionAnswered(ASKED.question_id, ASKED.step_id, Answer(reason="fine"), 3.0)
    view = fold(records(*story, QuestionAsked(ASKED), answer))
    assert view.questions == {}
    assert [(a.question, a.answer.reason) for a in view.answered] == [(ASKED, "fine")]


def test_nobody_is_asked_any_more_when_a_run_ended() -> None:
    end = RunFinished("cancelled", "none", "", Usage(), Cost(), 0, 0, 0, 1.0, output=[1])
    view = fold(records(QuestionAsked(ASKED), RunRevised("h", ("workflow w",)), end))
    assert view.questions == {}
    assert (view.output, view.revisions) == ([1], [("workflow w",)])
    assert to_dict(view)["output"] == [1]
