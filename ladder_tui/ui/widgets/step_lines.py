"""One step of a run as lines: how it went, what it was given, what it gave and why it ran. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ladder_tui.insight.step_explanation import StepExplanation
from ladder_tui.projections.run_fold import ProcessCard, StepCard
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, clean_lines
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.question_lines import answer_words
from ladder_tui.ui.widgets.text_view import TextLine

JSON_LINES = 400
"""Lines of a value that are shown; the others are counted."""


def step_lines(
    view: RunView,
    step_ids: Sequence[str],
    why: Sequence[StepExplanation],
    glyphs: Glyphs,
    look: Styles,
) -> list[TextLine]:
    """The step, once for each slot of a fan-out around it; then the result of the run."""
    lines: list[TextLine] = []
    for step_id in step_ids:
        card = next((c for key, c in view.steps.items() if key == step_id), None)
        if card is None:
            lines += [(clean_line(step_id), look.strong), ("  its turn has not come", look.muted)]
        else:
            lines += _card(view, card, glyphs, look)
            lines += [line for e in why if e.step_id == step_id for line in _why(e, look)]
        lines.append(("", look.plain))
    return lines + _result(view, look)


def _card(view: RunView, card: StepCard, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    lines: list[TextLine] = [(f"{clean_line(card.step_id)}   {_figures(card)}", look.strong)]
    if card.reason:
        style = look.error if card.state == "failed" else look.muted
        lines += [(f"  {text}", style) for text in clean_lines(card.reason)]
    lines += _questions(view, card, glyphs, look)
    lines += _value("given", card.inputs, look) if card.inputs else []
    for process in card.processes.values():
        lines += _process(process, look)
    if card.is_output_omitted:
        lines.append(("gave: too much to keep here", look.muted))
    elif card.output is not None and not card.processes:
        lines += _value("gave", card.output, look)
    return lines


def _figures(card: StepCard) -> str:
    figures: list[str] = [card.state]
    if card.is_fallback:
        figures = ["failed, its fallback took its place"]
    if card.finished_at is not None:
        figures.append(form.elapsed(card.elapsed_s))
    if card.usage.total_tokens:
        figures.append(form.money(card.cost, has_sign=True))
        figures.append(f"{form.count(card.usage.total_tokens)} tok")
    if card.attempt > 1:
        figures.append(f"time {card.attempt}")
    return "   ".join(figures)


def _questions(view: RunView, card: StepCard, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    lines = [
        (f"  {glyphs.question} waits for you: ctrl+g answers", look.warning)
        for question in view.questions.values()
        if question.step_id == card.step_id
    ]
    for answered in view.answered:
        if answered.step_id == card.step_id:
            waited = form.age(answered.waited_s)
            lines.append((f"  {answer_words(answered.answer)}, after {waited}", look.success))
    return lines


def _process(process: ProcessCard, look: Styles) -> list[TextLine]:
    ended = "running" if process.is_running else f"exit {process.exit_code}"
    if not process.is_running and process.exit_code is None:
        ended = "ran out of time"
    style = look.error if not process.is_running and process.exit_code else look.accent
    command = clean_line(" ".join(process.argv))
    where = ", outside the sandbox" if process.effect == "external" else ""
    slot = f"{clean_line(process.slot)}: " if process.slot else ""
    text = f"{slot}$ {command}   {ended}, {form.elapsed(process.elapsed_s)}{where}"
    lines: list[TextLine] = [(text, style)]
    for text, of_stream in ((process.stdout, look.plain), (process.stderr, look.warning)):
        shown = clean_lines(text.rstrip("\n"))[:JSON_LINES] if text.strip() else []
        lines += [(f"  {line}", of_stream) for line in shown]
    return lines


def _value(name: str, value: Any, look: Styles) -> list[TextLine]:
    """A value as JSON that people can read."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    shown = clean_lines(text)
    lines: list[TextLine] = [(name, look.heading)]
    lines += [(f"  {line}", look.plain) for line in shown[:JSON_LINES]]
    if len(shown) > JSON_LINES:
        lines.append((f"  {len(shown) - JSON_LINES} more lines", look.muted))
    return lines


def _why(explanation: StepExplanation, look: Styles) -> list[TextLine]:
    lines: list[TextLine] = [("why it ran", look.heading)]
    lines.append((f"  {clean_line(explanation.text)}", look.plain))
    return lines + [(f"  {clean_line(part)}", look.muted) for part in explanation.changed]


def _result(view: RunView, look: Styles) -> list[TextLine]:
    if not view.is_final or view.output is None:
        return []
    return _value("result of the run", view.output, look)
