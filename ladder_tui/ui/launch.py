"""Starts the interface with the settings of configuration and terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual import constants

from ladder_tui.config import environment
from ladder_tui.domain.ids import RunId
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import choose_glyphs
from ladder_tui.ui.theme import THEMES
from ladder_tui.ui.widgets.plain_scroll_bar import use_plain_scroll_bars

if TYPE_CHECKING:
    from ladder_tui.ui.ports import WorkbenchPort

ESCAPE_DELAY_S = 0.05
"""How long a lone ``esc`` waits for the rest of a sequence; Textual's 0.1 s can be felt."""


def make_app(workbench: WorkbenchPort, run_id: RunId | None = None) -> LadderApp:
    """The application for this terminal."""
    if not environment().get("ESCDELAY"):
        constants.ESCAPE_DELAY = ESCAPE_DELAY_S  # type: ignore[misc] # read at each key press
    config = workbench.config
    glyphs = choose_glyphs(environment(), sys.stdout.encoding or "", config.glyphs)
    if glyphs.is_ascii:
        use_plain_scroll_bars()
    return LadderApp(workbench, glyphs=glyphs, theme=theme_name(config.theme), run_id=run_id)


def theme_name(configured: str) -> str:
    """A theme by name, with or without ``ladder-``; the first one for anything unknown."""
    names = [theme.name for theme in THEMES]
    return next((n for n in names if configured in (n, n.removeprefix("ladder-"))), names[0])


def run_app(workbench: WorkbenchPort, run_id: RunId | None = None) -> int:
    """Run the interface until it is left and return the exit code; ``run_id`` is shown first."""
    return make_app(workbench, run_id).run() or 0
