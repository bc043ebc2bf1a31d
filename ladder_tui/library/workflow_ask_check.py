"""Questions to a person (W090): what is asked, answered, and run again after a rejection."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.workflow_draft import StepView
from ladder_tui.library.workflow_input_check import check_declaration

FEEDBACK = "feedback"
"""Input in which a step that runs again gets the reason of the rejection."""


def check_ask(view: StepView) -> None:
    """Report what is wrong with a question."""
    ask = view.raw.get("ask")
    if not isinstance(ask, dict):
        return
    kind = ask.get("answer", "approve")
    question = ask.get("question")
    if isinstance(question, str) and not question.strip():
        view.add("W090", ("ask", "question"), "the question is empty", "write what is asked")
    _check_options(view, ask, kind)
    _check_value(view, ask, kind)
    _check_redo(view, ask, kind)


def _check_options(view: StepView, ask: dict[str, Any], kind: Any) -> None:
    options = ask.get("options")
    if kind != "choose":
        if options:
            fix = "add answer: choose, or remove it"
            view.add("W090", ("ask", "options"), "options mean nothing without choose", fix)
        return
    if not options:
        view.add("W090", ("ask", "answer"), "choose without options", "add options: [one, other]")
    elif isinstance(options, list) and len(set(map(str, options))) != len(options):
        view.add("W090", ("ask", "options"), "an option is there twice", "remove one")
    elif isinstance(options, str) and not _is_expression(options):
        fix = "write a list, or one expression that gives one"
        view.add("W090", ("ask", "options"), "options is text, not a list", fix)


def _check_value(view: StepView, ask: dict[str, Any], kind: Any) -> None:
    value = ask.get("value")
    if kind != "value":
        if value is not None:
            fix = "add answer: value, or remove it"
            view.add("W090", ("ask", "value"), "value means nothing without answer: value", fix)
        return
    if value is None:
        fix = "add for example value: {type: integer}"
        view.add("W090", ("ask", "answer"), "value without the type of what is given", fix)
        return
    try:
        declared = msgspec.convert(value, WorkflowInput)
    except msgspec.ValidationError:
        # The decoder has reported it.
        return
    check_declaration(declared, (*view.path, "ask", "value"), view.draft.report)


def _check_redo(view: StepView, ask: dict[str, Any], kind: Any) -> None:
    redo = ask.get("redo")
    if not isinstance(redo, str):
        if "redo_limit" in ask:
            fix = "add redo: STEP, or remove it"
            view.add("W090", ("ask", "redo_limit"), "redo_limit means nothing without redo", fix)
        return
    if kind != "approve":
        message = f"redo means nothing for {kind}: only an approval can be refused"
        view.add("W090", ("ask", "redo"), message, "remove it, or use answer: approve")
    producer = view.draft.by_id.get(redo)
    if producer is None or producer.kind == "skill":
        return
    if producer.kind != "workflow":
        message = f"redo runs {producer.kind or 'a'} step {redo} again, which takes no reason"
        view.add("W090", ("ask", "redo"), message, "name a skill or workflow step")
        return
    nested = (view.draft.catalog.workflows or {}).get(producer.text("workflow"))
    if nested is not None and FEEDBACK not in nested.inputs:
        message = f"redo runs workflow {nested.name} again, which has no input {FEEDBACK}"
        fix = f"declare {FEEDBACK} among its inputs"
        view.add("W090", ("ask", "redo"), message, fix)


def _is_expression(text: str) -> bool:
    try:
        return parse_template(text).is_whole
    except ExpressionError:
        # Reported where expressions are parsed.
        return True
