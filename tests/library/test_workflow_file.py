from __future__ import annotations

import os
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml

from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.finding import Finding, MergedFinding
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.workflow import STEP_KINDS, Step
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.gates.name import GATE_NAMES
from ladder_tui.library.location import shipped_directory
from ladder_tui.library.skill_library import SkillLibrary
from ladder_tui.library.workflow_catalog import catalog_of_skills
from ladder_tui.library.workflow_file import (
    WORKFLOW_LIMIT,
    parse_workflow,
    read_workflow,
    workflow_hash,
)
from ladder_tui.library.workflow_schema import workflow_schema
from ladder_tui.library.workflow_shelf import find_workflow, list_workflows, skill_names
from tests.library.workflow_example import CATALOG, HEAD, STEP, Example
from tests.library.workflow_examples import EXAMPLES

DATA = Path(__file__).parents[1] / "data"
DOCUMENT = Path(__file__).parents[2] / "docs" / "workflows.md"


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.rule}-{e.says}" for e in EXAMPLES])
def test_every_rule_has_a_failing_and_a_passing_example(example: Example) -> None:
    workflow, problems = parse_workflow(example.bad, "w.yaml", CATALOG)
    found = [p for p in problems if p.rule == example.rule and p.line == example.line]
    assert found, [str(problem) for problem in problems]
    assert any(example.says in p.message and example.fix in p.fix for p in found), found
    assert all(p.fix for p in problems), problems
    assert str(found[0]).startswith(f"w.yaml:{example.line}: {example.rule} ")
    assert (workflow is None) == any(p.level == "error" for p in problems)

    workflow, problems = parse_workflow(example.good, "w.yaml", CATALOG)
    assert problems == []
    assert workflow is not None


def test_one_workflow_of_every_kind_and_key_is_without_problems() -> None:
    text = (DATA / "every-key.yaml").read_text()
    workflow, problems = parse_workflow(text, "every-key.yaml", CATALOG)
    assert [str(problem) for problem in problems] == []
    assert workflow is not None
    assert {step.kind for step in workflow.steps} == set(STEP_KINDS)
    used = {key for step in yaml.safe_load(text)["steps"] for key in step}
    assert used == {field.encode_name for field in msgspec.structs.fields(Step)}


def test_every_rule_is_documented() -> None:
    documented = set(re.findall(r"^\| (W\d{3}) \|", DOCUMENT.read_text(), re.MULTILINE))
    assert documented == {e.rule for e in EXAMPLES} | {"W001", "W020", "W025", "W035"}


def test_everything_is_reported_at_once() -> None:
    text = """\
name: many
inputs:
  n: {type: integr}
steps:
  - id: a
    skil: review-security
  - id: b
    aggregate: union
    over: c
  - id: c
    skill: nobody
    with: {x: "${inputs.m}"}
    retry: -1
"""
    _, problems = parse_workflow(text, "w.yaml", CATALOG)
    assert [(p.line, p.rule) for p in problems] == [
        (3, "W007"),
        (5, "W011"),
        (6, "W005"),
        (8, "W007"),
        (9, "W014"),
        (11, "W013"),
        (12, "W031"),
        (13, "W019"),
    ]


def test_the_shipped_workflow_is_without_problems(tmp_path: Path) -> None:
    found = SkillLibrary(tmp_path, gates=GATE_NAMES).skills()
    skills = [skill.name for skill in found]
    files = list_workflows(tmp_path, catalog_of_skills(found, gates=GATE_NAMES))
    assert {(file.origin, file.problems) for file in files} == {("shipped", ())}
    workflow = find_workflow(files, "review").workflow
    assert workflow is not None
    assert set(skill_names(workflow)) == {name for name in skills if name.startswith("review-")}
    assert [step.kind for step in workflow.steps] == ["skill", "aggregate", "gate", "gate"]
    assert workflow.inputs["max_parallel"].maximum == 16


def test_the_shipped_output_schema_fits_what_merging_gives() -> None:
    workflow = find_workflow(list_workflows(Path("/")), "review").workflow
    assert workflow is not None
    finding = Finding("S608", "security", "a.py", 1, "high", "m", "security", "agent")
    merged = FindingsMerged(
        StepId("merge"),
        "union-dedup",
        1,
        2,
        ("tests",),
        (MergedFinding(finding, ("security",), 1, 2, {"security": "high"}),),
        1,
    )
    output = msgspec.json.decode(msgspec.json.encode(merged))
    jsonschema.validate(output, workflow.output or {})
    for key in ("findings", "missing", "slots_ok"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(
                {k: v for k, v in output.items() if k != key}, workflow.output or {}
            )


def test_the_exported_schema_accepts_what_the_reader_accepts(tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(workflow_schema())
    review = (shipped_directory("workflows") / "review.yaml").read_text()
    for text in (review, *(example.good for example in EXAMPLES)):
        validator.validate(yaml.safe_load(text))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"name": "x", "steps": [], "stpes": []})


def test_comments_and_layout_do_not_change_the_hash() -> None:
    one, _ = parse_workflow(HEAD + STEP, "w.yaml")
    two, _ = parse_workflow("# why\n" + STEP + HEAD.replace("example", "'example'"), "w.yaml")
    three, _ = parse_workflow(HEAD + STEP + "    retry: 1\n", "w.yaml")
    assert one is not None
    assert two is not None
    assert three is not None
    assert workflow_hash(one) == workflow_hash(two) != workflow_hash(three)


def test_names_are_unchecked_where_nothing_is_known() -> None:
    workflow, problems = parse_workflow(HEAD + STEP + "  - id: g\n    gate: any\n", "w.yaml")
    assert workflow is not None
    assert problems == []


def _put(root: Path, name: str, text: str | bytes) -> Path:
    directory = root / ".ladder" / "workflows"
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"name: \xff\n", "not UTF-8"),
        (b"name: a\0\n", "NUL"),
        (b" " * (WORKFLOW_LIMIT + 1), "is over"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, says: str) -> None:
    file = read_workflow(_put(tmp_path, "a.yaml", data), "a.yaml")
    assert file.workflow is None
    assert file.problems[0].rule == "W001"
    assert says in file.problems[0].message


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    path = _put(root, "a.yaml", HEAD + STEP)
    outside = tmp_path / "outside.yaml"
    path.rename(outside)
    path.symlink_to(outside)
    os.mkfifo(path.with_name("b.yaml"))
    path.with_name("c.yaml").symlink_to("c.yaml")
    found = {f.name: f.problems[0].rule for f in list_workflows(root) if f.origin == "project"}
    assert found == {"a": "W001", "b": "W001", "c": "W001"}


def test_the_project_beats_what_ships(tmp_path: Path) -> None:
    _put(tmp_path, "review.yaml", HEAD.replace("example", "review") + STEP)
    files = list_workflows(tmp_path)
    assert [file.origin for file in files if file.name == "review"] == ["project"]


def test_a_broken_project_file_does_not_fall_back_silently(tmp_path: Path) -> None:
    _put(tmp_path, "review.yaml", "name: review\nsteps: 5\n")
    with pytest.raises(InvalidFileError) as caught:
        find_workflow(list_workflows(tmp_path), "review")
    assert [problem.rule for problem in caught.value.problems] == ["W007"]
    assert ".ladder/workflows/review.yaml:2: W007" in caught.value.why


def test_names_that_differ_and_names_that_clash(tmp_path: Path) -> None:
    _put(tmp_path, "a.yaml", HEAD + STEP)
    _put(tmp_path, "b.yaml", HEAD + STEP)
    files = [file for file in list_workflows(tmp_path) if file.origin == "project"]
    assert [[p.rule for p in file.problems] for file in files] == [["W020"], ["W020", "W025"]]
    assert find_workflow(files, "example").shown == ".ladder/workflows/a.yaml"


def test_a_nested_workflow_with_errors_makes_those_around_it_unusable(tmp_path: Path) -> None:
    nest = "name: {0}\nsteps:\n  - id: in\n    workflow: {1}\n"
    _put(tmp_path, "a.yaml", nest.format("a", "b"))
    _put(tmp_path, "b.yaml", nest.format("b", "c"))
    _put(tmp_path, "c.yaml", "name: c\nsteps: []\n")
    files = {file.name: file for file in list_workflows(tmp_path)}
    assert str(files["a"].problems[0]) == (
        '.ladder/workflows/a.yaml:4: W035 workflow "b" cannot be used: its file has errors'
        " (correct .ladder/workflows/b.yaml)"
    )
    assert [p.rule for p in files["b"].problems] == ["W035"]
    _put(tmp_path, "c.yaml", "name: c\n" + STEP)
    ours = [file for file in list_workflows(tmp_path) if file.origin == "project"]
    assert all(file.problems == () and file.workflow for file in ours)


def test_an_unknown_name_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_workflow(list_workflows(tmp_path), "reviw")
    assert caught.value.why == "nearest: review"
