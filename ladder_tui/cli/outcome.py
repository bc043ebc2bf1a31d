"""Follows a run for a command and turns its end into an exit code."""

from __future__ import annotations

from typing import Final

from ladder_tui.cli.ask import say_waiting, terminal_asker
from ladder_tui.cli.display import Display, JsonLines, MilestoneLines
from ladder_tui.cli.ending import print_ending, print_next
from ladder_tui.cli.follow import Follower, broken_off
from ladder_tui.cli.front import Front
from ladder_tui.cli.interrupt import Interrupt
from ladder_tui.domain.event import RunFinished
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import BudgetError, CancelledError, LadderError
from ladder_tui.workbench.feed import RunFeed

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1


def follow_run(
    front: Front,
    run_id: RunId,
    interrupt: Interrupt,
    *,
    is_json: bool,
    owns_run: bool,
    after_id: int = 0,
) -> int:
    """Show a run until it ends, say what it came to, and return the exit code.

    Raises LadderError when the run broke off without an end.
    """
    feed = front.wb.runs.feed(run_id)
    display = _display(front, feed, is_json=is_json, owns_run=owns_run)
    follower = Follower(
        *(front, run_id, display, interrupt),
        owns_run=owns_run,
        after_id=after_id,
        asker=None if is_json else terminal_asker(front),
    )
    outcome = follower.follow()
    catch_up(feed)
    is_parked = outcome.finished is None and not outcome.is_left and feed.view.questions
    if outcome.waiting or is_parked:
        waiting = outcome.waiting or tuple(feed.view.questions.values())
        return say_waiting(front, run_id, waiting)
    if outcome.finished is None and not outcome.is_left:
        raise broken_off(front, run_id, feed.view.reason)
    summary = front.wb.runs.get(run_id)
    number = summary.number
    if outcome.is_left and not owns_run:
        front.err.line(f"run #{number} goes on: ladder runs watch {number}")
        return CancelledError.exit_code
    if outcome.is_left:
        front.err.line(f"run #{number} was told to stop and is still ending")
    if not is_json:
        print_ending(front.err, summary, feed.view, dismissed(front))
        print_next(front.err, summary, feed.view)
    elif outcome.finished is not None and outcome.finished.reason:
        front.err.line(f"{_headline(outcome.finished)}: {outcome.finished.reason}")
    return exit_code(outcome.finished)


def catch_up(feed: RunFeed) -> None:
    """Fold everything that is journalled so far."""
    feed.poll()
    while not feed.is_caught_up:
        feed.poll()


def dismissed(front: Front) -> frozenset[str]:
    """Fingerprints that people dismissed."""
    decided = front.wb.findings.dispositions()
    return frozenset(f for f, made in decided.items() if made.decision == "dismissed")


def exit_code(finished: RunFinished | None) -> int:
    """The exit code that the end of a run means; without an end it was cancelled.

    A degraded run is done: a run fails only on what its workflow's ``fail_on`` names.
    """
    if finished is None or finished.state == "cancelled":
        return CancelledError.exit_code
    if finished.state == "budget":
        return BudgetError.exit_code
    if finished.state != "done":
        return LadderError.exit_code
    return EXIT_FAILED if finished.verdict == "fail" else EXIT_DONE


def _headline(finished: RunFinished) -> str:
    if finished.state != "done":
        return finished.state
    return "warning, degraded" if finished.verdict == "degraded" else finished.verdict


def _display(front: Front, feed: RunFeed, *, is_json: bool, owns_run: bool) -> Display:
    if is_json:
        return JsonLines(front.err)
    if not front.err.is_smart:
        return MilestoneLines(front.err)
    # Deferred: only a terminal needs the drawing library.
    from ladder_tui.cli.board import Board

    hint = "ctrl-c stops the run" if owns_run else "ctrl-c stops watching; the run goes on"
    return Board(feed, front.err, hint)
