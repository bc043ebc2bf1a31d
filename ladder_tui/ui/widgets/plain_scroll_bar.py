"""A scroll bar for terminals without block characters: background colours only."""

from __future__ import annotations

from textual.scrollbar import ScrollBar, ScrollBarRender


class PlainScrollBarRender(ScrollBarRender):
    """Whole cells instead of eighths of cells."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


def use_plain_scroll_bars() -> None:
    """Draw every scroll bar of this process without block characters."""
    ScrollBar.renderer = PlainScrollBarRender
