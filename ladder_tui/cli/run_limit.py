"""``ladder runs limits``: what a run may use, shown and changed while it runs."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import MOST, finite, json_option
from ladder_tui.cli.outcome import EXIT_DONE, catch_up
from ladder_tui.cli.run_steer import APPLIED_WAIT_S
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.domain.event import CommandApplied
from ladder_tui.domain.ids import CommandId
from ladder_tui.domain.run import RunLimits, RunSummary
from ladder_tui.errors import LadderError

_POLL_S = 0.05


@click.command()
@click.argument("run", default="last")
@click.option(
    "--budget-usd",
    type=click.FloatRange(0, MOST, min_open=True),
    callback=finite,
    metavar="X",
    help="New limit in dollars.",
)
@click.option(
    "--budget-tokens", type=click.IntRange(1, MOST), metavar="N", help="New limit in tokens."
)
@click.option("--max-parallel", type=click.IntRange(1, 1_000), metavar="N", help="Agents at once.")
@click.option("--scope", default="", metavar="STEP|AGENT", help="Of one step or agent only.")
@json_option
def run_limits(
    run: str,
    budget_usd: float | None,
    budget_tokens: int | None,
    max_parallel: int | None,
    scope: str,
    is_json: bool,
) -> int:
    """Show what RUN may use, and change it while it runs.

    A higher limit lets waiting calls go on at once. Without options nothing changes.
    """
    limits = RunLimits(usd=budget_usd, tokens=budget_tokens, max_parallel=max_parallel)
    with open_front() as front:
        summary = front.wb.runs.get(run)
        if limits != RunLimits():
            feed = front.wb.runs.feed(summary.run_id)
            catch_up(feed)
            command_id = front.wb.runs.set_limits(summary.run_id, limits, scope)
            if command_id is not None:
                _wait_for(front, summary, command_id, feed.view.last_id)
        return _show(front, front.wb.runs.get(str(summary.number)), is_json=is_json)


def _wait_for(front: Front, summary: RunSummary, command_id: CommandId, after_id: int) -> None:
    """Wait until the journal says what became of the command."""
    deadline = time.monotonic() + APPLIED_WAIT_S
    while time.monotonic() < deadline:
        for record in front.wb.runs.events(summary.run_id, after_id):
            event = record.event
            if isinstance(event, CommandApplied) and event.command_id == command_id:
                if event.outcome != "applied":
                    why = event.outcome
                    raise LadderError(f"run #{summary.number} keeps its limits", why=why)
                return
        time.sleep(_POLL_S)
    raise LadderError(
        f"run #{summary.number} was told, but did not answer",
        why=f"its runner did not take the new limits within {APPLIED_WAIT_S:.0f} s",
        next_step=f"ladder runs show {summary.number}",
    )


def _show(front: Front, summary: RunSummary, *, is_json: bool) -> int:
    feed = front.wb.runs.feed(summary.run_id)
    catch_up(feed)
    whole = front.wb.runs.spec(summary.run_id).limits
    parts = feed.view.step_limits
    if is_json:
        print_json(
            {
                "run": summary.run_id,
                "number": summary.number,
                "state": summary.state,
                "limits": full(whole),
                "scopes": {scope: full(limits) for scope, limits in parts.items()},
                "usage": full(summary.usage),
                "cost": full(summary.cost),
            }
        )
        return EXIT_DONE
    print(f"run #{summary.number} ({summary.state}): {_worded(whole)}")
    print(f"  used: ${summary.cost.usd:.4f}, {summary.usage.total_tokens:,} tokens")
    for scope, limits in parts.items():
        print(f"  {scope}: {_worded(limits)}")
    return EXIT_DONE


def _worded(limits: RunLimits) -> str:
    said = [
        f"${limits.usd:.2f}" if limits.usd is not None else "",
        f"{limits.tokens:,} tokens" if limits.tokens is not None else "",
        f"{limits.max_parallel} agents at once" if limits.max_parallel is not None else "",
    ]
    return "at most " + ", ".join(filter(None, said)) if any(said) else "no limits of its own"
