"""What ships is clean, used, typed and documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.workbench import Workbench
from tests.shipped.launch import LAUNCHES

TOP = Path(__file__).parents[2]
SKILLS = sorted(path.name for path in (TOP / "skills").iterdir())
WORKFLOWS = sorted(path.stem for path in (TOP / "workflows").iterdir())
PAGE = (TOP / "docs" / "shipped-workflows.md").read_text(encoding="utf-8")


def objects(schema: Any, place: str = "outputs") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object inside a JSON Schema, with where it is."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield place, schema
        for key, part in schema.items():
            yield from objects(part, f"{place}.{key}")


def test_there_is_a_launch_for_each_workflow() -> None:
    assert sorted([*LAUNCHES, "review"]) == WORKFLOWS


def test_workflows_have_no_problems(wb: Workbench) -> None:
    assert [p for name in WORKFLOWS for p in wb.workflows.lint(name)] == []


def test_skills_have_no_problems_strictly_either(wb: Workbench) -> None:
    assert [str(p) for name in SKILLS for p in wb.skills.lint(name, is_strict=True)] == []


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_says_exactly_what_it_gives(wb: Workbench, name: str) -> None:
    skill = wb.skills.get(name)
    assert skill.tier
    for place, schema in objects(skill.outputs):
        assert schema["required"] == list(schema["properties"]), place
        assert schema["additionalProperties"] is False, place


def test_every_skill_is_used(wb: Workbench) -> None:
    """No skill is kept for its own sake: a workflow uses it, or a skill that one uses."""
    used = {skill for name in WORKFLOWS for skill in wb.workflows.get(name).skills}
    parts = {part for name in used for part in wb.skills.get(name).uses}
    assert used | parts == set(SKILLS)


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_reads_well_in_a_listing(wb: Workbench, name: str) -> None:
    skill = wb.skills.get(name)
    assert 60 <= len(skill.description) <= 300
    assert " Use " in skill.description
    assert skill.body.count("\n") < 120


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_documented(wb: Workbench, name: str) -> None:
    section = PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    workflow = wb.workflows.get(name).workflow
    assert workflow is not None
    for word in [*workflow.inputs, *(step.id for step in workflow.steps)]:
        assert f"`{word}`" in section, word
    assert re.search(rf"ladder run {name}\b", section)


def test_every_skill_is_on_the_page() -> None:
    assert [name for name in SKILLS if f"| `{name}` |" not in PAGE] == []
