"""``ladder demo``: a review that starts without any preparation."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.interrupt import Interrupt
from ladder_tui.cli.model import pull
from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import EXIT_DONE, follow_run
from ladder_tui.cli.run import check, confirm
from ladder_tui.cli.run_preflight import print_preflight
from ladder_tui.cli.sample import write_sample
from ladder_tui.config import find_root, user_cache
from ladder_tui.domain.ids import RunId
from ladder_tui.process import git
from ladder_tui.workbench.option import RunOptions

WORKFLOW = "review"


@click.command()
@click.option("--no-tui", "is_plain", is_flag=True, help="Print instead of opening the interface.")
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Start without asking.")
@json_option
def demo(is_plain: bool, is_sure: bool, is_json: bool) -> int:
    """Review this repository, or a sample project where there is no Python code in git.

    Uses the embedded model, fetched when it is missing, unless the configuration or the
    environment chooses another. Ends with 0 when the review ran to its end, whatever it found.
    """
    with open_front(_subject()) as front:
        front.err.line(("reviewing ", "dim"), str(front.wb.root))
        choice = front.wb.models.choose()
        if choice.provider == "local" and not choice.weights:
            pull(front)
        options = RunOptions()
        plan = front.wb.runs.preflight(WORKFLOW, {}, options)
        check(plan, WORKFLOW)
        print_preflight(front.err, plan)
        confirm(front, plan, is_sure=is_sure)
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        with Interrupt() as interrupt:
            run_id = front.wb.runs.start(WORKFLOW, {}, options, preflight=plan)
            if is_plain or is_json or not is_terminal:
                code = follow_run(front, run_id, interrupt, is_json=is_json, owns_run=True)
                return EXIT_DONE if front.wb.runs.get(run_id).state == "done" else code
        return _show(front, run_id)


def _subject() -> Path:
    root = find_root(Path.cwd())
    if any(name.endswith(".py") for name in git.tracked_files(root) or ()):
        return root
    return write_sample(user_cache() / "sample-project")


def _show(front: Front, run_id: RunId) -> int:
    # Deferred: Textual is only needed in a terminal.
    from ladder_tui.ui.launch import run_app

    run_app(front.wb, run_id)
    summary = front.wb.runs.get(run_id)
    if summary.state in ("queued", "running", "paused"):
        front.err.line(f"run #{summary.number} goes on: ladder runs watch {summary.number}")
    else:
        front.err.line(f"run #{summary.number} is {summary.state}: ladder runs show last")
    return EXIT_DONE
