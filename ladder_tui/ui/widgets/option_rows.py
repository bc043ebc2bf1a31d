"""The choices of a question, numbered; none is chosen beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView


class OptionRows(RowView, inherit_bindings=False):
    """A number, an arrow or a click puts the cursor on a choice."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = False
        self.options: Sequence[str] = ()

    def show(self, options: Sequence[str]) -> None:
        """Show these choices, the cursor on none."""
        self.options = options
        self.row_ids = []
        self.set_rows([str(number) for number in range(len(options))])
        self.cursor_id = None

    @property
    def chosen(self) -> str:
        """The choice under the cursor; empty for none."""
        return self.options[int(self.cursor_id)] if self.cursor_id is not None else ""

    def move(self, delta: int) -> None:
        """The first move goes to an end of the list."""
        if self.cursor_id is None:
            self.move_to(0 if delta > 0 else len(self.row_ids) - 1)
        else:
            super().move(delta)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """Number and choice."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        base = look.cursor if is_cursor else base
        number = int(row_id) + 1
        line = Line(glyphs.ellipsis).add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        line.add(f"{number if number < 10 else '':>2}  ", look.key)
        text = clean_line(self.options[int(row_id)])
        return line.add(text, look.strong if is_cursor else look.plain).strip(cells, base)
