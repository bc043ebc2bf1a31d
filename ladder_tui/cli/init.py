"""``ladder init``."""

from __future__ import annotations

from pathlib import Path

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import print_json
from ladder_tui.config import find_root
from ladder_tui.workbench.project import Project


@click.command()
@json_option
def init(is_json: bool) -> None:
    """Set up .ladder: a configuration to fill in, folders, a database. Nothing is overwritten."""
    root = find_root(Path.cwd())
    made = Project(root).create()
    with open_front(root) as front:
        if is_json:
            print_json({"root": str(root), "made": [str(path) for path in made]})
            return
        for path in made:
            front.out.line(path.relative_to(root).as_posix())
        state = "is set up" if made else "was set up before; nothing was changed"
        front.err.line(f"{root} {state}")
        front.err.line(("next: ", "dim"), "ladder doctor  |  ladder run review")
