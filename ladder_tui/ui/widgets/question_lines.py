"""A question to a person as lines: what is asked, what it is about, what each answer does. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ladder_tui.domain.question import Answer, OpenQuestion, Question
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, clean_lines, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.diff_lines import diff_lines
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.text_view import TextLine

LABEL_CELLS = 9


def head_lines(asked: OpenQuestion, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    """The question, and which rule asked it."""
    question = asked.question
    lines = [
        Line(glyphs.ellipsis).add(text, look.strong)
        for part in clean_lines(question.text)
        for text in wrap(part, cells)
    ][:6]
    rule = clean_line(question.rule) or "ask step"
    again = f", round {question.round}" if question.round > 1 else ""
    return [*lines, Line(glyphs.ellipsis).add(f"asked by: {rule}{again}", look.muted)]


def shown_lines(question: Question, look: Styles) -> list[TextLine]:
    """What the question is about; findings are written out, diffs coloured."""
    lines = clean_lines(question.shown)
    if question.shown_kind == "diff":
        return diff_lines(lines, look)
    if question.shown_kind == "finding":
        return _finding(question.shown, look) or [(line, look.plain) for line in lines]
    if question.shown_kind == "command":
        return [
            ("$ " + line if not index else line, look.accent) for index, line in enumerate(lines)
        ]
    return [(line or " ", look.plain) for line in lines]


def _finding(text: str, look: Styles) -> list[TextLine]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    if not isinstance(found, dict):
        return []
    place = f"{found.get('path', '')}:{found.get('line', '')}"
    head = f"{found.get('severity', '')} {found.get('rule', '')}  {place}".strip()
    lines: list[TextLine] = [(clean_line(head), look.warning)]
    for name in ("message", "quote", "suggestion"):
        style = look.muted if name == "quote" else look.plain
        lines += [(line, style) for line in clean_lines(str(found.get(name) or "")) if line]
    return lines


def effect_lines(question: Question, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    """What exactly happens after each answer."""
    label = {"approve": "approve", "choose": "then", "value": "then"}[question.kind]
    rows = [(label, question.next_step), ("reject", question.on_reject)]
    if question.grants:
        rows.insert(1, ("always", f"{question.grants} is allowed for the rest of this run"))
    lines = []
    for name, text in rows:
        parts = wrap(clean_line(text), max(10, cells - LABEL_CELLS)) if text else []
        for index, part in enumerate(parts[:3]):
            head = f"{name:<{LABEL_CELLS}}" if not index else " " * LABEL_CELLS
            lines.append(Line(glyphs.ellipsis).add(head, look.muted).add(part, look.plain))
    return lines


def answer_words(answer: Answer) -> str:
    """An answer in a few words."""
    if answer.decision == "reject":
        return f"rejected: {clean_line(answer.reason)}"
    if answer.choice:
        return f"chosen: {clean_line(answer.choice)}"
    if answer.value is not None:
        return f"given: {clean_line(json.dumps(answer.value, ensure_ascii=False))}"
    return "approved for the rest of the run" if answer.is_always else "approved"


def gone_lines(answer: Answer | None, glyphs: Glyphs, look: Styles) -> Sequence[Line]:
    """The question does not wait any more."""
    line = Line(glyphs.ellipsis)
    if answer is None:
        return [line.add("It waits no more: its run ended or goes on without it.", look.warning)]
    return [line.add(f"Answered elsewhere, {answer_words(answer)}", look.warning)]


Key = tuple[str, str, str]
"""Key, what it does, and the action of a click."""


def sheet_keys(
    question: Question,
    *,
    is_gone: bool,
    is_rejecting: bool,
    is_typing: bool,
    has_following: bool,
) -> list[Key]:
    """What the keys of the sheet do now."""
    following = [("]", "next question", "screen.following")] if has_following else []
    if is_gone:
        return [*following, ("esc", "close", "screen.later")]
    if is_rejecting:
        return [
            ("enter", "reject with this reason", "screen.reject_now"),
            ("esc", "back", "screen.later"),
        ]
    word = {"approve": "approve", "choose": "take this choice", "value": "give this value"}
    key, reject = ("enter", "esc R") if is_typing else ("a", "R")
    always = [("A", "always", "screen.always")] if question.grants else []
    return [
        (key, word[question.kind], "screen.approve"),
        *always,
        (reject, "reject, with a reason", "screen.reject"),
        *following,
        ("esc", "later", "screen.later"),
    ]


def key_line(keys: Sequence[Key], glyphs: Glyphs, look: Styles) -> Line:
    """The keys of the sheet; each can be clicked."""
    line = Line(glyphs.ellipsis)
    for place, (key, label, action) in enumerate(keys):
        line.add("   " if place else "", look.plain)
        line.add(key, look.key, action).add(f" {label}", look.strong, action)
    return line


def title_of(asked: OpenQuestion) -> str:
    """Which step of which run asks."""
    step = clean_line(asked.question.agent_id or asked.question.step_id)
    return f"{clean_line(asked.workflow)} #{asked.number}  {step} asks"
