"""What a command works with: the workbench and the two standard streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ladder_tui.cli.terminal import Printer
from ladder_tui.workbench.workbench import Workbench


class Front(NamedTuple):
    """An open workbench, with results going to ``out`` and all else to ``err``."""

    wb: Workbench
    out: Printer
    err: Printer


@contextmanager
def open_front(start: Path | None = None, *, is_reader: bool = False) -> Iterator[Front]:
    """Open the repository around ``start`` (default: the current directory) for one command.

    A reader makes no ``.ladder`` and works where nothing can be written.
    """
    wb = Workbench.open(start, is_reader=is_reader)
    try:
        glyph_set = wb.config.glyphs
        yield Front(wb, Printer(glyph_set=glyph_set), Printer(is_error=True, glyph_set=glyph_set))
    finally:
        wb.close()
