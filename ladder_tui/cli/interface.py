"""Opens the terminal interface."""

from __future__ import annotations

from ladder_tui.cli.front import open_front


def open_interface() -> int:
    """Run the interface in the current repository until it is left."""
    # Deferred: the only way from the command line into Textual.
    from ladder_tui.ui.launch import run_app

    with open_front() as front:
        return run_app(front.wb) or 0
