"""Choosing a file or directory of the repository: type a few letters, arrows, enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.strip import Strip
from textual.widgets import Input

from ladder_tui.errors import LadderError
from ladder_tui.ui.fuzzy import best_paths
from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.text import clean_line, fit_path
from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView


class PathRows(RowView):
    """The paths that match."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = False

    def on_click(self, event: events.Click) -> None:
        """One click chooses."""
        row_id = self.row_at(event.y)
        if row_id is not None:
            event.prevent_default()
            self.post_message(self.Opened(self, row_id))

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One path."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        base = look.cursor if is_cursor else base
        line = Line(glyphs.ellipsis).add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        folder, slash, name = clean_line(row_id).rpartition("/")
        shown = fit_path(folder + slash + name, cells - 3, glyphs.ellipsis)
        head, slash, name = shown.rpartition("/")
        return line.add(head + slash, look.muted).add(name, look.plain).strip(cells, base)


class PickPath(Sheet):
    """Paths are read in a thread; what is typed filters them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,ctrl+n", "move(1)", ""),
        ("up", "move(-1)", ""),
        ("pagedown", "move(10)", ""),
        ("pageup", "move(-10)", ""),
    ]

    def __init__(
        self,
        title: str,
        read: Callable[[], Sequence[str]],
        current: str,
        done: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._heading = title
        self._read = read
        self._current = current
        self._done = done
        self._paths: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        """Input over paths."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._heading
            sheet.border_subtitle = "enter choose   esc leaves it"
            yield Field(placeholder="a few letters of the path")
            yield PathRows()

    def on_mount(self) -> None:
        """Ask for the paths."""
        super().on_mount()
        self.rows.empty_lines = ("Looking.",)
        self.query_one(Field).focus()
        ladder = self.ladder

        def work() -> None:
            try:
                paths = self._read()
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
                paths = ()
            ladder.call_from_thread(self._have, paths)

        self.run_worker(work, thread=True, exit_on_error=False)

    @property
    def rows(self) -> PathRows:
        """The list."""
        return self.query_one(PathRows)

    def _have(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self.rows.empty_lines = ("Nothing matches.", "esc leaves the field as it is.")
        self._show(self.query_one(Field).value)
        self.rows.select(self._current)

    def _show(self, query: str) -> None:
        self.rows.set_rows(best_paths(query, self._paths))
        self.rows.move_to(0)
        self.rows.scroll_to_cursor()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._choose(self.rows.cursor_id)

    @on(RowView.Opened)
    def _opened(self, event: RowView.Opened) -> None:
        self._choose(event.row_id)

    def _choose(self, path: str | None) -> None:
        if path is not None:
            self.dismiss()
            self.ladder.call_later(self._done, path)

    def action_move(self, delta: int) -> None:
        """Move in the list while typing."""
        self.rows.move(delta)
