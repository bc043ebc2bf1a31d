"""The root command and the one place where errors become messages and exit codes.

Only click is imported here, so that ``ladder --help`` costs little; everything else is imported
when a command is used or something went wrong.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ladder_tui import __version__
from ladder_tui.cli.lazy_group import LazyGroup

EXIT_PIPE = 128 + signal.SIGPIPE
"""The reader of our output went away; as any program that is ended by SIGPIPE."""
EXIT_ERROR = 5
"""As of LadderError, which is not imported while all goes well."""


class RootCommand(LazyGroup):
    """The program: runs one command and ends the process with its exit code."""

    def main(  # type: ignore[override]  # always standalone, so it never returns a value
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,
    ) -> None:
        """Run the command line and exit with the code of the command."""
        words = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)
        _prepare_streams()
        previous = signal.signal(signal.SIGTERM, _terminate)
        try:
            code = self._run(words, prog_name or "ladder", extra)
        finally:
            signal.signal(signal.SIGTERM, previous)
        sys.exit(code)

    def _run(self, words: list[str], name: str, extra: dict[str, Any]) -> int:
        is_json = "--json" in words
        try:
            _refuse_odd_bytes(words)
            with self.make_context(name, words.copy(), **extra) as ctx:
                code = self.invoke(ctx)
            sys.stdout.flush()
        except click.exceptions.Exit as ending:
            return _flushed(ending.exit_code)
        except BrokenPipeError:
            return _output_lost(EXIT_PIPE)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - no raw traceback, ever
            return _reported(error, is_json=is_json)
        return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    """Have all three streams, also where the caller closed one, and never fail at a character."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _terminate(signum: int, frame: object) -> None:  # noqa: ARG001 - signature of a handler
    raise KeyboardInterrupt


def _refuse_odd_bytes(words: Sequence[str]) -> None:
    for word in words:
        if any("\ud800" <= char <= "\udfff" for char in word):
            raise click.UsageError(
                f"{word!r} is not UTF-8, and nothing here can name it; rename the file"
            )


def _reported(error: BaseException, *, is_json: bool) -> int:
    # Deferred: what it imports is not needed while all goes well.
    from ladder_tui.cli.failure import report_failure

    try:
        return _flushed(report_failure(error, is_json=is_json))
    except BrokenPipeError:
        return _output_lost(EXIT_PIPE)
    except OSError:  # a full disk, under the standard output or under the standard error
        return _output_lost(EXIT_ERROR)


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _output_lost(EXIT_PIPE)
    except OSError:
        return _output_lost(code or EXIT_ERROR)
    return code


def _output_lost(code: int) -> int:
    """Leave nothing for the interpreter to flush into what cannot be written at its exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    return code


@click.pass_context
def _open(ctx: click.Context) -> int | None:
    if ctx.invoked_subcommand is not None:
        return None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            "the interface needs a terminal; name a command to work without one", ctx
        )
    # Deferred: Textual costs half a second, and only this command needs it.
    from ladder_tui.cli.interface import open_interface

    return open_interface()


root = RootCommand(
    "",
    callback=_open,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Ladder: a terminal workbench for agentic engineering.\n\n"
    "Without a command it opens the interface in the current repository.",
    params=[],
)
root = click.version_option(__version__, prog_name="ladder", message="%(prog)s %(version)s")(root)
