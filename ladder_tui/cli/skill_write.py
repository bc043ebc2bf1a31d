"""``ladder skills new``, ``duplicate``, ``split``, ``promote``, ``rm`` and ``restore``."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.skill import say_untrusted
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.skill import SkillKind

_KINDS = ("skill", "agent", "command")


@click.command()
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(_KINDS), default="skill", help="What to write; a skill by default."
)
@json_option
def new_skill(name: str, kind: SkillKind, is_json: bool) -> None:
    """Write a skill called NAME from a template, and print its path."""
    with open_front() as front:
        path = front.wb.skills.new(name, kind)
        _report(front, path, "fill it in, then: ladder skills lint", is_json=is_json)


@click.command()
@click.argument("skill")
@click.argument("name")
@json_option
def duplicate_skill(skill: str, name: str, is_json: bool) -> None:
    """Copy SKILL, a name or a shown path, with all its files to a skill of your own."""
    with open_front() as front:
        path = front.wb.skills.duplicate(skill, name)
        _report(front, path, f"a copy of {skill} to change", is_json=is_json)


@click.command()
@click.argument("skill")
@click.argument("heading")
@click.argument("name")
@json_option
def split_skill(skill: str, heading: str, name: str, is_json: bool) -> None:
    """Move the section under HEADING of SKILL into a skill NAME, which SKILL then uses."""
    with open_front() as front:
        made, changed = front.wb.skills.split(skill, heading, name)
        if is_json:
            print_json({"path": made, "changed": changed})
            return
        front.out.line(made)
        front.err.line(f"{changed} uses it now: see `uses` in its ladder.yaml")


@click.command()
@click.argument("run_ref", metavar="RUN")
@click.argument("agent")
@click.argument("name")
@json_option
def promote_prompt(run_ref: str, agent: str, name: str, is_json: bool) -> None:
    """Make the prompt of AGENT in RUN, as it was then, a skill called NAME."""
    with open_front() as front:
        run_id = front.wb.runs.get(run_ref).run_id
        path = front.wb.skills.promote(run_id, AgentId(agent), name)
        _report(front, path, "read it over: values of that run are in it", is_json=is_json)


@click.command()
@click.argument("skill")
@json_option
def remove_skill(skill: str, is_json: bool) -> None:
    """Move SKILL, a name or a shown path, to the trash of this repository."""
    with open_front() as front:
        path = front.wb.skills.entry(skill).path
        token = front.wb.skills.delete(path)
        if is_json:
            print_json({"path": path, "token": token})
            return
        front.err.line(f"{path} is in the trash; back with: ladder skills restore {token}")


@click.command()
@click.argument("name", default="")
@json_option
def restore_skill(name: str, is_json: bool) -> None:
    """Bring back what was deleted last as NAME; without a name, list what can be brought back."""
    with open_front(is_reader=not name) as front:
        if name:
            path = front.wb.skills.restore(name)
            _report(front, path, "it is back", is_json=is_json)
            return
        deleted = front.wb.skills.trash()
        if is_json:
            print_json({"deleted": [full(each) for each in deleted]})
        elif not deleted:
            front.err.line("the trash is empty; ladder skills rm NAME puts a skill there")
        else:
            day = "%Y-%m-%d %H:%M"
            front.out.table(
                ["deleted", "skill", "was at", "token"],
                [
                    [time.strftime(day, time.localtime(d.at)), d.name, d.shown, d.token]
                    for d in deleted
                ],
            )


def _report(front: Front, path: str, note: str, *, is_json: bool) -> None:
    if is_json:
        print_json({"path": path})
        return
    front.out.line(path)
    front.err.line(note)
    say_untrusted(front, [front.wb.skills.entry(path)])
