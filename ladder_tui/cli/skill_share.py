"""``ladder skills add`` and ``update``: look at what others share, then take it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ladder_tui.cli.failure import print_problems
from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import EXIT_DONE, EXIT_FAILED
from ladder_tui.cli.question import ask
from ladder_tui.cli.skill import say_untrusted
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
        failures: Mapping[str, LadderError] = {}
        if name:
            one = front.wb.skills.update(name)
            staged: Sequence[StagedSkill] = [one] if one is not None else []
        else:
            staged, failures = front.wb.skills.update_all()
        if not (staged or failures or is_json):
            looked = [name] if name else front.wb.skills.pinned()
            front.err.line(
                f"{plural(len(looked), 'skill')} looked at: nothing changed"
                if looked
                else "no skill was added from elsewhere yet: ladder skills add SOURCE"
            )
        code = _take_over(front, staged, is_sure=is_sure, is_forced=is_forced, is_json=is_json)
        for failed, error in failures.items():
            front.err.line((f"{failed}: {error}", "bad"))
        return EXIT_FAILED if failures else code


def _take_over(
    front: Front, staged: Sequence[StagedSkill], *, is_sure: bool, is_forced: bool, is_json: bool
) -> int:
    """Show each one, ask, and accept it; what is not accepted is dropped.

    A program that reads JSON and says no yes gets what there is to look at.
    """
    is_wanted = is_sure or not is_json
    done: list[dict[str, Any]] = []
    try:
        if not is_json:
            for skill in staged:
                _show(front, skill)
        names = [skill.name for skill in staged if not _is_blocked(skill, is_forced=is_forced)]
        if names and not is_json:
            ask(
                front,
                f"Take over {', '.join(names)}?",
                what="taking over what others wrote",
                is_sure=is_sure,
            )
        for skill in staged:
            row = {**full(skill), "path": "", "error": ""}
            try:
                if is_wanted:
                    row["path"] = front.wb.skills.accept(skill.stage, is_forced=is_forced)
            except LadderError as error:
                row["error"] = str(error)
            done.append(row)
    finally:
        _drop(front, staged)
    if is_json:
        print_json({"skills": done})
    else:
        _say(front, done)
    return EXIT_FAILED if any(row["error"] for row in done) else EXIT_DONE


def _is_blocked(skill: StagedSkill, *, is_forced: bool) -> bool:
    """Whether accepting it will be refused, so that there is nothing to ask."""
    rules = {problem.rule for problem in skill.problems}
    return "S060" in rules or ("S061" in rules and not is_forced)


def _show(front: Front, skill: StagedSkill) -> None:
    word = "new" if skill.is_new else "changed"
    front.out.line((skill.name, "strong"), f"  {word}, from {skill.source} {skill.commit[:10]}")
    print_diff(front.out, skill.diff)
    print_problems(front.err, skill.problems)


def _say(front: Front, done: Sequence[Mapping[str, Any]]) -> None:
    for row in done:
        if row["error"]:
            front.err.line((f"{row['name']}: {row['error']}", "bad"))
        elif row["path"]:
            front.out.line(str(row["path"]))
    if any(row["path"] for row in done):
        front.err.line("commit them together with .ladder/skills.lock")
        say_untrusted(front, front.wb.skills.own())


def _drop(front: Front, staged: Sequence[StagedSkill]) -> None:
    for skill in staged:
        front.wb.skills.drop(skill.stage)
