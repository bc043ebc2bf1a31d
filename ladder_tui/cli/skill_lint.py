"""``ladder skills lint``."""

from __future__ import annotations

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.workflow import report_lint


@click.command()
@click.argument("targets", metavar="[NAME|PATH]...", nargs=-1)
@click.option("--strict", is_flag=True, help="Accept only what the specification does.")
@json_option
def lint_skills(targets: tuple[str, ...], strict: bool, is_json: bool) -> int:
    """Check skills, agents and commands by name, or any file or folder; without, all of here."""
    with open_front(is_reader=True) as front:
        skills = front.wb.skills
        problems = [
            problem
            for target in targets or ("",)
            for problem in skills.lint(target, is_strict=strict)
        ]
        checked = len(targets) or len(skills.entries())
        return report_lint(front.out, front.err, problems, checked, "file", is_json=is_json)
