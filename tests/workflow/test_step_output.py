"""What the checks at load believe a step gives is what the engine gives, for every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import msgspec

from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.workflow import STEP_KINDS
from ladder_tui.library.json_type import Schema, list_of
from ladder_tui.library.step_output import slot_output
from ladder_tui.library.workflow_catalog import Catalog, catalog_of_skills
from ladder_tui.library.workflow_draft import Draft
from ladder_tui.library.workflow_file import parse_workflow
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import parse_yaml
from tests.library.test_expression_type import or_null
from tests.workflow.world import SKILLS, as_workflow, run_workflow

INNER: dict[str, Any] = {
    "name": "inner",
    "inputs": {"topic": {"required": True}},
    "steps": [{"id": "t", "skill": "typed", "with": {"topic": "${inputs.topic}"}}],
    "output": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
}
FLOW: dict[str, Any] = {
    "name": "w",
    "steps": [
        {"id": "prose", "skill": "writer"},
        {"id": "typed", "skill": "typed", "with": {"topic": "x"}},
        {"id": "fan", "for_each": ["one", "two"], "name": "${item}", "skill": "writer",
         "on_error": "continue"},
        {"id": "merged", "aggregate": "union-dedup", "over": "fan"},
        {"id": "joined", "aggregate": "concat", "over": "fan"},
        {"id": "text", "run": ["echo", "hello"], "effect": "none"},
        {"id": "lines", "run": ["echo", "hello"], "effect": "none", "parse": "lines"},
        {"id": "json", "run": ["echo", '{"n": 1}'], "effect": "none", "parse": "json",
         "output": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        {"id": "runs", "for_each": ["a", "b"], "run": ["echo", "${item}"], "effect": "none"},
        {"id": "checked", "gate": "schema", "over": "typed", "on_error": "continue"},
        {"id": "approve", "ask": {"question": "Good"}},
        {"id": "choose", "ask": {"question": "Which", "answer": "choose", "options": ["a", "b"]}},
        {"id": "value", "ask": {"question": "Many", "answer": "value",
                                "value": {"type": "integer"}}},
        {"id": "inner", "workflow": "inner", "with": {"topic": "x"}},
        {"id": "skipped", "when": "${length(steps.fan) > `9`}", "skill": "writer"},
        {"id": "fallen", "run": ["false"], "effect": "none", "on_error": "fallback",
         "fallback": {"exit_code": 1, "stdout": "", "stderr": "", "value": "none"}},
    ],
    "result": "${steps.typed}",
    "output": {"type": "object", "required": ["kind"]},
}  # fmt: skip


def answers(question: Question) -> Answer:
    return {
        "choose": Answer(choice="b"),
        "value": Answer(value=3),
    }.get(question.kind, Answer(reason="fine"))


def schemas(catalog: Catalog) -> dict[str, Schema]:
    """What the checks believe that each step gives."""
    document = parse_yaml(msgspec.json.encode(FLOW).decode())
    draft = Draft(document.value, Report("w.yaml", document), as_workflow(FLOW))
    draft.catalog = catalog
    found: dict[str, Schema] = {}
    for view in draft.views:
        one = slot_output(view, found)
        found[view.id] = list_of(one) if view.is_fan_out else one
    return found


async def test_every_kind_gives_what_its_schema_says(tmp_path: Path) -> None:
    catalog = msgspec.structs.replace(
        catalog_of_skills(SKILLS), workflows={"inner": as_workflow(INNER)}
    )
    _, problems = parse_workflow(msgspec.json.encode(FLOW).decode(), "w.yaml", catalog)
    assert [str(problem) for problem in problems] == []
    scenario = {
        "replies": [
            {"agent": "typed", "json": {"kind": "good", "n": 1}},
            {"agent": "inner/typed", "json": {"kind": "good", "n": 1}},
            {"agent": "two", "fault": "crash"},
        ],
        "default": {"text": "I am ${agent}."},
    }
    told = await run_workflow(tmp_path, FLOW, nested=(INNER,), scenario=scenario, answers=answers)
    assert told.end.state == "done", told.end.reason
    believed = schemas(catalog)
    assert {step["id"] for step in FLOW["steps"]} == believed.keys()
    assert {as_workflow(FLOW).steps[n].kind for n in range(len(believed))} == set(STEP_KINDS)
    for step_id, schema in believed.items():
        output = told.finished(step_id).output
        assert (output is None) == (step_id == "skipped")
        jsonschema.validate(output, or_null(schema))
        if isinstance(output, dict) and schema.get("additionalProperties") is False:
            assert output.keys() == schema["properties"].keys()
