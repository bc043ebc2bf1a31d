"""Progress of one long step on standard error: a bar in a terminal, a few lines elsewhere."""

from __future__ import annotations

import time

from ladder_tui.cli.terminal import Printer

_BAR_CELLS = 24
_FRAME_S = 0.1
_LINE_STEP = 25
"""Per cent between two lines where no bar can be drawn."""


class Progress:
    """Told the bytes done and in all, whenever they change."""

    def __init__(self, err: Printer, label: str) -> None:
        self._err = err
        self._label = label
        self._next_frame = 0.0
        self._next_percent = 0
        self._is_drawn = False

    def update(self, done: int, total: int) -> None:
        """Show how far it is; ``total`` is 0 where it is not known."""
        if not self._err.is_smart:
            self._line(done, total)
            return
        now = time.monotonic()
        if now < self._next_frame and done < total:
            return
        self._next_frame = now + _FRAME_S
        full = _BAR_CELLS * min(done, total) // total if total else 0
        glyphs = self._err.glyphs
        bar = glyphs.bar_full * full + glyphs.bar_empty * (_BAR_CELLS - full)
        self._err.stream.write(f"\r{self._label}  {bar}  {_amount(done, total)}\x1b[K")
        self._err.stream.flush()
        self._is_drawn = True

    def close(self) -> None:
        """Leave the bar and begin a new line."""
        if self._is_drawn:
            self._err.stream.write("\n")
            self._err.stream.flush()

    def _line(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 0
        if percent >= self._next_percent:
            self._err.line(f"{self._label}  {_amount(done, total)}")
            self._next_percent = percent - percent % _LINE_STEP + _LINE_STEP


def _amount(done: int, total: int) -> str:
    if not total:
        return f"{done / 1e6:.1f} MB"
    return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB, {100 * done // total} %"
