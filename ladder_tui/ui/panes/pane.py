"""The base of every pane. How to add a pane:

1. ``ui/panes/x.py`` with one ``class XPane(Pane)`` and ``ui/panes/x.tcss`` beside it.
2. One line in ``PANES`` (``ui/panes/registry.py``): id, digit, title, short title, module, class.
3. ``compose`` yields one widget for each area, with the id ``area-<name>``; ``areas`` names them
   in tab order, the list first. A widget that takes the focus in an area is the area widget
   itself or the first focusable one in it; override ``focus_target`` where that is not so.
   ``show_areas`` shows areas by layout, zoom and terminal width: under 100 columns one at a time.
4. ``handlers`` maps action ids (rows of ``ui/actions.py``; add rows with ``panes=("x",)`` there)
   to methods. An action without a handler does not exist in the pane: no footer, no palette.
   ``why_not`` says why an action cannot act now (empty string: it can); ``label`` may rename it.
   The ``move.*``, ``area.*`` and ``back`` actions work by themselves for focused ``RowView``,
   ``TextView`` and anything else with their ``move`` methods.
5. ``tick(now)`` runs at 15 Hz while the pane is visible: poll, compare a version, draw if it
   changed. ``shown`` and ``hidden`` run at a switch: read lists in ``shown``, not in ``__init__``.
   ``self.ladder.go_to(pane, item)`` opens another pane with an item (a run id, a skill's or
   workflow's name, a fingerprint); the pane fetches it in ``shown`` by ``take_wanted()``.
6. ``esc`` calls ``clear_filter``, then unzooms, then leaves text, then ``go_back``.
7. Lists: ``widgets/rows.py`` (``RowView``: line API, cursor by id, mouse, wheel) in a
   ``widgets/filter_bar.py`` (``FilteredArea``); read-only text: ``widgets/text_view.py``; one-line
   input: ``widgets/field.py``; editor: ``widgets/editor.py``. Import ``field`` and ``editor``
   lazily or in panes only: the first paint must not pay for them.
8. Draw with ``self.ladder.look`` and ``self.ladder.glyphs``; text of
   models, tools and files goes through ``ui/text.py`` first. Say things with
   ``self.ladder.say(...)`` and ``self.ladder.say_error(error)``, never with a toast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual.containers import Container
from textual.css.query import NoMatches
from textual.widget import Widget

from ladder_tui.ui.actions import Action

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

Layout = Literal["split", "list", "detail"]
LAYOUTS: tuple[Layout, ...] = ("split", "list", "detail")
NARROW = 100
"""Columns under which a pane shows one area at a time."""

Handler = Callable[[], None]


class Pane(Container):
    """A pane: areas, actions, and what happens on each frame."""

    PANE_ID: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(id=f"pane-{self.PANE_ID}", classes="pane")
        self.layout_mode: Layout = "split"
        self.is_zoomed = False
        self.area = ""
        self.is_arranged = False
        """Shown for the first time, with the focus where it belongs."""
        self.wanted = ""
        """An item that somebody asked for; ``shown`` takes it with ``take_wanted``."""

    @property
    def ladder(self) -> Host:
        """The application, typed."""
        return cast("Host", self.app)

    # -- what a pane says about itself ---------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """Names of the areas that exist now, in tab order, the list first."""
        return ()

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        return {}

    def why_not(self, action_id: str) -> str:  # noqa: ARG002 - part of the interface
        """Why an action cannot act now; empty when it can."""
        return ""

    def label(self, action: Action) -> str:
        """The action's label here."""
        return action.label

    def take_typed(self) -> None:
        """Take over the text in the editor: what says that it changed may still be on its way."""

    def tick(self, now: float) -> None:
        """Draw what changed; called at 15 Hz while visible."""

    def shown(self) -> None:
        """The pane became visible, or an item is wanted: see ``take_wanted``."""

    def take_wanted(self) -> str:
        """The item that a link or the palette asked for, once; empty for none."""
        wanted, self.wanted = self.wanted, ""
        return wanted

    def hidden(self) -> None:
        """The pane is no longer visible."""

    @property
    def is_filter_focused(self) -> bool:
        """True while the focused text is the filter of a list."""
        return bool(getattr(self.ladder.main_focus, "is_filter", False))

    @property
    def has_filter(self) -> bool:
        """True while a filter hides rows."""
        return False

    @property
    def has_parent(self) -> bool:
        """True while something is opened that ``go_back`` leaves."""
        areas = self.areas()
        return self.is_narrow and bool(areas) and self.current_area != areas[0]

    def clear_filter(self) -> bool:
        """Clear a filter; False when there was none."""
        return False

    def go_back(self) -> bool:
        """Leave what was opened; False at the top of the pane.

        With one area at a time, the way back from a detail is the list.
        """
        areas = self.areas()
        if self.is_narrow and areas and self.current_area != areas[0]:
            self.focus_area(areas[0])
            return True
        return False

    # -- areas, layout, focus ------------------------------------------------------------------

    @property
    def is_narrow(self) -> bool:
        """True where only one area fits."""
        return self.ladder.size.width < NARROW

    @property
    def current_area(self) -> str:
        """The area that has or last had the focus."""
        areas = self.areas()
        if self.area in areas:
            return self.area
        return areas[0] if areas else ""

    def area_widget(self, area: str) -> Widget | None:
        """The widget of an area, None while it is not mounted."""
        try:
            return self.query_one(f"#area-{area}", Widget)
        except NoMatches:
            return None

    def focus_target(self, area: str) -> Widget | None:
        """The widget that takes the focus in an area."""
        widget = self.area_widget(area)
        if widget is None or widget.focusable:
            return widget
        return next((w for w in widget.query("*").results(Widget) if w.focusable), None)

    def visible_areas(self) -> tuple[str, ...]:
        """The areas on the screen, by layout, zoom and width."""
        areas = self.areas()
        if len(areas) < 2:
            return areas
        if self.is_narrow or self.is_zoomed:
            return (self.current_area,)
        if self.layout_mode == "list":
            return areas[:1]
        return areas[1:] if self.layout_mode == "detail" else areas

    def show_areas(self) -> None:
        """Show and hide the areas."""
        visible = self.visible_areas()
        for area in self.areas():
            if (widget := self.area_widget(area)) is not None:
                widget.display = area in visible
        self.set_class(self.is_narrow, "-narrow")
        self.set_class(len(visible) == 1, "-single")

    def focus_area(self, area: str) -> None:
        """Give an area the focus, showing it when it is hidden."""
        if area not in self.areas():
            return
        self.area = area
        if area not in self.visible_areas():
            self.layout_mode = "split"
        self.show_areas()
        if (target := self.focus_target(area)) is not None:
            target.focus(scroll_visible=False)

    def step_area(self, delta: int) -> None:
        """Go to the next or previous area."""
        areas = self.areas()
        if areas:
            self.focus_area(areas[(areas.index(self.current_area) + delta) % len(areas)])

    def cycle_layout(self) -> None:
        """Split, list, detail."""
        self.layout_mode = LAYOUTS[(LAYOUTS.index(self.layout_mode) + 1) % len(LAYOUTS)]
        visible = self.visible_areas()
        if self.current_area in visible or not visible:
            self.show_areas()
        else:
            self.focus_area(visible[0])

    def toggle_zoom(self) -> None:
        """Give the focused area everything, or take it back."""
        self.is_zoomed = not self.is_zoomed
        self.show_areas()

    def step_field(self, delta: int) -> None:
        """Go to the next or previous field of a form; override in panes with a form."""
        self.step_area(delta)

    def leave_text(self) -> None:
        """Move the focus from a text to a list of the pane."""
        for area in (self.current_area, *self.areas()):
            target = self.focus_target(area)
            if target is not None and not getattr(target, "is_text_entry", False):
                self.focus_area(area)
                return
        self.screen.set_focus(None)

    def on_mount(self) -> None:
        """Arrange, fill and focus the pane; runs after the ``on_mount`` of the subclass."""
        self.show_areas()
        self.ladder.attempt(self.shown)
        self.take_focus()
        self.is_arranged = True
        self.ladder.keys_can_act()

    @property
    def is_ready(self) -> bool:
        """True when keys can act; those pressed before wait for it."""
        return self.is_arranged

    def take_focus(self) -> None:
        """Focus the area that had the focus last."""
        self.focus_area(self.current_area)

    def on_resize(self) -> None:
        """Another width may show other areas."""
        self.show_areas()

    def on_descendant_focus(self) -> None:
        """Remember which area has the focus; asked now, since the event may be an old one."""
        focused = self.ladder.main_focus
        widgets = {self.area_widget(area): area for area in self.areas()}
        for widget in focused.ancestors_with_self if focused is not None else ():
            if isinstance(widget, Widget) and widget in widgets:  # the innermost of nested areas
                self.area = widgets[widget]
                break
        self.ladder.context_changed()
