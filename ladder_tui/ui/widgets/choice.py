"""A field of a form with a few values: a yes or no, or one of some names."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ladder_tui.ui.text import clean_line, width
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_view import LineView

YES_NO = ("true", "false")


class Choice(LineView, inherit_bindings=False):
    """Left, right, space or a click change it; up and down leave it."""

    DEFAULT_CSS = "Choice { height: 1; width: 1fr; }"

    class Changed(Message):
        """Another value is chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Left(Message):
        """Up or down was pressed."""

        def __init__(self, delta: int) -> None:
            super().__init__()
            self.delta = delta

    def __init__(self, values: Sequence[str], value: str) -> None:
        super().__init__()
        self.values = tuple(values)
        self.value = value

    @property
    def is_switch(self) -> bool:
        """True for yes or no."""
        return self.values == YES_NO

    def step(self, delta: int) -> None:
        """Choose the next or previous value."""
        place = self.values.index(self.value) if self.value in self.values else -1
        self.choose(self.values[(place + delta) % len(self.values)])

    def toggle_mark(self) -> None:
        """Space: the next value."""
        self.step(1)

    def choose(self, value: str) -> None:
        """Choose a value."""
        if value != self.value:
            self.value = value
            self.refresh()
            self.post_message(self.Changed(self))

    def move(self, delta: int) -> None:
        """Up and down go to another field."""
        self.post_message(self.Left(1 if delta > 0 else -1))

    def move_page(self, delta: int) -> None:
        """As ``move``."""
        self.move(delta)

    def on_click(self, event: events.Click) -> None:
        """A switch turns over; of several names the one clicked is chosen."""
        if self.is_switch:
            self.step(1)
        elif (index := event.style.meta.get("choice")) is not None:
            self.choose(self.values[index])
        else:
            self.step(1)

    def watch_has_focus(self, has_focus: bool) -> None:
        """The field looks different with the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def draw_line(self, y: int) -> Strip:
        """The values, the chosen one marked; where they do not fit, the chosen one alone."""
        cells = self.size.width
        if y:
            return Strip.blank(cells)
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        base = look.cursor if self.has_focus else look.bar
        if self.is_switch:
            is_on = self.value == YES_NO[0]
            line.add(glyphs.check_on if is_on else glyphs.check_off, look.strong)
            return line.add(" yes" if is_on else " no", look.plain).strip(cells, base)
        names = [clean_line(value) for value in self.values]
        if sum(width(name) + 5 for name in names) > cells:
            place = self.values.index(self.value) + 1 if self.value in self.values else 0
            line.add(f"< {clean_line(self.value)} >", look.strong)
            line.add_right(f"{place} of {len(self.values)} ", look.muted)
            return line.strip(cells, base)
        for index, name in enumerate(names):
            is_chosen = self.values[index] == self.value
            mark = glyphs.radio_on if is_chosen else glyphs.radio_off
            style = look.strong if is_chosen else look.muted
            line.add(f"{mark}{name}  ", style + Style(meta={"choice": index}))
        return line.strip(cells, base)
