"""``ladder skills add`` and ``update``: look at what others share, then take it over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ladder_tui.cli.failure import print_problems
from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import EXIT_DONE, EXIT_FAILED
from ladder_tui.cli.question import ask
from ladder_tui.cli.skill_version import print_diff
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.domain.skill_entry import StagedSkill
from ladder_tui.errors import LadderError, UsageError
from ladder_tui.ui.format import plural

_yes = click.option("-y", "--yes", "is_sure", is_flag=True, help="Take it over without asking.")
_force = click.option(
    "--force",
    "is_forced",
    is_flag=True,
    help="Also over local edits and skills from elsewhere; what was there goes to the trash.",
)


@click.command()
@click.argument("source")
@click.option("--only", "names", multiple=True, metavar="NAME", help="Take this one; repeatable.")
@_yes
@_force
@json_option
def add_skills(
    source: str, names: tuple[str, ...], is_sure: bool, is_forced: bool, is_json: bool
) -> int:
    """Show the skills of SOURCE, a folder or a git repository, and take them over after a yes.

    SOURCE may end in #BRANCH, #TAG or #COMMIT. The commit is pinned in .ladder/skills.lock.
    """
    with open_front() as front:
        staged = front.wb.skills.stage(source, Path.cwd())
        chosen = [skill for skill in staged if not names or skill.name in names]
        for skill in staged:
            if skill not in chosen:
                front.wb.skills.drop(skill.stage)
        if missing := set(names) - {skill.name for skill in staged}:
            _drop(front, chosen)
            raise UsageError(
                f"{source} has no skill {', '.join(sorted(missing))}",
                why="it has " + ", ".join(skill.name for skill in staged),
                next_step="choose with --only",
            )
        return _take_over(front, chosen, is_sure=is_sure, is_forced=is_forced, is_json=is_json)


@click.command()
@click.argument("name", default="")
@_yes
@_force
@json_option
def update_skills(name: str, is_sure: bool, is_forced: bool, is_json: bool) -> int:
    """Show what changed at the source of NAME, or of every added skill, and take it over."""
    with open_front() as front:
        names = [name] if name else front.wb.skills.pinned()
        if not names and not is_json:
            front.err.line("no skill was added from elsewhere yet: ladder skills add SOURCE")
        staged = [s for each in names if (s := front.wb.skills.update(each)) is not None]
        if names and not staged and not is_json:
            front.err.line(f"{plural(len(names), 'skill')} looked at: nothing changed")
        return _take_over(front, staged, is_sure=is_sure, is_forced=is_forced, is_json=is_json)


def _take_over(
    front: Front, staged: Sequence[StagedSkill], *, is_sure: bool, is_forced: bool, is_json: bool
) -> int:
    """Show each one, ask, and accept it; what is not accepted is dropped."""
    done: list[dict[str, object]] = []
    try:
        for skill in staged:
            if not is_json:
                _show(front, skill)
        if staged and not is_json:
            ask(
                front,
                f"Take over {', '.join(skill.name for skill in staged)}?",
                what="taking over what others wrote",
                is_sure=is_sure,
            )
        for skill in staged:
            done.append(_accept(front, skill, is_sure=is_sure, is_forced=is_forced))
    finally:
        _drop(front, staged)
    if is_json:
        print_json({"skills": done})
    else:
        _say(front, done)
    return EXIT_FAILED if any(each["error"] for each in done) else EXIT_DONE


def _accept(
    front: Front, skill: StagedSkill, *, is_sure: bool, is_forced: bool
) -> dict[str, object]:
    """Without a yes, a program that reads JSON only gets what there is to look at."""
    row = {**full(skill), "path": "", "error": ""}
    if is_sure or front.err.is_terminal:
        try:
            row["path"] = front.wb.skills.accept(skill.stage, is_forced=is_forced)
        except LadderError as error:
            row["error"] = str(error)
    return row


def _show(front: Front, skill: StagedSkill) -> None:
    word = "new" if skill.is_new else "changed"
    front.out.line((skill.name, "strong"), f"  {word}, from {skill.source} {skill.commit[:10]}")
    print_diff(front.out, skill.diff)
    print_problems(front.err, skill.problems)


def _say(front: Front, done: Sequence[dict[str, object]]) -> None:
    for row in done:
        if row["error"]:
            front.err.line((f"{row['name']}: {row['error']}", "bad"))
        elif row["path"]:
            front.out.line(str(row["path"]))
    if any(row["path"] for row in done):
        front.err.line("commit them together with .ladder/skills.lock")


def _drop(front: Front, staged: Sequence[StagedSkill]) -> None:
    for skill in staged:
        front.wb.skills.drop(skill.stage)
