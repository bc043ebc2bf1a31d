"""Small bars."""

from __future__ import annotations

from ladder_tui.ui.glyphs import Glyphs


def meter(fraction: float, cells: int, glyphs: Glyphs) -> str:
    """A bar of ``cells`` cells; anything above zero fills at least one of them."""
    bounded = max(0.0, min(1.0, fraction))
    full = round(bounded * cells)
    if bounded > 0:
        full = max(1, full)
    return glyphs.bar_full * full + glyphs.bar_empty * (cells - full)
