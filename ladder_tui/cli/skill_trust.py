"""``ladder skills trust``."""

from __future__ import annotations

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import print_json
from ladder_tui.ui.format import plural


@click.command()
@click.option("--undo", is_flag=True, help="Take trust back.")
@json_option
def trust_skills(undo: bool, is_json: bool) -> None:
    """Let what this repository brought run: its skills, agents, commands and programs."""
    with open_front(is_reader=True) as front:
        skills = front.wb.skills
        (skills.distrust if undo else skills.trust)()
        own = skills.own()
        if is_json:
            paths = [entry.path for entry in own]
            print_json({"root": str(front.wb.root), "is_trusted": not undo, "files": paths})
            return
        for entry in own:
            front.out.line(f"{entry.state:<9}  {entry.path}")
        word = "is trusted no longer" if undo else "is trusted"
        front.err.line(f"{front.wb.root} {word}: {plural(len(own), 'file')} of its own")
