"""Free text that is handed to a nested workflow stays what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.library.workflow_shelf import list_workflows

OUTER = """\
name: outer
steps:
  - id: tell
    run: [cat, notes.txt]
  - id: count
    run: [cat, count.json]
    parse: json
    output: {type: object, properties: {kind: {enum: [a, b]}}, required: [kind]}
  - id: go
    workflow: middle
    with: {note: "${%s}"}
"""
MIDDLE = 'name: middle\ninputs: {note: {default: ""}}\nsteps:\n  - id: in\n    %s\n'
INNER = 'name: inner\ninputs: {word: {default: ""}}\nsteps:\n  - id: a\n    run: [ls]\n    %s\n'
HANDED = 'workflow: inner\n    with: {word: "${inputs.note}"}'


def rules(root: Path, given: str, middle: str, inner: str = "") -> list[str]:
    folder = root / ".ladder/workflows"
    folder.mkdir(parents=True)
    for name, text in (
        ("outer", OUTER % given),
        ("middle", MIDDLE % middle),
        ("inner", INNER % inner),
    ):
        (folder / f"{name}.yaml").write_text(text)
    files = {file.name: file for file in list_workflows(root)}
    assert files["middle"].workflow is not None, files["middle"].problems
    return [problem.rule for problem in files["outer"].problems]


@pytest.mark.parametrize(
    "middle",
    [
        "run: [ls]\n    when: \"${inputs.note == 'go'}\"",
        "run: [ls]\n    when: \"${contains(inputs.note, 'go')}\"",
        'run: [ls]\n    when: "${!(inputs.note)}"',
    ],
)
def test_it_is_not_compared_inside(tmp_path: Path, middle: str) -> None:
    assert rules(tmp_path, "steps.tell.stdout", middle) == ["W054"]


def test_it_is_not_compared_two_workflows_further(tmp_path: Path) -> None:
    compared = "when: \"${inputs.word == 'go'}\""
    assert rules(tmp_path, "steps.tell.stdout", HANDED, compared) == ["W054"]


@pytest.mark.parametrize(
    ("given", "middle", "inner"),
    [
        ("steps.count.value.kind", "run: [ls]\n    when: \"${inputs.note == 'a'}\"", ""),
        ("steps.tell.stdout", 'run: [ls]\n    when: "${inputs.note != `null`}"', ""),
        ("steps.tell.stdout", "run: [echo, --, '${inputs.note}']", ""),
        ("steps.tell.stdout", HANDED, ""),
    ],
)
def test_what_is_typed_or_not_compared_may_be_handed_on(
    tmp_path: Path, given: str, middle: str, inner: str
) -> None:
    assert rules(tmp_path, given, middle, inner) == []
