"""The palette: actions, panes, runs, skills, workflows; a first digit opens a pane at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.strip import Strip
from textual.widgets import Input

from ladder_tui.ui.actions import show_key
from ladder_tui.ui.palette_entry import Entry, object_entries
from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView


def matches(entry: Entry, query: str) -> bool:
    """True when every word of the query is in the entry."""
    text = f"{entry.kind} {entry.label} {entry.detail}".lower()
    return all(word in text for word in query.lower().split())


class PaletteRows(RowView):
    """The entries that match."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self.can_focus = False

    def on_click(self, event: events.Click) -> None:
        """One click does it."""
        row_id = self.row_at(event.y)
        if row_id is not None:
            event.prevent_default()
            self.post_message(self.Opened(self, row_id))

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """Kind, label, what it does or why not, key."""
        styles = self.ladder.look
        entry = self.entries[row_id]
        base = styles.cursor if is_cursor else base
        line = Line(self.ladder.glyphs.ellipsis)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), styles.focus)
        line.add(f"{entry.kind:<9}", styles.muted)
        line.add(f"{entry.label:<18} ", styles.muted if entry.reason else styles.strong)
        if entry.reason:
            line.add(f"not now: {entry.reason}", styles.warning)
        else:
            line.add(entry.detail, styles.muted)
        line.add_right(f"{entry.key} ", styles.key)
        return line.strip(cells, base)


class Palette(Sheet):
    """Type to find, arrows to choose, ``enter`` to do; everything can be clicked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,ctrl+n", "move(1)", ""),
        ("up", "move(-1)", ""),
        ("pagedown", "move(10)", ""),
        ("pageup", "move(-10)", ""),
    ]

    def compose(self) -> ComposeResult:
        """Input over entries."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "commands"
            sheet.border_subtitle = "digit pane   enter do   esc closes"
            yield Field(placeholder="action, pane, run, skill, workflow")
            yield PaletteRows()

    def on_mount(self) -> None:
        """Collect what can be done from where the palette was opened."""
        super().on_mount()
        actions = sorted(self._action_entries(), key=lambda e: bool(e.reason))
        entries = [*actions, *object_entries(self.ladder)]
        self.rows.entries = {entry.id: entry for entry in entries}
        self.rows.empty_lines = ("Nothing matches.", "esc closes the palette.")
        self._show("")
        self.query_one(Field).focus()

    @property
    def rows(self) -> PaletteRows:
        """The list."""
        return self.query_one(PaletteRows)

    def _action_entries(self) -> list[Entry]:
        ladder = self.ladder
        is_ascii = ladder.glyphs.is_ascii
        entries = []
        for action in ladder.available(ladder.context()):
            if action.id in {"palette", "field.next", "field.previous"}:
                continue
            kind = "pane" if action.group == "Panes" else "action"
            keys = action.keys or action.text_keys
            label = ladder.pane.label(action) if ladder.pane else action.label
            entries.append(
                Entry(
                    action.id,
                    kind,
                    label,
                    action.help,
                    show_key(keys[0], is_ascii=is_ascii) if keys else "",
                    ladder.why_not(action.id),
                    _performer(ladder.perform, action.id),
                )
            )
        return entries

    def _show(self, query: str) -> None:
        found = [e.id for e in self.rows.entries.values() if matches(e, query)]
        self.rows.set_rows(found)
        self.rows.move_to(0)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        value = clean_line(event.value)
        for spec in self.ladder.panes:
            if value == spec.key:
                self.dismiss()
                self.ladder.open_pane(spec.id)
                return
        self._show(value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._do(self.rows.cursor_id)

    @on(RowView.Opened)
    def _opened(self, event: RowView.Opened) -> None:
        self._do(event.row_id)

    def _do(self, entry_id: str | None) -> None:
        if entry_id is None:
            return
        entry = self.rows.entries[entry_id]
        self.dismiss()
        if entry.reason:
            self.ladder.say(f"{entry.label}: {entry.reason}", level="warning")
        else:
            self.ladder.call_later(entry.run)

    def action_move(self, delta: int) -> None:
        """Move in the list while typing."""
        self.rows.move(delta)


def _performer(perform: Callable[[str], None], action_id: str) -> Callable[[], None]:
    def run() -> None:
        perform(action_id)

    return run
