"""The one place where an error becomes a message and an exit code."""

from __future__ import annotations

import errno
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ladder_tui import __version__
from ladder_tui.cli.terminal import Printer, print_json_line
from ladder_tui.config import LADDER_DIR, find_root, user_state
from ladder_tui.domain.problem import Problem
from ladder_tui.errors import CancelledError, InvalidFileError, LadderError, UsageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_UNEXPECTED = "something went wrong inside Ladder"


def report_failure(error: BaseException, *, is_json: bool) -> int:
    """Tell people, and with ``is_json`` programs, what happened; return the exit code."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    known = as_ladder_error(error)
    print_failure(known)
    if is_json:
        print_json_line({"error": describe(known)})
    return known.exit_code


def as_ladder_error(error: BaseException) -> LadderError:
    """The error as one of ours; what nobody expected is written to the crash log first."""
    if isinstance(error, LadderError):
        return error
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "ladder"
        what = " ".join(error.format_message().split())  # choices come one a line
        return UsageError(what, next_step=f"`{command} --help` shows its use")
    if isinstance(error, click.ClickException):
        return UsageError(error.format_message())
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return CancelledError("cancelled")
    if isinstance(error, OSError) and error.filename is not None:
        return LadderError(
            f"{error.filename} cannot be used",
            why=error.strerror or str(error),
            next_step="check that the path exists, its permissions and the space on its disk",
        )
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return LadderError(
            "the output cannot be written",
            why=error.strerror or str(error),
            next_step="make room or write elsewhere; a run that was started goes on",
        )
    if isinstance(error, FileNotFoundError) and not _has_directory():
        return UsageError(
            "the current directory does not exist any more",
            next_step="cd to one that does",
        )
    return _unexpected(error)


def _has_directory() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


def print_failure(error: LadderError) -> None:
    """Print what, why and next to standard error; problems of files each on a line of its own."""
    err = Printer(is_error=True)
    if isinstance(error, InvalidFileError):
        print_problems(err, error.problems)
    err.line(("ladder: ", "bad"), error.what)
    if error.why and not isinstance(error, InvalidFileError):
        err.line("  why: ", error.why)
    if error.next_step:
        err.line("  next: ", error.next_step)


def print_problems(printer: Printer, problems: Sequence[Problem]) -> None:
    """Print each problem as ``path:line: RULE message``."""
    for problem in problems:
        is_warning = problem.level == "warning"
        # One line each: a newline in a file name must not look like another problem.
        text = str(problem).replace("\n", " ")
        printer.line((text, "warn" if is_warning else ""))


def describe(error: LadderError) -> dict[str, Any]:
    """The error for programs."""
    described: dict[str, Any] = {
        "kind": type(error).__name__,
        "what": error.what,
        "why": error.why,
        "next": error.next_step,
        "exit_code": error.exit_code,
    }
    if isinstance(error, InvalidFileError):
        described["problems"] = error.problems
    return described


def _unexpected(error: BaseException) -> LadderError:
    reason = f"{type(error).__name__}: {error}"
    try:
        path = _crash_log(error)
    except OSError as unwritable:
        where = traceback.extract_tb(error.__traceback__)[-1:]
        place = f" in {where[0].name}, line {where[0].lineno}" if where else ""
        return LadderError(
            _UNEXPECTED,
            why=f"{reason}{place}",
            next_step=f"report it; the crash log could not be written ({unwritable.strerror})",
        )
    return LadderError(
        _UNEXPECTED, why=reason, next_step=f"report it with what was written to {path}"
    )


def _crash_log(error: BaseException) -> Path:
    folder = find_root(Path.cwd()) / LADDER_DIR
    path = (folder / "run" if folder.is_dir() else user_state()) / "crash.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(traceback.format_exception(error))
    with path.open("a", encoding="utf-8", errors="replace") as log:
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} ladder {__version__}\n{lines}\n")
    return path
