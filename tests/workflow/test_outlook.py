"""What a preflight knows of a run before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ladder_tui.gates.gate import Scope
from ladder_tui.workflow.outlook import Lookout, Outlook
from ladder_tui.workflow.shard import cut_scope
from tests.workflow.world import SKILLS, as_workflow

INNER: dict[str, Any] = {
    "name": "inner",
    "inputs": {"topic": {"type": "string"}},
    "steps": [
        {"id": "write", "skill": "writer"},
        {"id": "push", "run": ["git", "push", "${inputs.topic}"]},
    ],
}


def look(root: Path, steps: list[dict[str, Any]], **inputs: Any) -> Outlook:
    def cut(step: Any, names: Any) -> Any:
        return cut_scope(Scope(root.resolve(), (), ()), ".", step.for_each, None)

    skills = {skill.name: skill for skill in SKILLS}
    lookout = Lookout(root, skills, {"inner": as_workflow(INNER)}, cut)
    return lookout.look(as_workflow({"steps": steps}), inputs)


def test_agents_of_nested_workflows_count_in_every_place(tmp_path: Path) -> None:
    ahead = look(
        tmp_path,
        [
            {"id": "a", "skill": "writer"},
            {"id": "b", "for_each": ["x", "y"], "name": "${item}", "workflow": "inner"},
            {"id": "ok", "ask": {"question": "Go?"}},
        ],
    )
    assert [slot.step_id for slot in ahead.slots] == ["a", "b/x/write", "b/y/write"]
    assert ahead.outside == [f"b/{n}/push: git push ${{inputs.topic}}" for n in "xy"]
    assert ahead.asks == ["ok"]


def test_shards_are_counted_really(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.py").write_text("x = 1\n" * 10)
    fan = {"shards": ".", "tokens": 30, "most": 1}
    ahead = look(tmp_path, [{"id": "s", "for_each": fan, "skill": "writer"}])
    assert [slot.name for slot in ahead.slots] == ["shard-1"]
    assert "2 files of ~30 tokens" in ahead.notes[0]


def test_what_depends_on_earlier_steps_is_said_and_counted_once(tmp_path: Path) -> None:
    ahead = look(
        tmp_path,
        [
            {"id": "plan", "skill": "writer"},
            {"id": "each", "for_each": "${steps.plan.tasks}", "skill": "writer"},
            {"id": "no", "skill": "writer", "when": "${inputs.deep}"},
            {"id": "may", "skill": "writer", "when": "${steps.plan.ok}"},
        ],
        deep=False,
    )
    assert [slot.step_id for slot in ahead.slots] == ["plan", "each", "may"]
    assert "each: how many there will be is known when earlier steps are done" in ahead.notes[0]
