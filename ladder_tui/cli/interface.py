"""Opens the terminal interface."""

from __future__ import annotations

from contextlib import closing

from ladder_tui.workbench.workbench import Workbench


def open_interface() -> int:
    """Run the interface in the current repository until it is left."""
    # Deferred: the only way from the command line into Textual.
    from ladder_tui.ui.launch import run_app

    with closing(Workbench.open()) as workbench:
        return run_app(workbench)
