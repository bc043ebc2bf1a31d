"""What the parts of the interface may ask of the application.

Panes, screens and widgets know the ``Host``; only ``app.py`` knows them all. So a part is read and
changed without the rest, and nothing imports in a circle.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from textual.app import App
from textual.widget import Widget

from ladder_tui.domain.ids import RunId
from ladder_tui.errors import LadderError
from ladder_tui.ui.actions import Action, Context
from ladder_tui.ui.facts import Facts
from ladder_tui.ui.glyphs import UNICODE, Glyphs
from ladder_tui.ui.messages import Level, MessageLog, Said
from ladder_tui.ui.pane_spec import PaneSpec
from ladder_tui.ui.theme import Styles, build_styles
from ladder_tui.ui.waiting import WaitingQuestions

if TYPE_CHECKING:
    from ladder_tui.ui.ports import WorkbenchPort

CLIPBOARD_BYTES = 6_000
"""What terminals surely take by OSC 52; whether they took it they never say."""


class HostedPane(Protocol):
    """What the frame knows of a pane."""

    @property
    def is_mounted(self) -> bool:
        """Whether it is on the screen or was."""

    def label(self, action: Action) -> str:
        """The label of an action in this pane."""

    def tick(self, now: float) -> None:
        """Draw what changed since the last frame."""


class ActionBook(Protocol):
    """The actions there are and what they do here."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, panes included."""

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What can be done here, by action id."""

    def back_label(self) -> str:
        """What ``esc`` does while text is typed."""


class Host(App[int], inherit_bindings=False):
    """The application as its parts see it."""

    panes: tuple[PaneSpec, ...]
    pane_id: str
    dispatcher: ActionBook

    def __init__(
        self,
        workbench: WorkbenchPort,
        *,
        clock: Callable[[], float] = time.time,
        glyphs: Glyphs = UNICODE,
    ) -> None:
        self._variables: dict[str, dict[str, str]] = {}
        super().__init__()
        self.workbench = workbench
        self.clock = clock
        self.glyphs = glyphs
        self.facts = Facts()
        self.waiting = WaitingQuestions(clock)
        self.log_of_messages = MessageLog()
        self.touched_at = float("-inf")
        """When a key or a mouse button was last pressed, by ``clock``."""
        self._styles: Styles | None = None

    # -- panes and actions ---------------------------------------------------------------------

    @property
    @abstractmethod
    def pane(self) -> HostedPane | None:
        """The visible pane."""

    @abstractmethod
    def open_pane(self, pane_id: str) -> HostedPane:
        """Show a pane, making it when it is opened for the first time."""

    @abstractmethod
    def go_to(self, pane_id: str, item: str) -> None:
        """Open a pane with one of its items selected."""

    @abstractmethod
    def open_run(self, run_id: RunId) -> None:
        """Show one run in the Runs pane."""

    @property
    @abstractmethod
    def main_focus(self) -> Widget | None:
        """What has the focus under any modal screen."""

    @abstractmethod
    def context(self) -> Context:
        """Pane, area and kind of focus now."""

    @abstractmethod
    def available(self, context: Context) -> list[Action]:
        """The actions of a context."""

    @abstractmethod
    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""

    @abstractmethod
    def perform(self, action_id: str) -> None:
        """Run an action."""

    @abstractmethod
    def context_changed(self) -> None:
        """The footer may have to say something else."""

    @abstractmethod
    def keys_can_act(self) -> None:
        """A pane became ready: keys that were pressed before act now."""

    @abstractmethod
    def set_terminal_title(self, title: str) -> None:
        """Say something in the title of the terminal's window or tab."""

    def attempt(self, action: Callable[[], None]) -> None:
        """Do something that may fail; an error people can act on is said."""
        try:
            action()
        except LadderError as error:
            self.say_error(error)

    def touched(self) -> None:
        """A person acted just now; lists keep their order for a while."""
        self.touched_at = self.clock()

    # -- messages ------------------------------------------------------------------------------

    def say(self, text: str, *, level: Level = "info", key: str = "") -> None:
        """Put a message into the message line; ``M`` lists all."""
        self.log_of_messages.add(Said(self.clock(), level, text, key))

    def say_error(self, error: LadderError) -> None:
        """Show an error until it is read: what, and behind ``M`` why and the next step."""
        lines = [error.what]
        lines += [f"why: {error.why}"] if error.why else []
        lines += [f"next: {error.next_step}"] if error.next_step else []
        self.say("\n".join(lines), level="error")

    def copy_text(self, text: str, what: str) -> None:
        """Send text to the terminal's clipboard; whether it arrived nobody can know."""
        self.copy_to_clipboard(text)
        size = len(text.encode())
        doubt = "; many terminals take 6 kB at most" if size > CLIPBOARD_BYTES else ""
        self.say(f"Sent the {what} to the clipboard, {size:,} bytes{doubt}")

    # -- look ----------------------------------------------------------------------------------

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, worked out once for each theme: it takes milliseconds."""
        if self.theme not in self._variables:
            self._variables[self.theme] = super().get_css_variables()
        return self._variables[self.theme]

    @property
    def look(self) -> Styles:
        """Styles of the current theme."""
        if self._styles is None:
            self._styles = build_styles(self.get_css_variables())
        return self._styles

    def watch_theme(self) -> None:
        """Forget the styles of the last theme."""
        self._styles = None
