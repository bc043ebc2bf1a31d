"""``ladder skills versions`` and ``diff``."""

from __future__ import annotations

import time
from collections.abc import Sequence

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, Printer, full, print_json
from ladder_tui.errors import UsageError

_STYLES = (("+++", "strong"), ("---", "strong"), ("@@", "dim"), ("+", "good"), ("-", "bad"))


@click.command()
@click.argument("skill")
@json_option
def list_versions(skill: str, is_json: bool) -> None:
    """List what was seen of SKILL, a name or a shown path, by content, newest first."""
    with open_front(is_reader=True) as front:
        versions = front.wb.skills.versions(skill)
        if is_json:
            print_json({"versions": [full(version) for version in versions]})
            return
        rows: list[list[Part]] = [
            [
                v.content_hash[:10],
                time.strftime("%Y-%m-%d %H:%M", time.localtime(v.seen_at)),
                str(len(v.text.splitlines())),
                "as it is now" if place == 0 else "",
            ]
            for place, v in enumerate(versions)
        ]
        front.out.table(["version", "seen", "lines", ""], rows, right={2})


@click.command()
@click.argument("skill")
@click.argument("old", default="")
@click.argument("new", default="")
@json_option
def diff_skill(skill: str, old: str, new: str, is_json: bool) -> None:
    """Show what changed in SKILL from version OLD to NEW.

    By default from the version before to the file as it is now.
    """
    with open_front(is_reader=True) as front:
        versions = front.wb.skills.versions(skill)
        if not old and len(versions) < 2:
            raise UsageError(
                f"{skill} has one version only",
                why="nothing else was seen of it: a version is kept when a skill is opened, saved"
                " or used",
                next_step=f"ladder skills versions {skill}",
            )
        lines = front.wb.skills.diff(skill, old or versions[1].content_hash, new)
        if is_json:
            print_json({"skill": skill, "lines": list(lines)})
        elif lines:
            print_diff(front.out, lines)
        else:
            front.err.line("no difference")


def print_diff(out: Printer, lines: Sequence[str]) -> None:
    """Print a unified diff, coloured where the terminal has colours."""
    for line in lines:
        style = next((style for mark, style in _STYLES if line.startswith(mark)), "")
        out.line((line, style))
