"""Building one line of styled cells for line-API widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ladder_tui.ui.text import fit, pad, to_ascii, width

Piece = tuple[str, Style]


class Line:
    """Pieces of text from the left and from the right, joined to a strip of exact width.

    Text must be clean already (``ui/text.py``).
    """

    def __init__(self, ellipsis: str = "…") -> None:
        self._left: list[Piece] = []
        self._right: list[Piece] = []
        self._ellipsis = ellipsis

    def add(self, text: str, style: Style, action: str = "") -> Line:
        """Add at the left; ``action`` makes it clickable, for example ``app.press('p')``."""
        if text:
            self._left.append((text, clickable(style, action) if action else style))
        return self

    def add_right(self, text: str, style: Style, action: str = "") -> Line:
        """Add at the right edge, after what is there already."""
        if text:
            self._right.append((text, clickable(style, action) if action else style))
        return self

    @property
    def cells(self) -> int:
        """Cells of the left part so far."""
        return sum(width(text) for text, _ in self._left)

    @property
    def right_cells(self) -> int:
        """Cells of the right part so far."""
        return sum(width(text) for text, _ in self._right)

    def strip(self, cells: int, base: Style | None = None) -> Strip:
        """The line in exactly ``cells`` cells; the left part gives way to the right one."""
        base = base or Style()
        right = fit_pieces(self._right, cells, self._ellipsis)
        right_width = sum(width(text) for text, _ in right)
        gap = 1 if right and self._left else 0
        left = fit_pieces(self._left, max(0, cells - right_width - gap), self._ellipsis)
        fill = cells - right_width - sum(width(text) for text, _ in left)
        segments = [Segment(text, base + style) for text, style in left]
        if fill > 0:
            segments.append(Segment(" " * fill, base))
        segments.extend(Segment(text, base + style) for text, style in right)
        return Strip(segments, cells)


def fit_pieces(pieces: Sequence[Piece], cells: int, ellipsis: str = "…") -> list[Piece]:
    """The pieces cut to at most ``cells`` cells together."""
    fitted: list[Piece] = []
    left = cells
    for text, style in pieces:
        if left <= 0:
            break
        size = width(text)
        if size > left:
            text = fit(text, left, ellipsis)
            size = width(text)
            fitted.append((text, style))
            break
        fitted.append((text, style))
        left -= size
    return fitted


def plain_strip(strip: Strip) -> Strip:
    """The strip with ASCII only; of the same length."""
    if strip.text.isascii():
        return strip
    segments = [segment._replace(text=to_ascii(segment.text)) for segment in strip]
    return Strip(segments, strip.cell_length)


def clickable(style: Style, action: str) -> Style:
    """The style with a click action."""
    meta: dict[str, Any] = {"@click": action}
    return style + Style(meta=meta)


class Column(NamedTuple):
    """A column of a list. Exactly one column of a list has ``width`` 0: it takes what is left."""

    id: str
    title: str
    width: int
    is_right: bool = False
    drop: int = 0
    """Order in which columns fall when the space runs out, from 1; 0 stays."""
    min_width: int = 8
    """Of the flexible column."""


def fit_columns(
    columns: Sequence[Column], cells: int, gap: int = 2, widest: int = 10_000
) -> list[tuple[Column, int]]:
    """The columns that fit, each with its width; falling ones go in the order of ``drop``.

    The flexible column gets what is left, at most ``widest``: numbers far away are hard to read.
    """
    kept = list(columns)

    def flexible_width() -> int:
        return cells - sum(c.width for c in kept) - gap * (len(kept) - 1)

    flexible = next((c for c in columns if c.width == 0), None)
    least = flexible.min_width if flexible is not None else 0
    for column in sorted((c for c in columns if c.drop), key=lambda c: c.drop):
        if flexible_width() >= least:
            break
        kept.remove(column)
    space = min(widest, max(least, flexible_width()))
    return [(c, c.width or space) for c in kept]


def join_cells(
    cells: Sequence[tuple[str, Style]],
    columns: Sequence[tuple[Column, int]],
    base: Style,
    *,
    gap: int = 2,
    ellipsis: str = "…",
) -> list[Segment]:
    """One row: a text for each column, cut or filled to the column's width."""
    segments: list[Segment] = []
    space = Segment(" " * gap, base)
    for (text, style), (column, size) in zip(cells, columns, strict=True):
        if segments:
            segments.append(space)
        padded = pad(text, size, is_right=column.is_right, ellipsis=ellipsis)
        segments.append(Segment(padded, base + style))
    return segments
