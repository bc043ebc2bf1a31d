"""A report of a run that is no review: its output, its steps, what people said."""

from __future__ import annotations

import json

from ladder_tui.domain.event import (
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    StepFinished,
    StepStarted,
)
from ladder_tui.domain.ids import QuestionId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight.report_json import render_json
from ladder_tui.insight.report_markdown import render_markdown
from ladder_tui.projections.run_view import RunView, fold
from tests.projections.story import records
from tests.store.build import spec

PLAN, ASK = StepId("plan"), StepId("ok")


def view() -> RunView:
    question = Question(
        question_id=QuestionId("ok#1"), step_id=ASK, kind="approve", text="Ship | <b>it</b>?"
    )
    return fold(
        records(
            StepStarted(PLAN, "run", inputs={"argv": ["date"]}),
            StepFinished(PLAN, "done", "", 1.5, 1, 1, {"value": "a|b"}),
            StepStarted(ASK, "ask"),
            QuestionAsked(question),
            QuestionAnswered(question.question_id, ASK, Answer(decision="reject", reason="no"), 2),
            StepFinished(ASK, "failed", "rejected: no", 2.0, 0, 1),
            RunFinished(
                "done", "pass", "", Usage(), Cost(), 0, 0, 0, 3.5, output={"text": "```\nhi"}
            ),
        )
    )


def test_markdown_shows_output_steps_and_answers_escaped() -> None:
    report = render_markdown(view(), spec())
    assert "## Output\n\n" in report
    assert '"text": "```\\nhi"' in report
    assert "| plan | run | done | 0 | 1.5 s |" in report
    assert "rejected: no" in report
    assert "<b>" not in report
    assert "**reject: no**" in report


def test_json_has_every_step_whole() -> None:
    report = json.loads(render_json(view(), spec()))
    assert report["output"] == {"text": "```\nhi"}
    assert report["steps"][0]["inputs"] == {"argv": ["date"]}
    assert report["steps"][0]["output"] == {"value": "a|b"}
    assert report["answers"][0]["reason"] == "no"
