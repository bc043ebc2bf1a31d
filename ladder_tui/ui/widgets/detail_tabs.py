"""The tab line of a detail: title, tabs, and a note at the right."""

from __future__ import annotations

from textual.message import Message
from textual.strip import Strip

from ladder_tui.ui.text import clean_line, fit
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line


class DetailTabs(Bar):
    """Names of tabs; the current one in brackets. A click or ``[`` and ``]`` change it."""

    class Chosen(Message):
        """Another tab is current."""

        def __init__(self, tabs: DetailTabs, tab: str) -> None:
            super().__init__()
            self.tabs = tabs
            self.tab = tab

    def __init__(self, *names: str, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.names: tuple[str, ...] = names
        self.current = names[0]
        self.heading = ""
        self.note = ""
        self.note_action = ""

    def step(self, delta: int) -> None:
        """Go to the next or previous tab."""
        index = self.names.index(self.current) if self.current in self.names else 0
        self.choose(self.names[(index + delta) % len(self.names)])

    def choose(self, name: str) -> None:
        """Make a tab current."""
        if name != self.current:
            self.current = name
            self.post_message(self.Chosen(self, name))
            self.refresh()

    def update(
        self, *, heading: str, note: str, note_action: str = "", names: tuple[str, ...] = ()
    ) -> None:
        """Change what is written around the tabs, or which tabs there are."""
        before = (self.heading, self.note, self.note_action, self.names)
        self.heading, self.note, self.note_action = heading, note, note_action
        if names:
            self.names = names
            if self.current not in names:
                self.choose(names[0])
        if before != (self.heading, self.note, self.note_action, self.names):
            self.refresh()

    def action_choose(self, name: str) -> None:
        """A click on a tab."""
        self.choose(name)

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        rule = "-" if glyphs.is_ascii else "─"
        line = Line(glyphs.ellipsis).add(f"{rule} ", look.rule)
        if self.heading:
            line.add(fit(clean_line(self.heading), 24, glyphs.ellipsis), look.strong)
            line.add(f" {rule} ", look.rule)
        for name in self.names:
            is_current = name == self.current
            text = f"[{name}]" if is_current else f" {name} "
            line.add(text, look.focus if is_current else look.muted, f"choose({name!r})")
        line.add(" ", look.rule)
        note = f" {self.note} " if self.note else ""
        line.add(rule * max(0, cells - line.cells - len(note) - 2), look.rule)
        if note:
            line.add(note, look.warning if self.note_action else look.muted, self.note_action)
            line.add(rule * 2, look.rule)
        return line.strip(cells)
