"""Models of a step that contradict each other, and escalations that cannot do anything (W085)."""

from __future__ import annotations

from typing import Any

from ladder_tui.library.workflow_draft import StepView, static_values


def check_route(view: StepView) -> None:
    """W085: ``model`` beside ``tier``, and an ``escalate`` without a way up or a reason."""
    if view.text("model") and view.text("tier"):
        view.add("W085", "model", "a step has a model or a tier, not both", "remove one")
    escalate = view.mapping("escalate")
    if not escalate:
        return
    to = escalate.get("to", "best")
    if to == view.text("tier"):
        fix = "start at a lower tier, or remove escalate"
        view.add("W085", ("escalate", "to"), f'it starts at tier "{to}" already', fix)
    on = escalate.get("on")
    if isinstance(on, list) and not on:
        fix = "name schema, gate, confidence or failure"
        view.add("W085", ("escalate", "on"), "nothing makes it go up", fix)
    _check_confidence(view, escalate.get("confidence"), on if isinstance(on, list) else [])


def _check_confidence(view: StepView, least: Any, on: list[Any]) -> None:
    is_number = isinstance(least, int | float) and not isinstance(least, bool)
    if is_number and not 0 < least <= 1:
        message = f"confidence {least} is not above 0 and at most 1"
        view.add("W085", ("escalate", "confidence"), message, "choose 0.7, for example")
    if "confidence" not in on:
        if least is not None:
            fix = "add confidence to on, or remove it"
            view.add("W085", ("escalate", "confidence"), "its on does not name confidence", fix)
        return
    for _, name in static_values(view.raw, "skill"):
        skill = (view.draft.catalog.skills or {}).get(name)
        if skill is not None and "confidence" not in (skill.outputs or {}).get("properties", {}):
            message = f"{name} does not say how sure it is: its output has no field confidence"
            view.add("W085", ("escalate", "on"), message, "add the field, or remove it from on")
            return
