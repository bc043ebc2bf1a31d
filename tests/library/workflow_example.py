"""What the examples of rules are made of: a catalog and pieces of workflow files."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Step, Workflow, WorkflowInput
from ladder_tui.library.workflow_catalog import Catalog


class Example(NamedTuple):
    """``bad`` breaks ``rule`` on ``line``; the message and the fix hold ``says`` and ``fix``."""

    rule: str
    bad: str
    line: int
    says: str
    fix: str
    good: str


def changed(rule: str, good: str, old: str, new: str, line: int, says: str, fix: str) -> Example:
    """An example whose failing half is ``good`` with ``old`` replaced by ``new``."""
    assert good.count(old) == 1, (rule, old, good)
    return Example(rule, good.replace(old, new), line, says, fix, good)


def _skill(name: str, **more: Any) -> Skill:
    return Skill(name, "Looks.", "Look. " * 50, "0" * 64, "shipped", f"skills/{name}.md", **more)


VERDICT = {
    "type": "object",
    "required": ["verdict", "reason", "score", "files"],
    "properties": {
        "verdict": {"enum": ["good", "bad"]},
        "reason": {"type": "string"},
        "score": {"type": "integer"},
        "is_done": {"type": "boolean"},
        "files": {"type": "array", "items": {"type": "string"}},
    },
}
"""What the skill ``judge`` gives."""
BETTER = {"type": "object", "properties": {"better": {"enum": ["first", "second", "neither"]}}}
WANTS = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": {"type": "array", "items": {"type": "string"}},
        "score": {"type": "integer", "maximum": 10},
        "level": {"enum": ["low", "high"]},
    },
}
"""What the skill ``fix`` takes."""

_STEP = Step(id="look", skill="review-security")


def _chain(name: str, inner: str) -> Workflow:
    return Workflow(name=name, steps=(Step(id="inner", workflow=inner),))


WORKFLOWS = (
    Workflow(
        name="nested",
        inputs={"n": WorkflowInput(type="integer"), "feedback": WorkflowInput()},
        steps=(_STEP,),
        output=VERDICT,
    ),
    Workflow(
        name="deciding",
        inputs={"mood": WorkflowInput(), "level": WorkflowInput(enum=("good", "bad"))},
        steps=(
            msgspec.structs.replace(_STEP, when="${inputs.mood == 'x' && inputs.level == 'bad'}"),
        ),
    ),
    Workflow(
        name="handing",
        inputs={"feeling": WorkflowInput(), "data": WorkflowInput(type="json")},
        steps=(Step(id="in", workflow="deciding", with_={"mood": "${inputs.feeling}"}),),
    ),
    Workflow(name="plain", inputs={"goal": WorkflowInput(is_required=True)}, steps=(_STEP,)),
    _chain("loop", "example"),
    *(_chain(f"deep{n}", f"deep{n + 1}") for n in range(1, 6)),
    Workflow(name="deep6", steps=(_STEP,)),
)
CATALOG = Catalog(
    skills={
        skill.name: skill
        for skill in (
            _skill("review-security"),
            _skill("review-tests"),
            _skill("judge", outputs=VERDICT),
            _skill("sure", outputs={"properties": {"confidence": {"type": "number"}}}),
            _skill("fix", inputs=WANTS),
            _skill("compare", outputs=BETTER),
            _skill("odd-tool", allowed_tools=("Read", "Gerp", "Bash(git:*)")),
            _skill("odd-model", model="opsu"),
        )
    },
    gates=("schema", "pytest"),
    tools=("Read", "Grep", "Bash", "mcp__*"),
    models=("opus", "sonnet", "claude-*"),
    workflows={workflow.name: workflow for workflow in WORKFLOWS},
)

HEAD = "name: example\n"
INPUTS = HEAD + "inputs:\n  path: {type: directory, default: .}\n  n: {type: integer, default: 2}\n"
STEP = "steps:\n  - id: look\n    skill: review-security\n"
FAN = """\
steps:
  - id: look
    for_each:
      - {name: a, skill: review-security}
      - {name: b, skill: review-tests}
    name: ${item.name}
    skill: ${item.skill}
    max_parallel: ${inputs.n}
"""
JUDGE = HEAD + "steps:\n  - id: judge\n    skill: judge\n"
"""A step whose output is typed."""
