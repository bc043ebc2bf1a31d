"""Types between steps: what a step gives against what the next one takes.

Rules: W050 a value that does not fit the input it feeds, W052 and W053 an expression of a wrong
type for its place, W056 inputs that are missing or not taken, W057 a result or fallback that
misses its schema; W030, W051, W054 and W055 for the expressions themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ladder_tui.domain.workflow import ASKING, WorkflowInput
from ladder_tui.library.expression_scope import FREE_FIX, Typed
from ladder_tui.library.json_fit import misfit, properties_of, required_of
from ladder_tui.library.json_type import (
    BOOLEAN,
    TEXT,
    WHOLE,
    Schema,
    alternatives,
    closed,
    inlined,
    list_of,
    type_of,
    words,
)
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.step_output import input_schema, slot_output
from ladder_tui.library.workflow_aggregate_type import check_aggregate_types, handed_by_rule
from ladder_tui.library.workflow_compared_input import compared_inputs
from ladder_tui.library.workflow_draft import Draft, StepView
from ladder_tui.library.workflow_type_scope import Typing
from ladder_tui.library.yaml_document import YamlPath

_TEXT_KEYS = ("run", "env", "stdin", "cwd", "name", "skill")


def check_types(draft: Draft) -> None:
    """Follow the types through all steps, in order."""
    typing = Typing(draft)
    for view in draft.views:
        item = typing.item(view)
        _check_control(view, typing)
        for key in _TEXT_KEYS:
            if key in view.raw:
                typing.check_texts(view.raw[key], (*view.path, key), item)
        if "ask" in view.raw:
            _check_ask(view, typing)
        _check_with(view, typing, item)
        gives = slot_output(view, typing.outputs)
        if view.kind == "aggregate":
            gives = check_aggregate_types(view, typing, gives)
        if "fallback" in view.raw:
            _check_fallback(view, typing, gives)
        if view.id:
            typing.outputs.setdefault(view.id, list_of(gives) if view.is_fan_out else gives)
    _check_result(draft, typing)
    fail_on = draft.value.get("fail_on")
    if isinstance(fail_on, dict):
        _check_decision(draft, typing, ("fail_on", "when"), fail_on.get("when"))


def _check_control(view: StepView, typing: Typing) -> None:
    """Keys that decide what runs: they need a certain type."""
    items = view.raw.get("for_each")
    if isinstance(items, dict):
        found = typing.of(items.get("shards"), (*view.path, "for_each", "shards"))
        if reason := misfit(found.schema, TEXT):
            message = f"shards {reason}"
            view.add("W052", ("for_each", "shards"), message, "give the path of a directory")
    if isinstance(view.raw.get("max_parallel"), str):
        found = typing.of(view.raw["max_parallel"], (*view.path, "max_parallel"))
        if reason := misfit(found.schema, WHOLE):
            message = f"{view.text('max_parallel')[:80]} {reason}"
            view.add("W052", "max_parallel", message, "choose a whole number")
    _check_decision(view.draft, typing, (*view.path, "when"), view.raw.get("when"))


def _check_decision(draft: Draft, typing: Typing, path: YamlPath, value: Any) -> None:
    """W053 and W054 for an expression that decides."""
    if not isinstance(value, str):
        return
    found = typing.of(value, path)
    if found.is_free:
        draft.report.add("W054", path, f"{value[:80]}: when asks free text", FREE_FIX)
    elif reason := misfit(found.schema, BOOLEAN):
        kinds = {type_of(part) for part in alternatives(found.schema)}
        fix = "write length(…) > `0`" if "array" in kinds else "compare it: … == …"
        draft.report.add("W053", path, f"{value[:80]} {reason}", fix)


def _check_ask(view: StepView, typing: Typing) -> None:
    ask = view.mapping("ask")
    path = (*view.path, "ask")
    for key in ("question", "next"):
        typing.check_texts(ask.get(key), (*path, key))
    typing.of(ask.get("show"), (*path, "show"))
    options = ask.get("options")
    found = typing.of(options, (*path, "options"))
    if isinstance(options, str) and (reason := misfit(found.schema, list_of(TEXT))):
        view.add("W052", ("ask", "options"), f"{options[:80]} {reason}", "choose a list of texts")


def _check_with(view: StepView, typing: Typing, item: Typed | None) -> None:
    given = view.mapping("with")
    takers = _takers(view)
    for index, noun, wanted in takers:
        around = typing.item(view, index) if index is not None else item
        types = {key: typing.of(v, (*view.path, "with", key), around) for key, v in given.items()}
        handed = {key: found.schema for key, found in types.items()}
        _check_taker(view, noun, wanted, {**handed, **handed_by_rule(view, typing)})
        _check_compared(view, types)
    if not takers:
        for key, value in given.items():
            typing.of(value, (*view.path, "with", key), item)


def _check_compared(view: StepView, types: Mapping[str, Typed]) -> None:
    """Free text handed to a nested workflow that compares it would decide there."""
    workflows = view.draft.catalog.workflows or {}
    nested = workflows.get(view.text("workflow"))
    free = [key for key, found in types.items() if found.is_free]
    if nested is None or not free:
        return
    for key in compared_inputs(nested, workflows) & set(free):
        message = f'"{key}" is free text, and workflow {nested.name} compares it'
        view.add("W054", ("with", key), message, f"hand a typed field over, or give {key} an enum")


def _takers(view: StepView) -> list[tuple[int | None, str, Schema]]:
    """Index of the item, name and input schema of everything the step hands values to."""
    catalog = view.draft.catalog
    if view.kind == "workflow":
        nested = (catalog.workflows or {}).get(view.text("workflow"))
        if nested is None:
            return []
        schema = closed({name: _handed(value) for name, value in nested.inputs.items()})
        needs = [n for n, value in nested.inputs.items() if value.is_required]
        return [(None, f"workflow {nested.name}", {**schema, "required": needs})]
    found: list[tuple[int | None, str, Schema]] = []
    used = view.static("skill")
    if view.text("aggregate") in ASKING and view.text("by"):
        used = [(None, view.text("by"))]
    for index, name in used:
        skill = (catalog.skills or {}).get(name)
        if skill is not None and skill.inputs is not None:
            found.append((index, f"skill {name}", inlined(skill.inputs)))
    return found


def _handed(declared: WorkflowInput) -> Schema:
    """What can be handed to an input: for ``json`` no text, which would be read as JSON."""
    if declared.type == "json" and declared.schema is None:
        return {"anyOf": [{"type": kind} for kind in ("object", "array", "number", "boolean")]}
    return input_schema(declared)


def _check_taker(view: StepView, noun: str, wanted: Schema, given: Mapping[str, Schema]) -> None:
    takes = properties_of(wanted)
    for name in required_of(wanted):
        if name not in given:
            fix = f"add with: {{{name}: …}}, which is {words(takes.get(name, {}))}"
            view.add("W056", "with" if given else "", f'{noun} needs "{name}"', fix)
    for name, schema in given.items():
        if name in takes:
            if reason := misfit(schema, takes[name]):
                fix = f"{noun} takes {words(takes[name])} as {name}"
                view.add("W050", ("with", name), f'"{name}" {reason}', fix)
        elif wanted.get("additionalProperties", False) is False:
            fix = name_hint(name, takes) or "remove it"
            view.add("W056", ("with", name), f'{noun} does not take "{name}"', fix)


def _check_fallback(view: StepView, typing: Typing, gives: Schema) -> None:
    found = typing.of(view.raw["fallback"], (*view.path, "fallback"))
    if reason := misfit(found.schema, gives):
        fix = f"the step gives {words(gives)}: write a value of that form"
        view.add("W057", "fallback", f"fallback {reason}", fix)


def _check_result(draft: Draft, typing: Typing) -> None:
    output = draft.value.get("output")
    wanted: Any = inlined(output) if isinstance(output, dict) else {}
    result = draft.value.get("result")
    if isinstance(result, str):
        found = typing.of(result, ("result",)).schema
        where, what = "result", result[:80]
    else:
        last = result_step(draft)
        if last is None:
            return
        found, where, what = typing.outputs.get(last.id, {}), "output", f"step {last.id}"
    if reason := misfit(found, wanted):
        fix = "correct output:, or choose another result:"
        draft.report.add("W057", (where,), f"{what} {reason} as output: says", fix)


def result_step(draft: Draft) -> StepView | None:
    """The step whose output is the result where no ``result`` says so."""
    chosen = [view for view in draft.views if view.kind == "aggregate"] or draft.views
    return chosen[-1] if chosen else None
