"""``ladder runs show``."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.ask import answer_command, print_question
from ladder_tui.cli.ending import print_agents, print_ending, print_next
from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import catch_up, dismissed
from ladder_tui.cli.run_step import print_steps
from ladder_tui.cli.run_verdict import print_outcome, print_parallel
from ladder_tui.cli.terminal import Printer, full, print_json
from ladder_tui.cli.wording import state_part
from ladder_tui.domain.run import RunSummary
from ladder_tui.insight.estimate_outcome import run_outcome
from ladder_tui.projections.run_view import RunView, to_dict


@click.command()
@click.argument("run", default="last")
@json_option
def show_run(run: str, is_json: bool) -> None:
    """Show RUN: its number, its id or the beginning of it; default is the last one."""
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        feed = front.wb.runs.feed(summary.run_id)
        catch_up(feed)
        parallel = front.wb.runs.verdict(summary.run_id)
        outcome = run_outcome(feed.view, feed.spec)
        if is_json:
            told = {"parallel": full(parallel), "estimate": full(outcome)}
            print_json({"summary": full(summary), "run": to_dict(feed.view), **told})
            return
        _print_head(front.out, summary, feed.view)
        if len(feed.view.steps) > 1:
            front.out.line()
            print_steps(front.out, list(feed.view.steps.values()))
        if feed.view.agents:
            front.out.line()
            print_agents(front.out, feed.view)
        if parallel is not None:
            front.out.line()
            print_parallel(front.out, parallel)
        if outcome is not None:
            print_outcome(front.out, outcome)
        front.out.line()
        print_ending(front.out, summary, feed.view, dismissed(front))
        for question in feed.view.questions.values():
            print_question(front.out, summary.number, question)
            front.out.line(("next: ", "dim"), answer_command(summary.number, question))
        print_next(front.err, summary, feed.view)


def _print_head(out: Printer, summary: RunSummary, view: RunView) -> None:
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(summary.created_at))
    inputs = ", ".join(f"{name}={value}" for name, value in view.inputs.items())
    limits = view.limits
    budget = [f"${limits.usd:.2f}"] if limits.usd is not None else []
    budget += [f"{limits.tokens} tokens"] if limits.tokens is not None else []
    out.fields(
        [
            ("run", f"#{summary.number}  {summary.run_id}"),
            ("workflow", summary.workflow),
            ("state", state_part(out.glyphs, summary.state)),
            ("started", stamp),
            ("started by", summary.trigger),
            ("model", summary.model),
            ("inputs", inputs),
            ("changes since", view.base_commit),
            ("budget", ", ".join(budget)),
            ("PRD", view.prd),
            ("sandbox", view.sandbox),
            ("resumed", str(view.resumes) if view.resumes else ""),
        ]
    )
    for note in view.notes:
        style = {"warning": "warn", "error": "bad"}.get(note.level, "")
        out.line((f"{note.level}: {note.text}", style))
