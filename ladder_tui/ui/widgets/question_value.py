"""The field in which a question is answered with a value."""

from __future__ import annotations

from textual.containers import Vertical

from ladder_tui.domain.question import Question
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.choice import YES_NO, Choice
from ladder_tui.ui.widgets.field import Field


class QuestionValue(Vertical):
    """A text, or a choice of which none is chosen beforehand; hidden where no value is asked."""

    DEFAULT_CSS = "QuestionValue { height: auto; margin: 1 0 0 0; }"

    def __init__(self) -> None:
        super().__init__()
        self.editor: Field | Choice | None = None

    def show(self, question: Question) -> None:
        """Make the field for a question, and give it the focus."""
        self.remove_children()
        self.editor = None
        self.display = question.kind == "value"
        if question.kind != "value":
            return
        declared = question.value
        values = () if declared is None else declared.enum
        if declared is not None and declared.type == "boolean":
            values = YES_NO
        hint = "a value" if declared is None else f"{declared.type}  {declared.help}"
        self.editor = Choice(values, "") if values else Field(placeholder=clean_line(hint))
        self.mount(self.editor)
        self.editor.focus()

    @property
    def is_typing(self) -> bool:
        """True while letters go into the field."""
        return isinstance(self.editor, Field) and self.editor.has_focus

    @property
    def value(self) -> str | None:
        """What is given, as text; None for nothing."""
        return (self.editor.value or None) if self.editor is not None else None

    def leave(self) -> bool:
        """Go out of the field, so that letters are keys again; False where none is typed in."""
        was_typing = self.is_typing
        if was_typing:
            self.screen.set_focus(None)
        return was_typing

    def step(self, delta: int) -> None:
        """The next or previous of a few values."""
        if isinstance(self.editor, Choice):
            self.editor.step(delta)
