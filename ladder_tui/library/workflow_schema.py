"""JSON Schema of a workflow file, so that editors complete and check it."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from ladder_tui.domain.workflow import (
    STEP_KINDS,
    AgentLimits,
    Ask,
    Budget,
    Escalate,
    FailOn,
    Shards,
    Step,
    Workflow,
    WorkflowInput,
)
from ladder_tui.library.docstring import field_texts, one_line
from ladder_tui.library.workflow_input_check import IDENTIFIER
from ladder_tui.library.workflow_key_check import KINDS_OF

_STRUCTS: tuple[type[msgspec.Struct], ...] = (
    Workflow,
    WorkflowInput,
    Step,
    Ask,
    Shards,
    AgentLimits,
    Budget,
    Escalate,
    FailOn,
)
_PLAIN = {
    "name": "What it is called; best the name of its file.",
    "description": "One line for lists.",
    "inputs": "Typed inputs by name; the launch form and -i KEY=VALUE are made from them.",
    "steps": "What happens, in this order.",
    "fail_on": "What makes a finished run fail; everything else is only reported.",
}
_OF_STEP = {
    "id": "Name of the step: letters, digits and _.",
    "skill": "The skill that an agent works by.",
    "run": "A command as an argument list; no shell sees it.",
    "aggregate": "The rule by which the answers of the step named by over are joined.",
    "gate": "A gate over the files of the run; schema checks the step named by over.",
    "ask": "A question to a person; the run waits for the answer.",
    "for_each": "A list, an expression, or shards: the step once for each; or a number of samples.",
    "max_parallel": "How many of a fan-out are at work at one time.",
    "with": "Values that are handed to the skill or workflow.",
    "when": "An expression that is true or false; else the step is skipped.",
    "retry": "Further attempts after a failed one, 0 to 10.",
    "limits": "What each agent may use.",
    "on_error": "stop the run, continue with what there is, or take the fallback.",
    "stdin": "Text for the standard input of a run step.",
    "cwd": "Directory of a run step below the repository.",
}


@cache
def workflow_schema() -> dict[str, Any]:
    """The schema, with what the language says about each key."""
    schema = msgspec.json.schema(Workflow)
    definitions = schema["$defs"]
    for kind in _STRUCTS:
        definition = definitions[kind.__name__]
        definition["description"] = one_line(definition.get("description", ""))
        _describe(definition, field_texts(kind))
    _describe(definitions["Workflow"], _PLAIN)
    step = definitions["Step"]
    _describe(step, _OF_STEP)
    step["properties"]["id"]["pattern"] = f"^{IDENTIFIER.pattern}$"
    step["oneOf"] = [{"required": [kind]} for kind in STEP_KINDS]
    for key, kinds in KINDS_OF.items():
        only = f"For {', '.join(kinds)}."
        said = step["properties"][key].get("description", "")
        step["properties"][key]["description"] = f"{said} {only}".strip()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ladder workflow",
        **schema,
    }


def _describe(definition: dict[str, Any], texts: dict[str, str]) -> None:
    for name, text in texts.items():
        definition["properties"][name]["description"] = text
