"""``ladder workflows hook`` and ``schedule``: what starts a workflow without a person."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import MOST, finite, json_option, pairs
from ladder_tui.cli.run import locate
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import UsageError
from ladder_tui.library.hook_block import HOOK_EVENTS, HookEvent
from ladder_tui.library.schedule_entry import parse_at
from ladder_tui.workbench.trigger import Scheduler, TriggerOptions

_Command = Callable[..., Any]


def _run_options(command: _Command) -> _Command:
    """The options that the run of a trigger is started with."""
    for option in (
        click.option(
            "-y",
            "--yes",
            "is_sure",
            is_flag=True,
            help="Let it start also above confirm_usd; nobody is there to be asked.",
        ),
        click.option(
            "--budget-usd",
            type=click.FloatRange(0, MOST, min_open=True),
            callback=finite,
            metavar="X",
            help="Most dollars each run may spend.",
        ),
        click.option("--model", default="", metavar="NAME", help="Model of the runs."),
        click.option(
            "-i",
            "--input",
            "inputs",
            multiple=True,
            metavar="KEY=VALUE",
            callback=pairs,
            help="An input of the workflow; may be repeated.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("name")
@click.option(
    "--on",
    "event",
    type=click.Choice(list(HOOK_EVENTS)),
    required=True,
    help="When git starts it.",
)
@_run_options
@click.option(
    "--blocking", "is_blocking", is_flag=True, help="Wait for the verdict; a failed one stops git."
)
@click.option("--remove", "is_removed", is_flag=True, help="Take the hook out again.")
@json_option
def hook(
    name: str,
    event: HookEvent,
    is_blocking: bool,
    is_removed: bool,
    is_json: bool,
    **options: Any,
) -> None:
    """Let git start workflow NAME in this repository.

    The run goes on by itself and git does not wait for it, unless --blocking is given. A hook that
    is there already keeps every byte; what Ladder puts in is marked.
    """
    with open_front() as front:
        triggers = front.wb.triggers
        if is_removed:
            removed = triggers.remove_hook(name, event)
            if is_json:
                print_json({"hook": full(removed), "removed": True})
            else:
                gone = "removed" if removed.is_new else "is as it was before"
                front.err.line(f"{removed.path} {gone}")
            return
        written = triggers.hook(
            name, event, _options(front, name, options), is_blocking=is_blocking
        )
        if is_json:
            print_json({"hook": full(written), "removed": False})
            return
        front.out.lines(written.text)
        front.err.line(f"{'written' if written.is_new else 'added'}: {written.path}")
        _warn_of_questions(front, name, is_blocking=is_blocking)


@click.command()
@click.argument("name")
@click.option("--at", "at", default="", metavar="HH:MM", help="Time of the local day.")
@click.option("--weekdays", "is_weekdays", is_flag=True, help="From Monday to Friday only.")
@click.option(
    "--as",
    "scheduler",
    type=click.Choice(["cron", "systemd"]),
    required=True,
    help="Who starts it.",
)
@_run_options
@click.option(
    "--write/--print",
    "is_written",
    default=False,
    help="Install it, or only print it (default).",
)
@click.option("--remove", "is_removed", is_flag=True, help="Take an installed one out again.")
@json_option
def schedule(
    name: str,
    at: str,
    is_weekdays: bool,
    scheduler: Scheduler,
    is_written: bool,
    is_removed: bool,
    is_json: bool,
    **options: Any,
) -> None:
    """Let cron or systemd start workflow NAME in this repository once a day.

    Prints what belongs into the crontab or the unit files; only --write installs it.
    """
    with open_front() as front:
        triggers = front.wb.triggers
        if is_removed:
            gone = triggers.remove_schedule(name, scheduler)
            if is_json:
                print_json({"removed": list(gone)})
            for line in () if is_json else gone:
                front.err.line(f"removed: {line}")
            return
        when = parse_at(at, is_weekdays=is_weekdays)
        if when is None:
            raise UsageError(f"{at!r} is no time of the day", next_step="give one: --at 02:00")
        planned = triggers.schedule(name, when, scheduler, _options(front, name, options))
        if is_written:
            triggers.install(planned, name)
        if is_json:
            print_json({"schedule": full(planned), "written": is_written})
            return
        for path, text in planned.files:
            if path:
                front.out.line((f"# {path}", "dim"))
            front.out.lines(text)
        _say_next(front, planned.next_step, scheduler, is_written=is_written)
        _warn_of_questions(front, name, is_blocking=False)


def _say_next(front: Front, next_step: str, scheduler: Scheduler, *, is_written: bool) -> None:
    if is_written and scheduler == "cron":
        front.err.line("written into your crontab")
    else:
        front.err.line(("next: ", "dim"), next_step)
    front.err.line(("in the morning: ", "dim"), "ladder runs report")


def _options(front: Front, name: str, options: dict[str, Any]) -> TriggerOptions:
    located = locate(front, name, options["inputs"])
    root = front.wb.root
    inputs = {key: _relative(str(value), root) for key, value in located.items()}
    return TriggerOptions(**{**options, "inputs": inputs})


def _relative(value: str, root: Path) -> str:
    """A path below the repository from its root, where triggers run; other values as they are."""
    is_inside = value.startswith("/") and Path(value).is_relative_to(root)
    return os.path.relpath(value, root) if is_inside else value


def _warn_of_questions(front: Front, name: str, *, is_blocking: bool) -> None:
    workflow: Workflow | None = front.wb.workflows.get(name).workflow
    asks = [step.id for step in workflow.steps if step.kind == "ask"] if workflow else []
    if not asks:
        return
    what = "that stops git" if is_blocking else "the run waits until you answer"
    front.err.line((f"note: {name} asks ({', '.join(asks)}): {what}", "warn"))
