"""Yes-or-no questions of commands, asked only where somebody can answer."""

from __future__ import annotations

import sys

import click

from ladder_tui.cli.front import Front
from ladder_tui.errors import CancelledError, UsageError


def ask(front: Front, question: str, *, what: str, is_sure: bool) -> None:
    """Ask before ``what`` is done, as in ``taking it over``; nothing is asked with ``is_sure``.

    Raises UsageError where nobody can be asked, CancelledError for a no.
    """
    if is_sure:
        return
    if not (sys.stdin.isatty() and front.err.is_terminal):
        raise UsageError(
            f"{what} needs a yes, and there is no terminal to ask in", next_step="add --yes"
        )
    if not click.confirm(question, err=True):
        raise CancelledError("nothing was changed")
