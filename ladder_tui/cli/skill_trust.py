"""``ladder skills trust``."""

from __future__ import annotations

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import print_json
from ladder_tui.domain.skill_entry import SkillState
from ladder_tui.ui.format import plural
from ladder_tui.workbench.workflow_entry import WorkflowEntry


@click.command()
@click.option("--undo", is_flag=True, help="Take trust back.")
@json_option
def trust_skills(undo: bool, is_json: bool) -> None:
    """Let what this repository brought run: its skills, agents, commands and workflows."""
    with open_front(is_reader=True) as front:
        skills = front.wb.skills
        (skills.distrust if undo else skills.trust)()
        own = [(entry.state, entry.path) for entry in skills.own()]
        own += [
            (_state(entry), entry.path)
            for entry in front.wb.workflows.list()
            if entry.origin == "project"
        ]
        if is_json:
            paths = [path for _, path in own]
            print_json({"root": str(front.wb.root), "is_trusted": not undo, "files": paths})
            return
        for state, path in own:
            front.out.line(f"{state:<9}  {path}")
        word = "is trusted no longer" if undo else "is trusted"
        front.err.line(f"{front.wb.root} {word}: {plural(len(own), 'file')} of its own")


def _state(entry: WorkflowEntry) -> SkillState:
    """What holds for a workflow, in the words of skills."""
    if entry.workflow is None:
        return "broken"
    return "usable" if entry.is_runnable else "untrusted"
