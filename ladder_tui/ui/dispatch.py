"""From a key or a click to an action: what is available here, why not, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.screen import ModalScreen

from ladder_tui.ui.actions import ACTIONS, Action, Context, applies, find_action, pane_action
from ladder_tui.ui.modal import show_help, show_messages, show_palette, show_question
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.widgets.choice import Choice
from ladder_tui.ui.widgets.line_view import LineView
from ladder_tui.ui.widgets.rows import RowView

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

_NEEDS_AREAS = frozenset({"area.next", "area.previous", "layout", "zoom"})
_AFTER_TYPING = frozenset({"save", "editor"})
"""Actions on the text in an editor: keys that wait in its queue belong to it."""
QUIT_WINDOW_S = 2.0
"""A second ``q`` within this time leaves the program."""


class Dispatcher:
    """Looks actions up and runs them. Frame-wide actions live here, others in the panes."""

    def __init__(self, app: Host) -> None:
        self.app = app
        self.actions: tuple[Action, ...] = (
            *(pane_action(spec.id, spec.key, spec.title) for spec in app.panes),
            *ACTIONS,
        )
        self._by_id = {action.id: action for action in self.actions}
        self._quit_at = float("-inf")
        self._frame: dict[str, Handler] = self._frame_handlers()

    @property
    def pane(self) -> Pane | None:
        """The visible pane, with all that the frame does with one."""
        return cast("Pane | None", self.app.pane)

    # -- questions -----------------------------------------------------------------------------

    def context(self) -> Context:
        """Pane, area and kind of focus now."""
        pane = self.pane
        is_text = bool(getattr(self.app.main_focus, "is_text_entry", False))
        return Context(self.app.pane_id, pane.current_area if pane else "", is_text)

    def handlers(self) -> Mapping[str, Handler]:
        """What can be done here, by action id."""
        pane = self.pane
        return {**self._frame, **pane.handlers()} if pane else self._frame

    def available(self, context: Context) -> list[Action]:
        """The actions that exist in a context, in the order of their rank in the footer."""
        handlers = self.handlers()
        found = [a for a in self.actions if a.id in handlers and applies(a, context)]
        return sorted(found, key=lambda a: a.footer or 1_000)

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        if action_id.startswith("move."):
            return "" if isinstance(self.app.main_focus, LineView) else "nothing to move in"
        if action_id == "answer":
            return "" if self.app.waiting.all else "no question waits"
        if action_id == "mark":
            return "" if self._can_mark else "no list has the focus"
        pane = self.pane
        if pane is None:
            return ""
        if action_id in _NEEDS_AREAS and len(pane.areas()) < 2:
            return "there is one area only"
        if action_id == "back" and not self._can_go_back(pane):
            return "this is the top of the pane"
        return pane.why_not(action_id)

    @property
    def _can_mark(self) -> bool:
        return isinstance(self.app.main_focus, RowView | Choice)

    def _can_go_back(self, pane: Pane) -> bool:
        is_open = pane.is_zoomed or pane.has_filter or pane.has_parent
        return is_open or self.context().is_text

    @property
    def is_ready(self) -> bool:
        """Whether a key can act now: the pane shows what it would act on."""
        pane = self.pane
        return pane is None or pane.is_ready or isinstance(self.app.screen, ModalScreen)

    # -- doing ---------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """Do what a key means here."""
        if isinstance(self.app.screen, ModalScreen):
            self._press_in_modal(key)
            return
        context = self.context()
        action = find_action(self.available(context), key, context)
        if action is None:
            return
        if action.id == "back":
            self.app.attempt(partial(self.go_back, may_quit=key == "q"))
        else:
            self.perform(action.id)

    def press_at_once(self, key: str, character: str | None) -> bool:
        """Do what a key means in a list now; False where text is typed or nothing is meant.

        Left to the focused widget it would wait in a queue, and a key typed behind it would still
        go to the list: the first letters of a filter would act.
        """
        if isinstance(self.app.screen, ModalScreen):
            return False
        context = self.context()
        named = character if character and character.isprintable() and character != " " else key
        if context.is_text or find_action(self.available(context), named, context) is None:
            return False
        self.press(named)
        return True

    def _press_in_modal(self, key: str) -> None:
        if key == "escape":
            leave = getattr(self.app.screen, "leave_text", None)
            if not (callable(leave) and leave()):
                self.app.screen.dismiss()
        elif key == "ctrl+q":
            self.app.exit(0)
        elif key == "ctrl+c":
            self._copy_selection()

    def perform(self, action_id: str) -> None:
        """Run an action, or say why it cannot run. Errors people can act on are shown."""
        focus = self.app.main_focus
        if action_id in _AFTER_TYPING and focus is not None and self.context().is_text:
            # On a busy machine an action would overtake the keys typed before it.
            focus.call_later(self._perform_typed, action_id)
        else:
            self._perform(action_id)

    def _perform_typed(self, action_id: str) -> None:
        if self.pane is not None:
            self.pane.take_typed()
        self._perform(action_id)

    def _perform(self, action_id: str) -> None:
        handler = self.handlers().get(action_id)
        if handler is None:
            return
        if reason := self.why_not(action_id):
            self.app.say(f"{self._by_id[action_id].label}: {reason}", level="warning")
            return
        self.app.attempt(handler)
        self.app.context_changed()

    def escape_digit(self, digit: str) -> None:
        """``esc`` and a digit that arrived as one key: leave text, then do what the digit does."""
        while isinstance(self.app.screen, ModalScreen):
            self.app.pop_screen()
        if self.context().is_text and self.pane is not None:
            self.pane.leave_text()
        if self.context().is_text:
            self.app.screen.set_focus(None)
        self.press(digit)

    def go_back(self, *, may_quit: bool = False) -> None:
        """The ``esc`` chain: clear filter, unzoom, leave text, parent; ``q q`` quits at the top."""
        pane = self.pane
        if pane is None:
            return
        if not self._undo_one_level():
            if may_quit:
                self._quit_or_arm()
            else:
                self.app.log_of_messages.read_one()
        self.app.context_changed()

    def _undo_one_level(self) -> bool:
        pane = self.pane
        if pane is None:
            return False
        is_text = self.context().is_text
        if not (is_text and not pane.is_filter_focused) and pane.clear_filter():
            return True
        if pane.is_zoomed:
            pane.toggle_zoom()
            return True
        if is_text:
            pane.leave_text()
            return True
        return pane.go_back()

    def back_label(self) -> str:
        """What ``esc`` does in a text, for the footer."""
        pane = self.pane
        if pane is not None and pane.is_zoomed and not pane.is_filter_focused:
            return "unzooms"
        return "leaves"

    def _quit_or_arm(self) -> None:
        now = self.app.clock()
        if now - self._quit_at <= QUIT_WINDOW_S:
            self.app.exit(0)
        else:
            self._quit_at = now
            self.app.say("q again leaves Ladder; runs go on", key="q")

    # -- the frame's own actions ---------------------------------------------------------------

    def _frame_handlers(self) -> dict[str, Handler]:
        app = self.app
        handlers: dict[str, Handler] = {
            "move.down": lambda: self._move(1),
            "move.up": lambda: self._move(-1),
            "move.first": lambda: self._move_end(is_last=False),
            "move.last": lambda: self._move_end(is_last=True),
            "move.page_down": lambda: self._move_page(1),
            "move.page_up": lambda: self._move_page(-1),
            "area.next": lambda: self._step_area(1),
            "area.previous": lambda: self._step_area(-1),
            "field.next": lambda: self._step_field(1),
            "field.previous": lambda: self._step_field(-1),
            "back": self.go_back,
            "mark": self._mark,
            "layout": self._cycle_layout,
            "zoom": self._toggle_zoom,
            "answer": partial(show_question, app),
            "palette": partial(show_palette, app),
            "help": partial(show_help, app),
            "messages": partial(show_messages, app),
            "quit": lambda: app.exit(0),
            "selection.copy": self._copy_selection,
        }
        for spec in app.panes:
            handlers[f"pane.{spec.id}"] = partial(self._open_pane, spec.id)
        return handlers

    def _move(self, delta: int) -> None:
        if isinstance(target := self.app.main_focus, LineView):
            target.move(delta)

    def _move_page(self, delta: int) -> None:
        if isinstance(target := self.app.main_focus, LineView):
            target.move_page(delta)

    def _move_end(self, *, is_last: bool) -> None:
        if isinstance(target := self.app.main_focus, LineView):
            target.move_end(is_last=is_last)

    def _mark(self) -> None:
        if isinstance(target := self.app.main_focus, RowView | Choice):
            target.toggle_mark()

    def _step_area(self, delta: int) -> None:
        if self.pane is not None:
            self.pane.step_area(delta)

    def _step_field(self, delta: int) -> None:
        if self.pane is not None:
            self.pane.step_field(delta)

    def _cycle_layout(self) -> None:
        if self.pane is not None:
            self.pane.cycle_layout()

    def _toggle_zoom(self) -> None:
        if self.pane is not None:
            self.pane.toggle_zoom()

    def _copy_selection(self) -> None:
        """Copy what is selected; without a selection say how to leave. Never stops anything."""
        copy = getattr(self.app.main_focus, "selected_text", None)
        text = self.app.screen.get_selected_text() or (copy if isinstance(copy, str) else "")
        if text:
            self.app.copy_text(text, "selection")
        else:
            self.app.say("Nothing is selected. ctrl+q leaves Ladder; runs go on", key="ctrl+q")

    def _open_pane(self, pane_id: str) -> None:
        self.app.open_pane(pane_id)
