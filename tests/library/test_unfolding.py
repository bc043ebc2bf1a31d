"""Files that are small as text and would unfold to something that no machine holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.json_type import inlined
from ladder_tui.library.workflow_file import parse_workflow
from ladder_tui.library.workflow_shelf import list_workflows

WIDE = 60
"""To the power of the depth of nesting it is a number that nobody counts to."""


def nodes(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(nodes, parts))


def test_definitions_that_refer_to_each_other_many_times_end_open() -> None:
    many = {f"p{n}": {"$ref": "#/$defs/a"} for n in range(WIDE)}
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "properties": many}}}
    assert WIDE < nodes(inlined(schema)) < 100_000


@pytest.mark.parametrize(
    "step", ["|[@,@]", "|{a:@,b:@}", "|[[@,@],@]", '|join(`""`,[@,@])', ".{a:@,b:@}"]
)
def test_an_expression_that_doubles_its_value_again_and_again_is_refused(step: str) -> None:
    parse_template("${inputs.a" + step * 4 + "}")
    with pytest.raises(ExpressionError, match="repeats what it looks at"):
        parse_template("${inputs.a" + step * 30 + "}")


def test_a_wide_expression_is_not_taken_for_one_that_doubles() -> None:
    parse_template("${{" + ",".join(f"k{n}: inputs.a" for n in range(100)) + "}}")
    parse_template("${" + " || ".join(f"steps.s{n}.value" for n in range(100)) + "}")


def test_workflows_that_nest_each_other_many_times_are_checked(tmp_path: Path) -> None:
    folder = tmp_path / ".ladder/workflows"
    folder.mkdir(parents=True)
    given = "    with: {note: '${inputs.note}'}\n"
    inputs = "inputs: {note: {default: ''}}\n"
    for depth in range(1, 5):
        steps = "".join(f"  - id: s{n}\n    workflow: w{depth + 1}\n{given}" for n in range(WIDE))
        (folder / f"w{depth}.yaml").write_text(f"name: w{depth}\n{inputs}steps:\n{steps}")
    last = "steps:\n  - id: a\n    run: [echo, --, '${inputs.note}']\n"
    (folder / "w5.yaml").write_text(f"name: w5\n{inputs}{last}")
    first = "  - id: a\n    run: [ls]\n  - id: go\n    workflow: w1\n"
    handed = "    with: {note: '${steps.a.stdout}'}\n"
    (folder / "w0.yaml").write_text(f"name: w0\nsteps:\n{first}{handed}")
    found = {file.name: file for file in list_workflows(tmp_path)}
    assert found["w0"].workflow is not None


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        (
            "{type: object, patternProperties: {'^(a+)+$': {}}, additionalProperties: false}",
            "%s: 1",
        ),
        ("{type: object, properties: {pattern: {pattern: '^(a+)+$'}}}", "pattern: %s"),
    ],
)
def test_a_regular_expression_of_a_file_is_not_tried_when_it_loads(
    schema: str, default: str
) -> None:
    value = "{" + default % ("a" * 60 + "!") + "}"
    inputs = f"inputs: {{x: {{type: json, schema: {schema}, default: {value}}}}}"
    text = f"name: w\n{inputs}\nsteps:\n  - id: a\n    run: [ls]\n"
    workflow, problems = parse_workflow(text, "w.yaml")
    assert workflow is not None, problems
