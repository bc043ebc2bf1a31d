"""Opens a file in the person's own editor, with the terminal handed over to it."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from ladder_tui.config import environment
from ladder_tui.errors import UsageError

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

_PLUS = frozenset({"vi", "vim", "nvim", "view", "nano", "pico", "emacs", "emacsclient", "micro",
                   "kak", "joe", "ne", "mg", "jed"})  # fmt: skip
"""Editors that go to a line with ``+LINE``."""
_COLON = frozenset({"hx", "helix", "subl", "zed"})
"""Editors that go to a line with ``PATH:LINE``."""
_GOTO = frozenset({"code", "codium", "code-insiders", "cursor", "windsurf"})
"""Editors that go to a line with ``--goto PATH:LINE``; they return at once without ``--wait``."""


def editor_command(environ: Mapping[str, str], path: Path, line: int = 0) -> list[str]:
    """The command that opens ``path`` at ``line`` (1-based; 0 for none).

    ``VISUAL`` comes before ``EDITOR``, as in git. Raises UsageError when neither is set.
    """
    chosen = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        words = shlex.split(chosen)
    except ValueError:
        words = []
    if not words:
        raise UsageError(
            "no editor is known",
            why="neither VISUAL nor EDITOR is set",
            next_step="export EDITOR=vi",
        )
    target = str(path.absolute())
    name = Path(words[0]).name
    if name in _GOTO:
        waiting = [] if {"--wait", "-w"} & set(words) else ["--wait"]
        return [*words, *waiting, "--goto", f"{target}:{line or 1}"]
    if line and name in _PLUS:
        return [*words, f"+{line}", target]
    return [*words, f"{target}:{line}" if line and name in _COLON else target]


def open_in_editor(app: Host, path: Path, line: int = 0) -> bool:
    """Run the editor and come back when it ends; True when it ended well. Raises UsageError."""
    command = editor_command(environment(), path, line)
    if not path.is_file():
        raise UsageError(f"{path} is not there any more", next_step="look at the list again")
    try:
        with app.suspend():
            code = subprocess.run(command, check=False).returncode  # the person's own program
    except SuspendNotSupported as error:
        raise UsageError(
            "this terminal cannot be handed to an editor", next_step=f"open {path} yourself"
        ) from error
    except OSError as error:
        raise UsageError(
            f"{command[0]} could not be started",
            why=error.strerror or str(error),
            next_step="set EDITOR to your editor",
        ) from error
    app.refresh(repaint=True, layout=True)
    if code:
        app.say(f"{Path(command[0]).name} ended with {code}", level="warning")
    return code == 0
