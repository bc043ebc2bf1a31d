"""Types of aggregates: what they vote on, and what they hand to the skill that they ask."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.domain.workflow import VOTING
from ladder_tui.library.expression_scope import FREE_FIX, Typed
from ladder_tui.library.json_fit import properties_of
from ladder_tui.library.json_type import WHOLE, Schema, items_of, list_of, values_of
from ladder_tui.library.step_output import decision, skill_output
from ladder_tui.library.workflow_draft import StepView
from ladder_tui.library.workflow_type_scope import Typing

JUDGED = ("first", "second", "neither")
"""What a skill that judges can say in the field ``better`` of its output."""


def check_aggregate_types(view: StepView, typing: Typing, gives: Schema) -> Schema:
    """W050 and W054 for what an aggregate decides by; returns what it gives, ``gives`` at least."""
    if view.text("aggregate") in VOTING and isinstance(view.raw.get("by"), str):
        return decision(_voted(view, typing))
    if view.text("aggregate") == "judge":
        _check_judge(view)
    return gives


def handed_by_rule(view: StepView, typing: Typing) -> Mapping[str, Schema]:
    """What the rule itself hands to its skill, beside the values in ``with``."""
    answers = typing.outputs.get(view.text("over"), {})
    if view.text("aggregate") == "judge":
        return {"first": items_of(answers), "second": items_of(answers)}
    if view.text("aggregate") == "tree-reduce":
        # From the second level on they are what the skill itself gave.
        return {"items": list_of({}), "level": WHOLE, "total": WHOLE}
    return {}


def _voted(view: StepView, typing: Typing) -> Schema:
    answers = typing.outputs.get(view.text("over"), {})
    item = Typed(items_of(answers), is_trusted=False)
    found = typing.of(view.raw["by"], (*view.path, "by"), item)
    if found.is_free:
        message = f"{view.text('by')[:80]}: a vote on free text"
        view.add("W054", "by", message, FREE_FIX.replace("compare", "vote on"))
    return found.schema


def _check_judge(view: StepView) -> None:
    name = view.text("by")
    better = properties_of(skill_output(view.draft.catalog, name)).get("better")
    known = (view.draft.catalog.skills or {}).get(name)
    values = values_of(better) if better is not None else None
    if known is None or (values is not None and set(values) <= set(JUDGED)):
        return
    message = f'skill {name} cannot judge: its output has no "better" of {", ".join(JUDGED)}'
    view.add("W050", "by", message, "declare it as an enum in its outputs, or name another skill")
