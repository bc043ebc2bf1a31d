"""``ladder runs watch``, ``cancel``, ``pause`` and ``resume``: runs that somebody else started."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.interrupt import Interrupt
from ladder_tui.cli.option import MOST, finite, json_option
from ladder_tui.cli.outcome import EXIT_DONE, catch_up, follow_run
from ladder_tui.cli.terminal import full, print_json, print_json_line
from ladder_tui.domain.run import FINAL_STATES, RunLimits, RunState, RunSummary
from ladder_tui.errors import LadderError, UsageError

APPLIED_WAIT_S = 5.0
"""How long a command waits until its runner has taken what was asked."""
_POLL_S = 0.05


@click.command()
@click.argument("run", default="last")
@json_option
def watch_run(run: str, is_json: bool) -> int:
    """Follow RUN from its beginning to its end, live or from its journal.

    Ctrl-C ends the watching only. The exit code is that of the run.
    """
    with open_front() as front, Interrupt() as interrupt:
        summary = front.wb.runs.get(run)
        return follow_run(front, summary.run_id, interrupt, is_json=is_json, owns_run=False)


@click.command()
@click.argument("run")
@json_option
def cancel_run(run: str, is_json: bool) -> int:
    """Stop RUN and everything in it; what is finished stays."""
    with open_front() as front:
        summary = front.wb.runs.get(run)
        if summary.state not in FINAL_STATES:
            front.wb.runs.cancel(summary.run_id)
            summary = _wait_for(front, summary, set(FINAL_STATES) | {"interrupted"})
        return _report(front, summary, is_json=is_json, wanted=FINAL_STATES)


@click.command()
@click.argument("run")
@json_option
def pause_run(run: str, is_json: bool) -> int:
    """Let RUN start no further model call; calls in flight finish."""
    with open_front() as front:
        summary = front.wb.runs.get(run)
        front.wb.runs.pause(summary.run_id)
        summary = _wait_for(front, summary, {"paused", *FINAL_STATES})
        return _report(front, summary, is_json=is_json, wanted=frozenset({"paused"}))


@click.command()
@click.argument("run")
@click.option(
    "--budget-usd",
    type=click.FloatRange(0, MOST, min_open=True),
    callback=finite,
    metavar="X",
    help="New limit in dollars, for a run that its budget stopped.",
)
@click.option(
    "--budget-tokens",
    type=click.IntRange(1, MOST),
    metavar="N",
    help="New limit in tokens, for a run that its budget stopped.",
)
@click.option("--as-started", is_flag=True, help="Keep workflow and skills as they were.")
@click.option("--detach", "is_detached", is_flag=True, help="Return at once.")
@json_option
def resume_run(
    run: str,
    budget_usd: float | None,
    budget_tokens: int | None,
    as_started: bool,
    is_detached: bool,
    is_json: bool,
) -> int:
    """Go on with RUN after a pause, a kill, a cancel or a spent budget, and follow it.

    What is finished is not paid for again. Files that were edited since are taken over: what
    changed runs again. Ctrl-C stops the run.
    """
    with open_front() as front:
        summary = front.wb.runs.get(run)
        feed = front.wb.runs.feed(summary.run_id)
        catch_up(feed)
        limits = None
        if budget_usd is not None or budget_tokens is not None:
            before = front.wb.runs.spec(summary.run_id).limits
            limits = RunLimits(
                usd=budget_usd if budget_usd is not None else before.usd,
                tokens=budget_tokens if budget_tokens is not None else before.tokens,
                max_parallel=before.max_parallel,
            )
        with Interrupt() as interrupt:
            front.wb.runs.resume(summary.run_id, limits, as_started=as_started)
            if is_detached:
                return _resumed(front, summary, is_json=is_json)
            return follow_run(
                front,
                summary.run_id,
                interrupt,
                is_json=is_json,
                owns_run=True,
                after_id=feed.view.last_id,
            )


def _resumed(front: Front, summary: RunSummary, *, is_json: bool) -> int:
    if is_json:
        print_json_line({"run_id": summary.run_id, "number": summary.number})
    else:
        front.err.line(
            f"run #{summary.number} goes on by itself: ladder runs watch {summary.number}"
        )
    return EXIT_DONE


def _wait_for(front: Front, summary: RunSummary, states: set[RunState]) -> RunSummary:
    deadline = time.monotonic() + APPLIED_WAIT_S
    while summary.state not in states and time.monotonic() < deadline:
        time.sleep(_POLL_S)
        summary = front.wb.runs.get(summary.run_id)
    return summary


def _report(
    front: Front, summary: RunSummary, *, is_json: bool, wanted: frozenset[RunState]
) -> int:
    """Say where the run stands; what was asked and did not happen in time is an error."""
    if summary.state not in wanted:
        if summary.state in FINAL_STATES:
            raise UsageError(f"run #{summary.number} has ended: it is {summary.state}")
        raise LadderError(
            f"run #{summary.number} was told, but is still {summary.state}",
            why=f"its runner did not answer within {APPLIED_WAIT_S:.0f} s",
            next_step=f"ladder runs show {summary.number}",
        )
    if is_json:
        print_json({"run": full(summary)})
    else:
        front.err.line(f"run #{summary.number} is {summary.state}")
    return EXIT_DONE
