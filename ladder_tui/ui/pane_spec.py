"""A pane before it is imported."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class PaneSpec(NamedTuple):
    """A pane before it is imported."""

    id: str
    key: str
    title: str
    short: str
    """Three letters for 80 columns."""
    module: str
    class_name: str

    @property
    def style_sheet(self) -> Path:
        """The pane's style sheet; read when the pane is opened."""
        return Path(__file__).parent / "panes" / f"{self.id}.tcss"
