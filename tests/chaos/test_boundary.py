"""A workflow with every kind of step, killed at every step boundary and in mid-step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ladder_tui.domain.question import Answer, Question
from ladder_tui.workbench import Workbench
from tests.chaos.boundary import kill_at_every_boundary
from tests.workflow.build import write_skill, write_workflow

INNER: list[dict[str, Any]] = [
    {"id": "write", "skill": "writer", "with": {"topic": "${inputs.topic}"}},
    {"id": "look", "run": ["echo", "${inputs.topic}"], "effect": "none"},
]
OUTER: list[dict[str, Any]] = [
    {"id": "plan", "skill": "writer"},
    {"id": "parts", "for_each": ["tea", "cake"], "name": "${item}", "workflow": "inner",
     "with": {"topic": "${item}"}, "max_parallel": 2},
    {"id": "all", "aggregate": "concat", "over": "parts"},
    {"id": "count", "run": ["sh", "-c", "echo 2"], "effect": "none", "parse": "json",
     "output": {"type": "integer"}},
    {"id": "ok", "ask": {"question": "Ship?", "show": "${steps.plan.summary}", "redo": "plan"}},
    {"id": "ship", "run": ["touch", "shipped"], "when": "${steps.count.value > `1`}"},
]  # fmt: skip
SCENARIO = """
prices: {input: 3.0, output: 15.0}
replies:
  - {agent: writer, turn: 1, tool_use: [{name: Read, input: {file_path: shop/cart.py}}]}
default: {text: "Done by ${agent_id}."}
"""


def once_no(question: Question) -> Answer:
    if question.round == 1:
        return Answer(decision="reject", reason="shorter")
    return Answer()


@pytest.fixture
def scenario(wb: Workbench, tmp_path: Path) -> Path:
    write_skill(wb.root, "writer", sidecar="")
    inputs = {"topic": {"type": "string", "required": True}}
    write_workflow(wb.root, "inner", INNER, inputs=inputs, result="${steps.look.value}")
    write_workflow(wb.root, "outer", OUTER, result="${steps.all}")
    wb.skills.trust()
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    return path


def test_ten_kills_lose_nothing(wb: Workbench, scenario: Path) -> None:
    assert kill_at_every_boundary(wb, "outer", {}, scenario, once_no, most=10) >= 8


@pytest.mark.soak
def test_a_kill_anywhere_loses_nothing(wb: Workbench, scenario: Path) -> None:
    assert kill_at_every_boundary(wb, "outer", {}, scenario, once_no) >= 30
