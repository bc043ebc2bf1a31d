"""Answers against their questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.ids import QuestionId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.errors import UsageError
from ladder_tui.library.answer import check_answer


def test_a_value_that_cannot_be_is_named_with_its_reason(tmp_path: Path) -> None:
    declared = WorkflowInput(type="integer", minimum=1, maximum=5)
    question = Question(
        question_id=QuestionId("n#1"), step_id=StepId("n"), kind="value", text="?", value=declared
    )
    with pytest.raises(UsageError) as caught:
        check_answer(question, Answer(value="9"), tmp_path)
    assert caught.value.what == "this value cannot be: 9 is not in 1–5"
    assert check_answer(question, Answer(value="3"), tmp_path).value == 3


def test_always_is_taken_only_where_a_rule_is_offered(tmp_path: Path) -> None:
    plain = Question(question_id=QuestionId("n#1"), step_id=StepId("n"), kind="approve", text="?")
    with pytest.raises(UsageError) as caught:
        check_answer(plain, Answer(is_always=True), tmp_path)
    assert caught.value.what == "this question offers no rule for the rest of the run"
    offered = Question(
        question_id=QuestionId("n#1"), step_id=StepId("n"), kind="approve", text="?",
        grants="Bash(pytest:*)",
    )  # fmt: skip
    assert check_answer(offered, Answer(is_always=True), tmp_path) == Answer(is_always=True)
    assert check_answer(offered, Answer(), tmp_path) == Answer()
