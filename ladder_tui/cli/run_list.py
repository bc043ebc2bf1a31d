"""``ladder runs list``."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, full, print_json
from ladder_tui.cli.wording import state_part
from ladder_tui.domain.run import RunSummary
from ladder_tui.ui.format import elapsed, money, tokens
from ladder_tui.ui.glyphs import Glyphs


@click.command()
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=30,
    show_default=True,
    help="Most runs shown.",
)
@click.option("--workflow", default="", metavar="NAME", help="Only runs of this workflow.")
@json_option
def list_runs(limit: int, workflow: str, is_json: bool) -> None:
    """List runs, newest first."""
    with open_front(is_reader=True) as front:
        runs = front.wb.runs.list(limit, workflow=workflow)
        if is_json:
            print_json({"runs": [full(summary) for summary in runs]})
            return
        if not runs:
            front.err.line("no runs yet; start one: ladder run review")
            return
        header = ["run", "workflow", "state", "verdict", "agents", "findings", "tokens", "$"]
        header += ["time", "started", "model"]
        rows = [_row(summary, front.out.glyphs) for summary in runs]
        front.out.table(header, rows, right={0, 4, 5, 6, 7, 8})


def _row(summary: RunSummary, glyphs: Glyphs) -> list[Part]:
    started = summary.started_at or summary.created_at
    seconds = summary.finished_at - started if summary.finished_at is not None else None
    return [
        f"#{summary.number}",
        summary.workflow,
        _state(summary, glyphs),
        state_part(glyphs, summary.verdict) if summary.verdict != "none" else "",
        f"{summary.agents_done}/{summary.agents_total}",
        str(summary.findings),
        tokens(summary.usage.total_tokens, is_estimated=summary.usage.is_estimated),
        money(summary.cost),
        elapsed(seconds) if seconds is not None else "",
        time.strftime("%Y-%m-%d %H:%M", time.localtime(started)),
        summary.model,
    ]


def _state(summary: RunSummary, glyphs: Glyphs) -> Part:
    """The state; a run that waits for a person says so instead."""
    if not summary.questions:
        return state_part(glyphs, summary.state)
    return f"{glyphs.question} asks", "warn"
