"""The application: composition, switching panes, the frame tick, themes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

from ladder_tui.domain.ids import RunId
from ladder_tui.ui.actions import ACTIONS, Action, Context, pane_action
from ladder_tui.ui.bindings import ESCAPED_DIGITS, build_bindings
from ladder_tui.ui.collection import resume_collection
from ladder_tui.ui.dispatch import Dispatcher
from ladder_tui.ui.frame_tick import FrameTick
from ladder_tui.ui.glyphs import UNICODE, Glyphs
from ladder_tui.ui.host import Host
from ladder_tui.ui.pane_spec import PaneSpec
from ladder_tui.ui.panes.pane import Pane
from ladder_tui.ui.panes.registry import PANES, first_pane, open_pane
from ladder_tui.ui.screens.frame import Frame
from ladder_tui.ui.theme import THEMES
from ladder_tui.ui.widgets.footer import Footer
from ladder_tui.ui.widgets.header import Header
from ladder_tui.ui.widgets.message_line import MessageLine
from ladder_tui.ui.widgets.tabs import Tabs
from ladder_tui.ui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from ladder_tui.ui.ports import WorkbenchPort

FRAMES_PER_S = 15
BRANCH_EVERY_S = 10.0
SMALLEST = (60, 16)
_HERE = Path(__file__).parent.absolute()


class LadderApp(Host, inherit_bindings=False):
    """The workbench in a terminal. Holds the façade; draws; starts nothing itself."""

    CSS_PATH = _HERE / "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = build_bindings(
        (*(pane_action(p.id, p.key, p.title) for p in PANES), *ACTIONS)
    )

    def __init__(
        self,
        workbench: WorkbenchPort,
        *,
        clock: Callable[[], float] = time.time,
        panes: tuple[PaneSpec, ...] = PANES,
        first: str = "",
        glyphs: Glyphs = UNICODE,
        theme: str = "ladder-dark",
        run_id: RunId | None = None,
    ) -> None:
        super().__init__(workbench, clock=clock, glyphs=glyphs)
        self.panes = panes
        self.pane_id = "runs" if run_id is not None else first or first_pane(panes).id
        self._first_item = run_id or ""
        self._terminal_title = ""
        self._keys: deque[events.Key] = deque()
        """Pressed before the pane was ready for them, in order."""
        self.opened: dict[str, Pane] = {}
        for candidate in THEMES:
            self.register_theme(candidate)
        # Set before the start: a change of theme parses every style sheet a second time.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.frame_tick = FrameTick(self)
        self.dispatcher: Dispatcher = Dispatcher(self)

    def get_default_screen(self) -> Frame:
        """The main screen."""
        return Frame(id="_default")

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The frame around one pane."""
        yield Header()
        yield Tabs()
        with Container(id="panes"):
            pane = self._make_pane(self.pane_id)
            pane.wanted = self._first_item
            yield pane
        yield MessageLine()
        yield Footer()
        yield TooSmall()

    def _make_pane(self, pane_id: str) -> Pane:
        spec = next(spec for spec in self.panes if spec.id == pane_id)
        if (sheet := spec.style_sheet).exists():
            self.stylesheet.read(sheet)
        self.opened[pane_id] = open_pane(spec)
        return self.opened[pane_id]

    def on_mount(self) -> None:
        """Start the frame tick."""
        self._check_size(self.size)
        self.tick()
        self.set_interval(1 / FRAMES_PER_S, self.tick)
        self.set_interval(BRANCH_EVERY_S, self._read_branch)
        self.call_after_refresh(self._read_branch)

    def on_ready(self) -> None:
        """The first frame is drawn."""
        resume_collection()

    def _read_branch(self) -> None:
        self.run_worker(self.frame_tick.gatherer.read_branch, thread=True, exit_on_error=False)

    def on_resize(self, event: events.Resize) -> None:
        """A small terminal gets the minimal state."""
        self._check_size(event.size)

    def _check_size(self, size: Size) -> None:
        is_tiny = size.width < SMALLEST[0] or size.height < SMALLEST[1]
        self.screen_stack[0].set_class(is_tiny, "-tiny")

    def tick(self) -> None:
        """Draw what changed since the last frame."""
        self.frame_tick.tick()

    # -- panes ---------------------------------------------------------------------------------

    @property
    def pane(self) -> Pane | None:
        """The visible pane."""
        return self.opened.get(self.pane_id)

    def open_pane(self, pane_id: str) -> Pane:
        """Show a pane, making it when it is opened for the first time."""
        if pane_id != self.pane_id:
            if (before := self.pane) is not None:
                before.display = False
                before.hidden()
            self.pane_id = pane_id
            if pane_id in self.opened:
                pane = self.opened[pane_id]
                pane.display = True
                pane.show_areas()
                self.attempt(pane.shown)
                pane.take_focus()
            else:
                self.screen_stack[0].set_focus(None)
                pane = self._make_pane(pane_id)
                # Textual keeps its map of rules until they are parsed again: without this the
                # new pane is laid out by the rules of before.
                self.stylesheet.parse()
                self.screen_stack[0].query_one("#panes").mount(pane)
            self.frame_tick.redraw(Tabs)
            self.context_changed()
        return self.opened[pane_id]

    def action_open_pane(self, pane_id: str) -> None:
        """A click on a tab."""
        self.open_pane(pane_id)

    def open_run(self, run_id: RunId) -> None:
        """Show one run in the Runs pane, for example one that was just started."""
        self.go_to("runs", run_id)

    def go_to(self, pane_id: str, item: str) -> None:
        """Open a pane with one of its items selected."""
        pane = self.open_pane(pane_id)
        pane.wanted = item
        if pane.is_mounted:
            self.attempt(pane.shown)

    # -- keys and actions ----------------------------------------------------------------------

    @property
    def main_focus(self) -> Widget | None:
        """What has the focus under any modal screen."""
        return self.screen_stack[0].focused if self.is_running else None

    def context(self) -> Context:
        """Pane, area and kind of focus now."""
        return self.dispatcher.context()

    def available(self, context: Context) -> list[Action]:
        """The actions of a context."""
        return self.dispatcher.available(context)

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        return self.dispatcher.why_not(action_id)

    def perform(self, action_id: str) -> None:
        """Run an action."""
        self.dispatcher.perform(action_id)

    def action_perform(self, action_id: str) -> None:
        """A click on a footer entry."""
        self.dispatcher.perform(action_id)

    def action_press(self, key: str) -> None:
        """A bound key."""
        self.dispatcher.press(key)

    async def on_event(self, event: events.Event) -> None:
        """Note when a person last acted; keys act in their order, once the pane is ready."""
        if isinstance(event, (events.Key, events.MouseDown)):
            self.touched()
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._keys.append(event)
            await self._act_on_keys()
        else:
            await super().on_event(event)

    def keys_can_act(self) -> None:
        """A pane became ready: keys that were pressed before act now."""
        if self._keys:
            self.call_later(self._act_on_keys)

    async def _act_on_keys(self) -> None:
        while self._keys and self.dispatcher.is_ready:
            event = self._keys.popleft()
            digit = ESCAPED_DIGITS.get(event.character or "")
            if digit is not None:
                self.dispatcher.escape_digit(digit)
            elif not self.dispatcher.press_at_once(event.key, event.character):
                await super().on_event(event)

    def set_terminal_title(self, title: str) -> None:
        """Say something in the title of the terminal's window or tab."""
        if title != self._terminal_title and not self.is_headless and self._driver is not None:
            self._terminal_title = title
            self._driver.write(f"\x1b]2;{title}\x07")

    def context_changed(self) -> None:
        """The footer may have to say something else."""
        self.frame_tick.is_footer_stale = True
