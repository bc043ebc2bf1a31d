"""The root command, by click.

Only click is imported here, so that ``ladder --help`` costs little; everything else is imported
when a command is used or something went wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ladder_tui import __version__
from ladder_tui.cli.lazy_group import LazyGroup
from ladder_tui.cli.program import flushed, has_terminal, run_program


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
        run_program(
            lambda: self._run(words, prog_name or "ladder", extra), is_json="--json" in words
        )

    def _run(self, words: list[str], name: str, extra: dict[str, Any]) -> int:
        try:
            _refuse_odd_bytes(words)
            with self.make_context(name, words.copy(), **extra) as ctx:
                code = self.invoke(ctx)
        except click.exceptions.Exit as ending:
            return flushed(ending.exit_code)
        return code if isinstance(code, int) else 0


def _refuse_odd_bytes(words: Sequence[str]) -> None:
    for word in words:
        if any("\ud800" <= char <= "\udfff" for char in word):
            raise click.UsageError(
                f"{word!r} is not UTF-8, and nothing here can name it; rename the file"
            )


@click.pass_context
def _open(ctx: click.Context) -> int | None:
    if ctx.invoked_subcommand is not None:
        return None
    if not has_terminal():
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
