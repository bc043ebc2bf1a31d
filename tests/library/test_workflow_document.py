"""docs/workflows.md shows workflows that load, and fields that are there."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ladder_tui.domain.workflow import Ask, FailOn, Step, Workflow, WorkflowInput
from ladder_tui.gates.name import GATE_NAMES
from ladder_tui.library.json_fit import properties_of
from ladder_tui.library.json_type import items_of
from ladder_tui.library.skill_library import SkillLibrary
from ladder_tui.library.step_output import gate_result, merged_findings
from ladder_tui.library.workflow_catalog import catalog_of_skills
from ladder_tui.library.workflow_file import parse_workflow
from ladder_tui.library.workflow_shelf import read_shelves, with_workflows

TEXT = (Path(__file__).parents[2] / "docs" / "workflows.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n")[0][6:])
def test_every_example_loads_without_a_problem(text: str, tmp_path: Path) -> None:
    skills = SkillLibrary(tmp_path).skills()
    catalog = with_workflows(catalog_of_skills(skills, gates=GATE_NAMES), read_shelves(tmp_path))
    workflow, problems = parse_workflow(text, "docs/workflows.md", catalog)
    assert [str(problem) for problem in problems] == []
    assert workflow is not None


def test_every_kind_of_step_has_an_example() -> None:
    for kind in ("skill", "run", "aggregate", "gate", "ask", "workflow"):
        assert any(re.search(rf"^    {kind}:", text, re.MULTILINE) for text in EXAMPLES), kind


@pytest.mark.parametrize("kind", [Workflow, WorkflowInput, Step, Ask, FailOn])
def test_every_key_is_explained(kind: type[msgspec.Struct]) -> None:
    named = set(re.findall(r"`([a-z_]+)`", TEXT))
    assert {field.encode_name for field in msgspec.structs.fields(kind)} <= named


def test_the_fields_that_steps_give_are_there() -> None:
    rows = dict(re.findall(r"^\| ((?:aggregate|gate)[^|]*) \| (.*) \|$", TEXT, re.MULTILINE))
    merged = merged_findings()
    known = properties_of(merged).keys() | properties_of(
        items_of(properties_of(merged)["findings"])
    )
    assert set(re.findall(r"`(\w+)`", rows["aggregate `union-dedup`"])) <= set(known)
    verdicts = {"pass", "fail", "degraded", "error"}
    assert set(re.findall(r"`(\w+)`", rows["gate"])) <= {*properties_of(gate_result()), *verdicts}
