"""The JSON Schema of what each kind of step gives: what expressions see as ``steps.ID``.

A step that was skipped, and a slot of a fan-out that stays empty, give null; that is not said in
the schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import msgspec

from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import Workflow, WorkflowInput
from ladder_tui.library.json_type import (
    ANYTHING,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    closed,
    either,
    inlined,
    items_of,
    list_of,
)
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_draft import StepView

CHOSEN = "choice"
"""``format`` of a text that a person chose from what was offered: it may be compared."""

PROSE: Schema = closed({"summary": TEXT})
"""Of a skill without ``outputs``."""
SHARD: Schema = closed(
    {"name": TEXT, "paths": list_of(TEXT), "files": WHOLE, "tokens": WHOLE},
)
_PARSED: Mapping[str, Schema] = {"text": TEXT, "lines": list_of(TEXT)}
_INPUT_TYPES: Mapping[str, Schema] = {
    "integer": WHOLE,
    "number": NUMBER,
    "boolean": {"type": "boolean"},
    "json": ANYTHING,
}


def slot_output(view: StepView, earlier: Mapping[str, Schema]) -> Schema:
    """What a step gives, in a fan-out each slot; ``earlier`` is what the steps before it give."""
    if view.kind is None:
        return ANYTHING
    if view.kind == "aggregate":
        return _aggregate(view, earlier)
    if view.kind == "gate":
        return gate_result()
    return _OUTPUTS[view.kind](view)


def input_schema(declared: WorkflowInput) -> Schema:
    """The values that a typed input takes."""
    if declared.schema is not None:
        return inlined(declared.schema)
    schema = dict(_INPUT_TYPES.get(declared.type, TEXT))
    if declared.enum:
        schema["enum"] = list(declared.enum)
    if declared.minimum is not None:
        schema["minimum"] = declared.minimum
    if declared.maximum is not None:
        schema["maximum"] = declared.maximum
    return schema


def workflow_output(workflow: Workflow) -> Schema:
    """What a nested workflow gives: what its ``output`` says, else anything."""
    return inlined(workflow.output) if workflow.output is not None else ANYTHING


@cache
def merged_findings() -> Schema:
    """Of ``aggregate: union-dedup``."""
    return inlined(msgspec.json.schema(FindingsMerged))


def decision(outcome: Schema) -> Schema:
    """Of an aggregate that decides."""
    return closed(
        {
            "outcome": outcome,
            "winner": TEXT,
            "is_decided": {"type": "boolean"},
            "votes": {"type": "object", "additionalProperties": WHOLE},
            "tied": list_of(TEXT),
            "dissent": list_of(TEXT),
            "missing": list_of(TEXT),
            "reason": TEXT,
        }
    )


def _aggregate(view: StepView, earlier: Mapping[str, Schema]) -> Schema:
    answers = earlier.get(view.text("over"), ANYTHING)
    match view.text("aggregate"):
        case "union-dedup":
            return merged_findings()
        case "concat":
            return answers
        case "tree-reduce":
            return decision(skill_output(view.draft.catalog, view.text("by")))
        case "majority" | "quorum":
            # The type of the expression in ``by``, known where types are followed.
            return decision(ANYTHING)
    return decision(items_of(answers))


@cache
def gate_result() -> Schema:
    """Of a gate."""
    return inlined(msgspec.json.schema(GateResult))


def skill_output(catalog: Catalog, name: str) -> Schema:
    """Of an agent that works by a skill; anything where the skill is not known."""
    skill = (catalog.skills or {}).get(name)
    if skill is None:
        return ANYTHING
    return inlined(skill.outputs) if skill.outputs is not None else PROSE


def _skill(view: StepView) -> Schema:
    names = dict.fromkeys(name for _, name in view.static("skill"))
    return either(skill_output(view.draft.catalog, name) for name in names)


def _run(view: StepView) -> Schema:
    declared = view.mapping("output")
    parse = view.text("parse") or "text"
    value = inlined(declared) if parse == "json" else _PARSED.get(parse, ANYTHING)
    return closed({"exit_code": WHOLE, "stdout": TEXT, "stderr": TEXT, "value": value})


def _ask(view: StepView) -> Schema:
    ask = view.mapping("ask")
    options = ask.get("options")
    kind = ask.get("answer", "approve")
    choice: dict[str, Any] = {"type": "string", "format": CHOSEN}
    if isinstance(options, list) and options and not any("${" in str(o) for o in options):
        choice["enum"] = [str(option) for option in options]
    value: Schema = ANYTHING
    # Where it does not decode, the decoder has said so.
    with suppress(msgspec.ValidationError):
        value = input_schema(msgspec.convert(ask.get("value") or {}, WorkflowInput))
    return closed(
        {
            "decision": {"type": "string", "enum": ["approve", "reject"]},
            "choice": choice,
            "value": value if kind == "value" else ANYTHING,
            "reason": TEXT,
            "round": WHOLE,
        }
    )


def _workflow(view: StepView) -> Schema:
    nested = (view.draft.catalog.workflows or {}).get(view.text("workflow"))
    return workflow_output(nested) if nested is not None else ANYTHING


_OUTPUTS: Mapping[str, Callable[[StepView], Schema]] = {
    "skill": _skill,
    "run": _run,
    "ask": _ask,
    "workflow": _workflow,
}
