"""Runs: history, and one run with its agents."""

from __future__ import annotations

from textual.app import ComposeResult

from ladder_tui.ui.panes.pane import Pane
from ladder_tui.ui.widgets.rows import RowView


class RunsPane(Pane):
    """The run list."""

    PANE_ID = "runs"

    def areas(self) -> tuple[str, ...]:
        """The list."""
        return ("history",)

    def compose(self) -> ComposeResult:
        """The list."""
        view = RowView(id="area-history")
        view.empty_lines = ("No runs yet.", "5 opens Workflows.", "ladder run review -i path=src")
        yield view
