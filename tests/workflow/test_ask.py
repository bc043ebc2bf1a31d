"""A person in the loop: approving, choosing, giving values, sending back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ladder_tui.domain.event import QuestionAnswered
from ladder_tui.domain.question import Answer, Question
from tests.workflow.world import run_workflow

PLAN = {"id": "plan", "skill": "writer", "with": {"topic": "tea"}}
OK: dict[str, Any] = {
    "id": "ok",
    "ask": {"question": "Good?", "show": "${steps.plan.summary}", "redo": "plan", "redo_limit": 2},
}
PUSH = {"id": "push", "run": ["touch", "pushed"]}
SAYS = {
    "replies": [{"attempt": 1, "text": "Second."}, {"attempt": 2, "text": "Third."}],
    "default": {"text": "First."},
}


def yes(_question: Question) -> Answer:
    return Answer()


def no_until(round_: int) -> Any:
    def answer(question: Question) -> Answer:
        if question.round < round_:
            return Answer(decision="reject", reason=f"no {question.round}")
        return Answer()

    return answer


async def test_an_approval_goes_on_and_says_what_comes_next(tmp_path: Path) -> None:
    told = await run_workflow(tmp_path, {"steps": [PLAN, OK, PUSH]}, scenario=SAYS, answers=yes)
    assert told.end.state == "done", told.end.reason
    (question,) = told.asked
    assert (question.question_id, question.text, question.shown) == ("ok#1", "Good?", "First.")
    assert question.next_step == "step push runs: touch pushed, outside the sandbox"
    assert question.on_reject == "step plan runs again with your reason, at most 2 times more"
    assert told.finished("ok").output == {
        "decision": "approve", "choice": None, "value": None, "reason": "", "round": 1,
    }  # fmt: skip


async def test_what_comes_next_is_said_with_the_values_that_are_known(tmp_path: Path) -> None:
    tell = {"id": "tell", "run": ["echo", "${steps.plan.summary}", "${steps.ok.reason}"]}
    told = await run_workflow(tmp_path, {"steps": [PLAN, OK, tell]}, scenario=SAYS, answers=yes)
    (question,) = told.asked
    said = "step tell runs: echo First. ${steps.ok.reason}, outside the sandbox"
    assert question.next_step == said


async def test_what_comes_next_says_how_often_a_fan_out_does_it(tmp_path: Path) -> None:
    tell = {"id": "tell", "for_each": ["a", "b"], "run": ["echo", "${item}"], "effect": "none"}
    told = await run_workflow(tmp_path, {"steps": [PLAN, OK, tell]}, scenario=SAYS, answers=yes)
    (question,) = told.asked
    assert question.next_step == "step tell runs for each of 2 items: echo ${item}"


async def test_what_comes_next_may_be_another_question(tmp_path: Path) -> None:
    sure = {"id": "sure", "ask": {"question": "Sure?"}}
    told = await run_workflow(tmp_path, {"steps": [PLAN, OK, sure]}, scenario=SAYS, answers=yes)
    assert [q.next_step for q in told.asked] == ["step sure asks a person", "the workflow ends"]


async def test_a_rejection_runs_the_producer_again_with_the_reason(tmp_path: Path) -> None:
    flow = {"steps": [PLAN, OK, PUSH], "result": "${steps.plan.summary}"}
    told = await run_workflow(tmp_path, flow, scenario=SAYS, answers=no_until(3))
    assert told.end.state == "done", told.end.reason
    assert told.end.output == "Third."
    assert [q.shown for q in told.asked] == ["First.", "Second.", "Third."]
    assert [q.rounds_left for q in told.asked] == [2, 1, 0]
    assert [s.inputs.get("feedback") for s in told.started("plan")] == [None, "no 1", "no 2"]
    assert len(told.commands) == 1


async def test_rejecting_to_the_last_fails_the_step_and_touches_nothing(tmp_path: Path) -> None:
    told = await run_workflow(
        tmp_path, {"steps": [PLAN, OK, PUSH]}, scenario=SAYS, answers=no_until(99)
    )
    assert told.end.state == "cancelled"
    assert told.end.reason == "step ok failed: rejected: no 3"
    assert not told.commands


async def test_what_stands_between_and_has_not_changed_is_not_run_again(tmp_path: Path) -> None:
    between = {"id": "mid", "run": ["touch", "once"]}
    after = {"id": "see", "run": ["echo", "${steps.plan.summary}"], "effect": "none"}
    told = await run_workflow(
        tmp_path, {"steps": [PLAN, between, after, OK]}, scenario=SAYS, answers=no_until(2)
    )
    assert told.end.state == "done", told.end.reason
    assert told.asked[0].on_reject == (
        "step plan runs again with your reason, at most 2 times more; then step mid again,"
        " outside the sandbox, where its input changed"
    )
    assert told.commands == [("touch", "once"), ("echo", "First."), ("echo", "Second.")]


async def test_choices_and_values_are_seen_by_later_steps(tmp_path: Path) -> None:
    flow = {
        "steps": [
            {"id": "which", "ask": {"question": "Which?", "answer": "choose",
                                    "options": "${inputs.names}"}},
            {"id": "much", "ask": {"question": "How much?", "answer": "value",
                                   "value": {"type": "integer"}}},
        ],
        "result": "${[steps.which.choice, steps.much.value]}",
    }  # fmt: skip

    def answers(question: Question) -> Answer:
        if question.kind == "choose":
            return Answer(choice=question.options[1])
        return Answer(value=7)

    told = await run_workflow(tmp_path, flow, inputs={"names": ["a", "b\x1b[2J"]}, answers=answers)
    assert told.end.output == ["b", 7]


async def test_an_answer_is_kept_and_a_resumed_run_does_not_ask_again(tmp_path: Path) -> None:
    flow = {"steps": [PLAN, OK, PUSH]}
    first = await run_workflow(tmp_path, flow, scenario=SAYS, answers=no_until(2))
    again = await run_workflow(tmp_path, flow, scenario=SAYS, answers=None)
    assert again.asked == []
    assert again.end.output_digest == first.end.output_digest
    assert len([e for e in again.events if isinstance(e, QuestionAnswered)]) == 2


async def test_no_time_limit_counts_while_a_person_thinks(tmp_path: Path) -> None:
    inner = {"name": "inner", "steps": [{"id": "q", "ask": {"question": "Go?"}}]}
    flow = {
        "steps": [{"id": "part", "workflow": "inner", "timeout": 0.2}],
        "budget": {"seconds": 0.2},
    }

    told = await run_workflow(tmp_path, flow, nested=(inner,), answers=yes, think_s=0.6)
    assert told.end.state == "done", told.end.reason
