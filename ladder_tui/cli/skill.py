"""``ladder skills list`` and ``show``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from ladder_tui.cli.failure import print_problems
from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, full, print_json
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.ui.format import count, plural


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Those too that a stronger one hides.")
@json_option
def list_skills(is_all: bool, is_json: bool) -> None:
    """List skills, agents and commands: where each is from, whether it can run, why not."""
    with open_front(is_reader=True) as front:
        entries = [e for e in front.wb.skills.entries() if is_all or e.state != "hidden"]
        uses = front.wb.skills.use_counts()
        if is_json:
            rows = [_row(entry, uses) for entry in entries]
            print_json({"skills": rows, "is_trusted": front.wb.skills.is_trusted})
            return
        table: list[list[Part]] = [
            [
                entry.name,
                entry.kind,
                entry.source,
                entry.state,
                str(uses.get(entry.name, 0)),
                entry.description,
            ]
            for entry in sorted(entries, key=lambda entry: entry.name)
        ]
        front.out.table(["name", "kind", "from", "state", "uses", "description"], table, right={4})
        print_problems(front.err, [p for entry in entries for p in entry.problems])
        say_untrusted(front, entries)


@click.command()
@click.argument("name", metavar="NAME|PATH")
@json_option
def show_skill(name: str, is_json: bool) -> None:
    """Show one skill, agent or command: where it is from, where it is used, and its text."""
    with open_front(is_reader=True) as front:
        skills = front.wb.skills
        entry = skills.entry(name)
        used_in = skills.used_in(entry.name)
        uses = skills.use_counts()
        tokens = skills.tokens(entry.skill) if entry.skill is not None else 0
        if is_json:
            extra = {"used_in": list(used_in), "tokens_estimate": tokens}
            print_json({"skill": {**_row(entry, uses), **extra}})
            return
        front.out.fields(
            [
                (entry.kind, entry.name),
                ("description", entry.description),
                ("from", f"{entry.origin}, {entry.path}"),
                ("state", f"{entry.state}: {entry.why_not}" if entry.why_not else entry.state),
                *(_about(entry.skill) if entry.skill is not None else []),
                ("used in", ", ".join(used_in) or "no workflow"),
                ("uses", str(uses.get(entry.name, 0))),
                ("body", f"~{count(tokens)} tokens"),
            ]
        )
        if entry.skill is not None:
            front.out.line()
            front.out.lines(entry.skill.body)
        print_problems(front.err, entry.problems)


def say_untrusted(front: Front, entries: Sequence[SkillEntry]) -> None:
    """Say what waits for the user's trust, and how it is given."""
    waiting = sum(entry.state == "untrusted" for entry in entries)
    if waiting:
        front.err.line(
            f"{plural(waiting, 'file')} of this repository may not run yet:"
            " read them, then `ladder skills trust`"
        )


def _about(skill: Skill) -> list[tuple[str, Part]]:
    named: list[tuple[str, Part]] = [
        ("version", skill.content_hash[:10]),
        ("lens", skill.lens),
        ("tools", ", ".join(skill.allowed_tools) or "none"),
        ("evidence", ", ".join(skill.evidence)),
        ("tier", skill.tier),
        ("model", skill.model),
        ("composed of", ", ".join(part.name for part in skill.parts)),
        ("files", ", ".join(skill.files)),
    ]
    return [(label, value) for label, value in named if value]


def _row(entry: SkillEntry, uses: Mapping[str, int]) -> dict[str, Any]:
    return {**full(entry), "uses": uses.get(entry.name, 0)}
