"""``ladder skills list`` and ``show``."""

from __future__ import annotations

import click

from ladder_tui.cli.failure import print_problems
from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, full, print_json
from ladder_tui.ui.format import count


@click.command()
@json_option
def list_skills(is_json: bool) -> None:
    """List the skills that can be used here, and what is wrong with others."""
    with open_front(is_reader=True) as front:
        skills, problems = front.wb.skills.list(), front.wb.skills.problems()
        uses = front.wb.skills.use_counts()
        if is_json:
            rows = [{**full(skill), "uses": uses.get(skill.name, 0)} for skill in skills]
            print_json({"skills": rows, "problems": full(problems)})
            return
        table: list[list[Part]] = [
            [
                skill.name,
                skill.origin,
                skill.lens,
                str(uses.get(skill.name, 0)),
                ", ".join(skill.evidence),
                skill.description,
            ]
            for skill in skills
        ]
        front.out.table(
            ["skill", "from", "lens", "uses", "evidence", "description"], table, right={3}
        )
        print_problems(front.err, problems)


@click.command()
@click.argument("name")
@json_option
def show_skill(name: str, is_json: bool) -> None:
    """Show the skill NAME: where it is from, where it is used, and its text."""
    with open_front(is_reader=True) as front:
        skill = front.wb.skills.get(name)
        used_in = front.wb.skills.used_in(name)
        tokens = front.wb.skills.tokens(skill)
        uses = front.wb.skills.use_counts().get(name, 0)
        if is_json:
            extra = {"used_in": list(used_in), "tokens_estimate": tokens, "uses": uses}
            print_json({"skill": {**full(skill), **extra}})
            return
        front.out.fields(
            [
                ("skill", skill.name),
                ("description", skill.description),
                ("from", f"{skill.origin}, {skill.path}"),
                ("version", skill.content_hash[:10]),
                ("lens", skill.lens),
                ("tools", ", ".join(skill.allowed_tools)),
                ("evidence", ", ".join(skill.evidence)),
                ("tier", skill.tier),
                ("used in", ", ".join(used_in) or "no workflow"),
                ("uses", str(uses)),
                ("body", f"~{count(tokens)} tokens"),
            ]
        )
        front.out.line()
        front.out.lines(skill.body)
