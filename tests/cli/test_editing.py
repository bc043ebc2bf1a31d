"""An agent that edits, from the command line to its branch, with a person who permits it."""

from __future__ import annotations

import json
from pathlib import Path

from ladder_tui.domain.event import CheckpointMade, QuestionAsked, ToolFinished
from ladder_tui.workbench import Workbench
from tests.cli.console import console, invoke
from tests.conftest import wait_for_end
from tests.process.repository import git
from tests.workflow.build import write_skill, write_workflow

WRITE = {"name": "Write", "input": {"file_path": "new.txt", "content": "new\n"}}
TOUCH = {"name": "Bash", "input": {"command": "touch a && touch b && ls new.txt a b"}}
REPLIES = [
    {"turn": 1, "tool_use": [WRITE, TOUCH]},
    {"turn": 2, "tool_use": [TOUCH]},
    {"text": "Done."},
]


def test_a_permission_is_asked_once_and_the_change_is_a_branch(here: Path, wb: Workbench) -> None:
    file = write_skill(here, "fixer") / "SKILL.md"
    tools = "allowed-tools: Read, Write, Bash\ndescription:"
    file.write_text(file.read_text().replace("description:", tools, 1))
    write_workflow(here, "fix", [{"id": "fix", "skill": "fixer"}])
    (here / ".ladder/config.toml").write_text("[permissions]\nask = ['Bash(touch:*)']\n")
    scenario = here.parent / "scenario.yaml"
    scenario.write_text(json.dumps({"replies": REPLIES}))
    wb.skills.trust()
    before = git(here, "status", "--porcelain")

    done = console(here, "run", "fix", "--model", f"scripted/{scenario}")
    assert done.returncode == 2
    assert "fixer wants to run a command" in done.stderr
    assert "touch a && touch b" in done.stderr
    answered = invoke("runs", "answer", "1", "--always")
    assert answered.exit_code == 0, answered.stderr
    run_id = wb.runs.get("1").run_id
    assert wait_for_end(wb, run_id).state == "done"

    events = [record.event for record in wb.runs.events(run_id, limit=10_000)]
    assert sum(isinstance(event, QuestionAsked) for event in events) == 1
    finished = [event for event in events if isinstance(event, ToolFinished)]
    assert [tool.output for tool in finished[1:]] == ["a\nb\nnew.txt"] * 2
    commit = [event.commit for event in events if isinstance(event, CheckpointMade)][-1]
    assert git(here, "show", f"{commit}:new.txt") == "new"
    assert git(here, "status", "--porcelain") == before
