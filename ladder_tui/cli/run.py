"""``ladder run``: preflight, confirmation, start, and following to the end."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.interrupt import Interrupt
from ladder_tui.cli.option import MOST, finite, json_option, names, pairs, trigger_name
from ladder_tui.cli.outcome import follow_run
from ladder_tui.cli.run_preflight import plan_document, price_text, print_preflight
from ladder_tui.cli.terminal import print_json, print_json_line
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import CancelledError, InvalidFileError, UsageError
from ladder_tui.workbench.option import Preflight, RunOptions


@click.command()
@click.argument("workflow")
@click.option(
    "-i",
    "--input",
    "inputs",
    multiple=True,
    metavar="KEY=VALUE",
    callback=pairs,
    help="An input of the workflow; may be repeated.",
)
@click.option(
    "--model", default="", metavar="NAME", help="Model, as `ladder models list` names it."
)
@click.option("--prd", default="", metavar="FILE", help="PRD that the agents get to read.")
@click.option(
    "--budget-usd",
    type=click.FloatRange(0, MOST, min_open=True),
    callback=finite,
    metavar="X",
    help="Most dollars the run may spend.",
)
@click.option(
    "--budget-tokens",
    type=click.IntRange(1, MOST),
    metavar="N",
    help="Most tokens the run may use, sent and received.",
)
@click.option(
    "--max-parallel",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Agents at work at the same time, 1 to 64.",
)
@click.option(
    "--only",
    default="",
    metavar="NAMES",
    callback=names,
    help="Only these agents, separated by commas, of a fan-out over a list.",
)
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Start without asking.")
@click.option("--plan", "is_plan", is_flag=True, help="Only say what the run would do and need.")
@click.option("--detach", "is_detached", is_flag=True, help="Print the run's id and return.")
@click.option(
    "--record", default="", metavar="FILE", help="Write the model's replies to a cassette."
)
@click.option("--replay", default="", metavar="FILE", help="Answer from a cassette; costs nothing.")
@click.option(
    "--trigger",
    default="",
    metavar="TEXT",
    callback=trigger_name,
    help="What started it, where it was no person; lists and reports name it.",
)
@json_option
def run(
    workflow: str,
    inputs: dict[str, str],
    is_sure: bool,
    is_plan: bool,
    is_detached: bool,
    is_json: bool,
    **options: Any,
) -> int:
    """Start WORKFLOW and follow it to its end.

    Ctrl-C stops the run and everything in it; what is finished stays. With --json each event is
    one line, the last of them run_finished; with --plan it is one document, and nothing starts.
    """
    if options["record"] and options["replay"]:
        raise UsageError(
            "--record and --replay exclude each other",
            why="a replayed run asks no model, so there is nothing to record",
            next_step="leave one of them out",
        )
    with open_front() as front:
        if options["prd"]:
            options["prd"] = str(front.wb.prds.find(options["prd"]))
        chosen = RunOptions(**options)
        located = locate(front, workflow, inputs)
        plan = front.wb.runs.preflight(workflow, located, chosen)
        check(plan, workflow)
        if is_plan and is_json:
            print_json({"preflight": plan_document(plan)})
        elif not is_json:
            print_preflight(front.out if is_plan else front.err, plan)
        if is_plan:
            return 0
        confirm(front, plan, is_sure=is_sure)
        with Interrupt() as interrupt:
            run_id = front.wb.runs.start(workflow, located, chosen, preflight=plan)
            if is_detached:
                return _detach(front, run_id, is_json=is_json)
            return follow_run(front, run_id, interrupt, is_json=is_json, owns_run=True)


def locate(front: Front, workflow: str, inputs: Mapping[str, str]) -> dict[str, Any]:
    """The inputs with paths that are there from the current directory made absolute.

    The workbench reads relative paths from the repository's root, people from where they are.
    """
    entry = front.wb.workflows.get(workflow)
    declared = entry.workflow.inputs if entry.workflow is not None else {}
    located: dict[str, Any] = {}
    for name, value in inputs.items():
        is_path = name in declared and declared[name].type in ("directory", "file")
        here = Path.cwd() / value
        located[name] = str(here) if is_path and value and here.exists() else value
    return located


def check(plan: Preflight, workflow: str) -> None:
    """Refuse a plan with problems, all of them at once. Raises InvalidFileError."""
    if plan.problems:
        is_input = any(problem.path.startswith("inputs.") for problem in plan.problems)
        raise InvalidFileError(
            f"{workflow} cannot start",
            plan.problems,
            next_step=f"`ladder workflows show {workflow}` lists its inputs"
            if is_input
            else "correct what is named above",
        )


def confirm(front: Front, plan: Preflight, *, is_sure: bool) -> None:
    """Ask before spending above the threshold. Raises UsageError where nobody can be asked,
    CancelledError for a no."""
    if not plan.needs_confirm or is_sure:
        return
    if not (sys.stdin.isatty() and front.err.is_terminal):
        limit = front.wb.config.confirm_usd
        raise UsageError(
            "this run needs a yes, and there is no terminal to ask in",
            why=f"it may cost {price_text(plan.estimate)};"
            f" above ${limit:.2f} (confirm_usd) runs ask first",
            next_step="add --yes, or choose a cheaper model with --model",
        )
    if not click.confirm("Start it?", err=True):
        raise CancelledError("not started; nothing was spent")


def _detach(front: Front, run_id: RunId, *, is_json: bool) -> int:
    number = front.wb.runs.get(run_id).number
    if is_json:
        print_json_line({"run_id": run_id, "number": number})
    else:
        front.out.line(run_id)
        front.err.line(f"run #{number} goes on by itself: ladder runs watch {number}")
    return 0
