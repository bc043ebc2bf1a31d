"""A repository with a workflow of editing agents, and scripts of what each of them does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ladder_tui.domain.event import Event
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import trust

SKILL = """\
---
name: change-code
description: Changes code as it is asked.
allowed-tools: Read, Edit, Write
---
Do what is asked.
"""
Call = dict[str, Any]


def edit(path: str, old: str, new: str) -> Call:
    return {"name": "Edit", "input": {"file_path": path, "old_string": old, "new_string": new}}


def write(path: str, content: str) -> Call:
    return {"name": "Write", "input": {"file_path": path, "content": content}}


def agent(name: str) -> AgentId:
    return AgentId(f"work/{name}")


def prepare(root: Path, scripts: Mapping[str, Sequence[Sequence[Call]]], delay_s: float = 0) -> str:
    """Write skill, workflow ``edit`` and scenario; ``scripts`` are an agent's calls by turn."""
    skill = root / ".ladder/skills/change-code/SKILL.md"
    skill.parent.mkdir(parents=True, exist_ok=True)
    skill.write_text(SKILL)
    workflow = root / ".ladder/workflows/edit.yaml"
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_text(
        yaml.safe_dump(
            {
                "name": "edit",
                "steps": [
                    {
                        "id": "work",
                        "for_each": [{"name": name} for name in scripts],
                        "name": "${item.name}",
                        "skill": "change-code",
                        "on_error": "continue",
                    }
                ],
            }
        )
    )
    replies = [
        {"agent": name, "turn": turn, "delay_s": delay_s, "tool_use": list(calls)}
        for name, turns in scripts.items()
        for turn, calls in enumerate(turns, 1)
    ]
    scenario = root.parent / "edit-scenario.yaml"
    default = {"text": "Done.", "delay_s": delay_s}
    prices = {"input": 3.0, "output": 15.0}
    scenario.write_text(yaml.safe_dump({"prices": prices, "replies": replies, "default": default}))
    trust(root)
    return f"scripted/{scenario}"


def start(wb: Workbench, model: str) -> RunId:
    return wb.runs.start("edit", {}, RunOptions(model=model))


def events_of(wb: Workbench, run_id: RunId) -> list[Event]:
    return [record.event for record in wb.runs.events(run_id, limit=100_000)]
