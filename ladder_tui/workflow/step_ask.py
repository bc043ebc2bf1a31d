"""An ask step: a person approves, rejects with a reason, chooses, or gives a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ladder_tui.agent.output import clean_lines
from ladder_tui.domain.ids import QuestionId
from ladder_tui.domain.question import SHOWN_LIMIT, Question, ShownKind
from ladder_tui.domain.workflow import Ask, Shards, Step
from ladder_tui.errors import UsageError
from ladder_tui.gates.printable import clean
from ladder_tui.library.expression import evaluate
from ladder_tui.workflow.question import ask_person
from ladder_tui.workflow.step import StepContext, StepPlan, StepResult
from ladder_tui.workflow.step_key import definition_hash, short_hash

ASK_RULE = "ask step"
TEXT_LIMIT = 4_000
OPTION_LIMIT = 400
"""Characters of a question, and of one choice."""
MAX_OPTIONS = 100
_DIFF_STARTS = ("diff --git ", "--- ", "Index: ")


class AskStep:
    """A rejection runs the producer again, or fails the step."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Raises UsageError for choices that are none."""
        question = _question(context)
        seen = (question.text, question.options, question.shown)
        parts = {"definition": definition_hash(context.step), "inputs": short_hash(seen)}
        inputs = {"question": question.text, "round": question.round}
        return StepPlan(inputs, parts, slots=(question,))

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:
        """Ask, and wait as long as it takes."""
        (question,) = plan.slots
        answer = await ask_person(question, context)
        output = {
            "decision": answer.decision,
            "choice": answer.choice or None,
            "value": answer.value,
            "reason": answer.reason,
            "round": question.round,
        }
        context.data.products[context.step_id] = output
        if answer.decision == "approve":
            return StepResult(output=output)
        ask = context.step.ask
        assert ask is not None
        redo = ask.redo if ask.redo is not None and question.rounds_left else ""
        reason = answer.reason if redo else f"rejected: {answer.reason}"
        return StepResult(output=output, ok=0, reason=reason, state="cancelled", redo=redo)


def _question(context: StepContext) -> Question:
    step, names = context.step, context.frame.names()
    ask = step.ask
    assert ask is not None
    round_ = context.frame.passes.get(step.id, 0) + 1
    left = max(0, ask.redo_limit - round_ + 1) if ask.redo is not None else 0
    shown, kind = _shown(None if ask.show is None else evaluate(ask.show, names))
    return Question(
        question_id=QuestionId(f"{context.step_id}#{context.pass_ + 1}"),
        step_id=context.step_id,
        kind=ask.answer,
        text=clean_lines(str(evaluate(ask.question, names)), TEXT_LIMIT),
        options=_options(step.id, ask, names),
        value=ask.value,
        shown=shown,
        shown_kind=kind,
        rule=ASK_RULE,
        next_step=_text(ask.next, names) or _next(context),
        on_reject=_on_reject(context, left),
        round=round_,
        rounds_left=left,
    )


def _text(template: str, names: dict[str, Any]) -> str:
    return clean(str(evaluate(template, names)), TEXT_LIMIT) if template else ""


def _options(step_id: str, ask: Ask, names: dict[str, Any]) -> tuple[str, ...]:
    if ask.answer != "choose":
        return ()
    options: Any = evaluate(ask.options, names)
    if not isinstance(options, list | tuple) or not options:
        raise UsageError(f"step {step_id}: there is nothing to choose from")
    texts = [o if isinstance(o, str) else msgspec.json.encode(o).decode() for o in options]
    if len(texts) > MAX_OPTIONS:
        raise UsageError(f"step {step_id}: {len(texts):,} choices are more than {MAX_OPTIONS}")
    return tuple(clean(text, OPTION_LIMIT) for text in texts)


def _shown(value: Any) -> tuple[str, ShownKind]:
    """What the question is about, as text without control characters."""
    if value is None:
        return "", "text"
    if isinstance(value, str):
        text = clean_lines(value, SHOWN_LIMIT)
        return text, "diff" if text.startswith(_DIFF_STARTS) else "text"
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    is_finding = isinstance(value, dict) and {"rule", "path", "line", "message"} <= value.keys()
    return clean_lines(text, SHOWN_LIMIT), "finding" if is_finding else "json"


def _next(context: StepContext) -> str:
    """The step that comes after an approval, in words."""
    steps = context.frame.workflow.steps
    place = next(n for n, step in enumerate(steps) if step.id == context.step.id)
    if place + 1 == len(steps):
        return "the workflow ends" if not context.frame.depth else "this part of the run ends"
    return describe(steps[place + 1], context.frame.names())


def describe(step: Step, names: Mapping[str, Any]) -> str:
    """What a step does, in a few words; its command with the values that are known already."""
    match step.kind:
        case "skill":
            return f"step {step.id} runs the skill {step.skill}{_each(step, names)}"
        case "run":
            outside = ", outside the sandbox" if step.effect == "external" else ""
            words = " ".join(_known(word, names) for word in step.run or ())
            each = _each(step, names)
            return f"step {step.id} runs{each}: {clean(words, 400)}{outside}"
        case "workflow":
            return f"step {step.id} runs the workflow {step.workflow}{_each(step, names)}"
        case "gate":
            return f"step {step.id} runs the gate {step.gate}"
        case "ask":
            return f"step {step.id} asks a person"
        case "aggregate":
            return f"step {step.id} joins what {step.over} gave"


def _each(step: Step, names: Mapping[str, Any]) -> str:
    """How often a fan-out does it, where that is known already."""
    items: Any = step.for_each
    if items is None:
        return ""
    if isinstance(items, Shards):
        return " for each shard"
    if isinstance(items, str):
        try:
            items = evaluate(items, names)
        except UsageError:
            items = None
    if isinstance(items, int):
        return f" {items} times"
    return (
        f" for each of {len(items)} items" if isinstance(items, list | tuple) else " for each item"
    )


def _known(word: str, names: Mapping[str, Any]) -> str:
    """An argument as it will be, or as it is written while its value is not known."""
    try:
        value = evaluate(word, names)
    except UsageError:
        return word
    return word if value is None else str(value)


def _on_reject(context: StepContext, rounds_left: int) -> str:
    step = context.step
    assert step.ask is not None
    if rounds_left:
        times = "once more" if rounds_left == 1 else f"at most {rounds_left} times more"
        again = f"step {step.ask.redo} runs again with your reason, {times}"
        outside = _outside_again(context)
        if outside:
            again += f"; then {outside} again, outside the sandbox, where its input changed"
        return again
    match step.on_error:
        case "stop":
            return "the run stops"
        case "continue":
            return "the run goes on without it"
        case "fallback":
            return "its fallback takes its place"


def _outside_again(context: StepContext) -> str:
    """Commands with effects between the producer and the question."""
    ask = context.step.ask
    steps = context.frame.workflow.steps
    ids = [step.id for step in steps]
    first = ids.index(ask.redo) if ask is not None and ask.redo in ids else len(ids)
    between = steps[first + 1 : ids.index(context.step.id)]
    outside = [s.id for s in between if s.kind == "run" and s.effect == "external"]
    return ", ".join(f"step {name}" for name in outside)
