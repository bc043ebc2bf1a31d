"""The footer: what the keys do here and now, from the action table; each entry is a button."""

from __future__ import annotations

from typing import NamedTuple

from textual.strip import Strip

from ladder_tui.ui.actions import keys_of, show_key
from ladder_tui.ui.text import width
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line

_FIXED = ("palette", "help")


class Entry(NamedTuple):
    """One button of the footer."""

    action_id: str
    key: str
    label: str


class Footer(Bar):
    """Enabled actions by rank at the left; palette and help fixed at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []

    def update(self) -> None:
        """Ask what can be done now, and draw if that changed."""
        entries = self._collect()
        if entries != self._entries:
            self._entries = entries
            self.refresh()

    def _collect(self) -> list[Entry]:
        ladder = self.ladder
        is_ascii, context, pane = ladder.glyphs.is_ascii, ladder.context(), ladder.pane
        entries: list[Entry] = []
        for action in ladder.available(context):
            keys = keys_of(action, is_text=context.is_text)
            if not action.footer or not keys or ladder.why_not(action.id):
                continue
            label = pane.label(action) if pane is not None else action.label
            if context.is_text and action.id == "back":
                label = ladder.dispatcher.back_label()
            entries.append(Entry(action.id, show_key(keys[0], is_ascii=is_ascii), label))
        return entries

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells; entries of a low rank that do not fit are left out."""
        look = self.ladder.look
        line = Line(self.ladder.glyphs.ellipsis).add(" ", look.plain)
        for action_id, key, label in self._entries:
            if action_id in _FIXED:
                click = f"app.perform({action_id!r})"
                line.add_right(key, look.key, click).add_right(f" {label}  ", look.muted, click)
        space = cells - line.right_cells - 1
        for action_id, key, label in self._entries:
            if action_id in _FIXED or line.cells + width(key) + width(label) + 3 > space:
                continue
            click = f"app.perform({action_id!r})"
            line.add(key, look.key, click).add(f" {label}  ", look.plain, click)
        return line.strip(cells, look.bar)
