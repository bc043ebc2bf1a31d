"""docs/aggregates.md is true: its workflows load, run, and give what it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ladder_tui.domain.event import Aggregated
from ladder_tui.gates.name import GATE_NAMES
from ladder_tui.library.skill_library import SkillLibrary
from ladder_tui.library.workflow_catalog import catalog_of_skills
from ladder_tui.library.workflow_file import parse_workflow
from ladder_tui.workflow.aggregate_registry import AGGREGATES
from tests.workflow.world import run_workflow

PAGE = (Path(__file__).parents[2] / "docs" / "aggregates.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def blocks(section: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("rule", AGGREGATES)
async def test_the_worked_example_gives_what_the_page_says(rule: str, tmp_path: Path) -> None:
    workflow, replies = blocks(SECTIONS[rule], "yaml")
    (shown,) = blocks(SECTIONS[rule], "json")
    skills = SkillLibrary(tmp_path).skills()
    catalog = catalog_of_skills(skills, gates=GATE_NAMES)
    _, problems = parse_workflow(workflow, "docs/aggregates.md", catalog)
    assert [str(problem) for problem in problems] == []
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "app.py").write_text("eval(input())\n")

    told = await run_workflow(
        tmp_path, document(workflow), scenario=document(replies), skills=tuple(skills)
    )
    assert told.end.state == "done", told.end.reason
    assert told.end.output == json.loads(shown)
    (event,) = [event for event in told.events if isinstance(event, Aggregated)]
    assert event.rule == rule
    assert len(event.inputs) == len(set(event.inputs)) > 1


@pytest.mark.parametrize("rule", AGGREGATES)
def test_the_table_of_laws_is_that_of_the_code(rule: str) -> None:
    row = re.search(rf"^\| `{rule}` \|(.*)\|$", PAGE, re.MULTILINE)
    assert row is not None
    order, _, asks = (cell.strip() for cell in row[1].split("|"))
    laws = AGGREGATES[rule].laws  # type: ignore[index]
    assert (order == "does not matter") == laws.ignores_order
    assert (asks != "no") == laws.asks_model


def document(text: str) -> Any:
    return yaml.safe_load(text)
