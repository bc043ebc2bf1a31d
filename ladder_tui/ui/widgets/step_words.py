"""What a step does and under which conditions, in a few words for a drawing of its workflow. Pure.

Workflow files are untrusted: every text here is safe to draw.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from ladder_tui.domain.workflow import Shards, Step, StepKind
from ladder_tui.ui import format as form
from ladder_tui.ui.text import clean_line

_TEXT_LIMIT = 160
"""Characters of a question or a command that a drawing shows at most."""


def title(step: Step) -> str:
    """The step's id; ``?`` follows where it runs only sometimes."""
    return clean_line(step.id) + ("?" if step.when is not None else "")


def target(step: Step) -> str:
    """What it calls: a skill, a command, a gate, a question, another workflow."""
    return clean_line(_TARGETS[step.kind](step))[:_TEXT_LIMIT]


def notes(step: Step) -> list[str]:
    """All that decides when, how often and what next; the most important first."""
    found = [*_fan_out(step), *_inputs_of(step), *_conditions(step), *_limits(step)]
    return [clean_line(note) for note in found]


def fixed_items(step: Step) -> list[str]:
    """Names of the slots of a fan-out over a list that stands in the file; else empty."""
    if not isinstance(step.for_each, tuple):
        return []
    return [_item_name(step, item, place) for place, item in enumerate(step.for_each, 1)]


def bare(expression: str) -> str:
    """An expression as people read it: without its marks, and steps by their names alone."""
    text = expression.strip()
    if text.startswith("${") and text.endswith("}"):
        text = text[2:-1].strip()
    return clean_line(text).replace("steps.", "")


def _skill(step: Step) -> str:
    return bare(step.skill or "")


def _command(step: Step) -> str:
    return " ".join(bare(part) for part in step.run or ())


def _question(step: Step) -> str:
    return step.ask.question if step.ask is not None else ""


_TARGETS: dict[StepKind, Callable[[Step], str]] = {
    "skill": _skill,
    "run": _command,
    "aggregate": lambda step: step.aggregate or "",
    "gate": lambda step: step.gate or "",
    "ask": _question,
    "workflow": lambda step: step.workflow or "",
}


def _item_name(step: Step, item: Any, place: int) -> str:
    if isinstance(item, dict):
        item = item.get("name", next(iter(item.values()), ""))
    return clean_line(str(item)) or f"{step.id} {place}"


def _fan_out(step: Step) -> list[str]:
    each = step.for_each
    if each is None:
        return []
    at_once = "" if step.max_parallel is None else f", {bare(str(step.max_parallel))} at once"
    if isinstance(each, Shards):
        size = f"shards of {bare(each.shards)}, ~{form.count(each.tokens)} tokens each"
        return [f"{size}, at most {each.most}{at_once}"]
    if isinstance(each, str):
        return [f"one for each of {_cut(bare(each), 60)}{at_once}"]
    number = each if isinstance(each, int) else len(each)
    return [f"{form.plural(number, 'slot')}{at_once}"]


def _inputs_of(step: Step) -> list[str]:
    if step.over is None:
        return []
    return [f"{'joins' if step.kind == 'aggregate' else 'checks'} {step.over}", *_by(step)]


def _by(step: Step) -> list[str]:
    """What an aggregate decides by."""
    if step.by is None:
        return []
    by = bare(step.by) if isinstance(step.by, str) else ", ".join(map(bare, step.by))
    return [f"by {by}"]


def _conditions(step: Step) -> list[str]:
    found = []
    if step.when is not None:
        found.append(f"when {bare(str(step.when))}")
    if step.needs:
        found.append(f"needs {', '.join(step.needs)}")
    if step.ask is not None and step.ask.redo:
        found.append(f"a rejection runs {step.ask.redo} again, at most {step.ask.redo_limit}×")
    if step.kind == "run" and step.effect == "external":
        found.append("outside the sandbox")
    if step.on_error == "continue":
        found.append("goes on after an error")
    elif step.on_error == "fallback":
        found.append(f"falls back to {_value(step.fallback)}")
    return found


def _limits(step: Step) -> list[str]:
    found = []
    if step.retry:
        found.append(f"{form.plural(step.retry, 'retry', 'retries')}")
    if step.timeout is not None:
        found.append(f"at most {form.elapsed(step.timeout)}")
    if step.budget is not None and step.budget.usd is not None:
        found.append(f"at most ${step.budget.usd:.2f}")
    return found


def _value(value: Any) -> str:
    if value is msgspec.UNSET or value is None:
        return "nothing"
    if isinstance(value, str):
        return bare(value) or "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return _cut(text, 40)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
