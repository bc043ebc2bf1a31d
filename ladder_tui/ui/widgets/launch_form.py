"""The form that starts a run, made from the typed inputs of its workflow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import AwaitMount, Widget
from textual.widgets import Input

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.ui.text import clean_line, fit
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.choice import YES_NO, Choice
from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_view import LineView

_EXAMPLES = {
    "directory": "enter chooses a directory",
    "file": "enter chooses a file",
    "git-base": "a branch or commit, auto, or none",
    "string": "text",
    "json": "JSON, for example [1, 2]",
}
PICKED = frozenset({"directory", "file"})
"""Types of which ``enter`` opens a list to choose from."""


class _Name(Bar):
    """Name of an input; a mark where it must be given."""

    DEFAULT_CSS = "_Name { width: 16; }"

    def __init__(self, name: str, is_required: bool) -> None:
        super().__init__()
        self._text = clean_line(name)
        self._is_required = is_required

    def draw(self, cells: int) -> Strip:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        is_here = self.parent is not None and self.parent.has_pseudo_class("focus-within")
        line = Line(glyphs.ellipsis).add(f"{glyphs.cursor if is_here else ' '} ", look.focus)
        line.add(
            fit(self._text, cells - 4, glyphs.ellipsis), look.strong if is_here else look.plain
        )
        return line.add("*" if self._is_required else "", look.warning).strip(cells)


class _Hint(Bar):
    """What the input is for, or what is wrong with its value."""

    DEFAULT_CSS = "_Hint { width: 3fr; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._help = clean_line(text)
        self.problem: Problem | None = None

    def draw(self, cells: int) -> Strip:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        if self.problem is None:
            return line.add(self._help, look.muted).strip(cells)
        line.add(f"{glyphs.failed} {clean_line(self.problem.message)}", look.error)
        if self.problem.fix:
            line.add(f" {glyphs.dash} {clean_line(self.problem.fix)}", look.muted)
        return line.strip(cells)


class _Pick(Bar):
    """Opens the list of paths by a click."""

    DEFAULT_CSS = "_Pick { width: 3; }"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name_of_input = name

    def draw(self, cells: int) -> Strip:
        mark = self.ladder.glyphs.opened
        return Line().add(f" {mark} ", self.ladder.look.key, "pick").strip(cells)

    def action_pick(self) -> None:
        """A click."""
        self.post_message(LaunchForm.PickAsked(self._name_of_input))


class StartRow(LineView, inherit_bindings=False):
    """The last row of the form; ``enter`` or a click starts the run."""

    DEFAULT_CSS = "StartRow { height: 1; width: 1fr; }"

    def draw_line(self, y: int) -> Strip:
        """The button; what speaks against a start stands in the preflight."""
        if y:
            return Strip.blank(self.size.width)
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis)
        line.add(f"{glyphs.cursor if self.has_focus else ' '} ", look.focus)
        line.add("[ start ]", look.key if self.has_focus else look.accent)
        line.add("   enter starts the run" if self.has_focus else "", look.muted)
        return line.strip(self.size.width, look.cursor if self.has_focus else None)

    def on_click(self) -> None:
        """Start."""
        self.post_message(LaunchForm.Submitted())

    def watch_has_focus(self, has_focus: bool) -> None:
        """The row looks different with the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()


class FormRow(Horizontal):
    """One input: name, value, and what it is for or what is wrong with it."""

    DEFAULT_CSS = """
    FormRow { height: 1; width: 1fr; }
    FormRow Field, FormRow Choice { width: 2fr; min-width: 14; }
    """

    def __init__(self, name: str, declared: WorkflowInput, value: str) -> None:
        super().__init__()
        self.input_name = name
        self.declared = declared
        values = YES_NO if declared.type == "boolean" else declared.enum
        placeholder = _EXAMPLES.get(declared.type, _bounds(declared))
        self.editor: Widget = (
            Choice(values, value) if values else Field(value=value, placeholder=placeholder)
        )
        self._label = _Name(name, declared.is_required)
        self._hint = _Hint(_help(declared))
        self._button = _Pick(name) if self.is_picked else None

    @property
    def is_picked(self) -> bool:
        """True where the value is chosen from a list."""
        return self.declared.type in PICKED

    def compose(self) -> ComposeResult:
        """Name, value, hint."""
        yield from (self._label, self.editor)
        if self._button is not None:
            yield self._button
        yield self._hint

    def put(self, value: str) -> None:
        """Take a value that was chosen."""
        if isinstance(self.editor, Field):
            self.editor.value = value
            self.editor.cursor_position = len(value)

    @property
    def value(self) -> str:
        """The value as text."""
        return str(getattr(self.editor, "value", ""))

    def show_problem(self, problem: Problem | None) -> None:
        """Say what is wrong, or what the input is for."""
        if problem != self._hint.problem:
            self._hint.problem = problem
            self._hint.refresh()

    def on_descendant_focus(self) -> None:
        """The name shows where the focus is."""
        self._label.refresh()

    def on_descendant_blur(self) -> None:
        """The name shows where the focus is."""
        self._label.refresh()


class LaunchForm(Vertical):
    """The inputs of one workflow. Values are texts; the workbench converts them."""

    DEFAULT_CSS = "LaunchForm { height: auto; width: 1fr; }"

    class Changed(Message):
        """A value changed."""

    class Submitted(Message):
        """The run is to start."""

    class PickAsked(Message):
        """The value of an input is to be chosen from a list."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.input_name = name

    def __init__(self) -> None:
        super().__init__()
        self.filling: AwaitMount | None = None
        self.form_rows: list[FormRow] = []
        self.start_row = StartRow()

    def show(self, inputs: Mapping[str, WorkflowInput], last: Mapping[str, Any]) -> None:
        """Make the fields; values of the last launch come before the defaults."""
        self.remove_children()
        self.form_rows = [
            FormRow(name, declared, _start_value(declared, last.get(name)))
            for name, declared in inputs.items()
        ]
        self.start_row = StartRow()
        self.filling = self.mount_all([*self.form_rows, self.start_row])

    def row_of(self, name: str) -> FormRow | None:
        """The row of an input."""
        return next((row for row in self.form_rows if row.input_name == name), None)

    @property
    def values(self) -> dict[str, Any]:
        """The value of each input, as text."""
        return {row.input_name: row.value for row in self.form_rows}

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Each problem at its field."""
        by_name = {problem.path.removeprefix("inputs."): problem for problem in problems}
        for row in self.form_rows:
            row.show_problem(by_name.get(row.input_name))

    @property
    def first_editor(self) -> Widget | None:
        """The first field, None for a workflow without inputs."""
        return self.form_rows[0].editor if self.form_rows else None

    @property
    def first_stop(self) -> Widget:
        """Where the focus goes first: the first field, without one the button."""
        return self.first_editor or self.start_row

    def focus_after(self, row: FormRow) -> None:
        """Go to what follows a row."""
        places = [*(each.editor for each in self.form_rows), self.start_row]
        places[places.index(row.editor) + 1].focus()

    def step(self, delta: int) -> bool:
        """Go to the next or previous field; False where there is none in that direction."""
        focused = self.app.focused
        places = [*(row.editor for row in self.form_rows), self.start_row]
        place = places.index(focused) + delta if focused in places else -1
        if not 0 <= place < len(places):
            return False
        places[place].focus()
        return True

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """In a path choose one; elsewhere start."""
        event.stop()
        row = next((row for row in self.form_rows if row.editor is event.input), None)
        if row is not None and row.is_picked:
            self.post_message(self.PickAsked(row.input_name))
        else:
            self.post_message(self.Submitted())

    @on(Choice.Left)
    def _left(self, event: Choice.Left) -> None:
        event.stop()
        self.step(event.delta)


def _start_value(declared: WorkflowInput, last: Any) -> str:
    value = declared.default if last is None else last
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "false" if declared.type == "boolean" else ""
    return json.dumps(value, ensure_ascii=False) if declared.type == "json" else str(value)


def _help(declared: WorkflowInput) -> str:
    bounds = _bounds(declared)
    return " ".join(part for part in (bounds, declared.help) if part)


def _bounds(declared: WorkflowInput) -> str:
    low, high = declared.minimum, declared.maximum
    if low is not None and high is not None:
        return f"{low}–{high}"
    if low is not None:
        return f"{low} or more"
    return "" if high is None else f"{high} or less"
