"""Skills: the library as a tree; beside it one skill to read, edit, compare and follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import TextArea
from textual.worker import Worker

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.panes.skills_add import SkillAdding
from ladder_tui.ui.panes.skills_command import SkillCommands
from ladder_tui.ui.panes.skills_edit import SkillEditing
from ladder_tui.ui.panes.skills_library import SkillLibrary
from ladder_tui.ui.panes.skills_reading import SkillReading
from ladder_tui.ui.panes.skills_save import SkillSaving
from ladder_tui.ui.panes.skills_shelf import Shelf
from ladder_tui.ui.panes.skills_view import SkillView
from ladder_tui.ui.widgets.detail_tabs import DetailTabs
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.skill_counts import SkillCounts
from ladder_tui.ui.widgets.skill_detail import SkillDetail
from ladder_tui.ui.widgets.skill_list import SkillList

WATCH_EVERY_S = 1.0


class SkillsPane(Pane):
    """``enter`` reads the skill under the cursor, ``e`` edits it; drafts stay."""

    PANE_ID = "skills"

    def __init__(self) -> None:
        super().__init__()
        self.skill_list = SkillList()
        self.counts = SkillCounts(self.skill_list)
        self.list_area = FilteredArea(
            self.skill_list, self.counts, id="area-list", narrow=self._narrow
        )
        self.detail = SkillDetail()
        self.shelf = Shelf()
        self.editing = SkillEditing(self)
        self.saving = SkillSaving(self, self.editing)
        self.library = SkillLibrary(self)
        self.adding = SkillAdding(self)
        self.commands = SkillCommands(self)
        self.view = SkillView(self)
        self.reading = SkillReading(self)
        self._edit_line = -1
        """Line to go to as soon as the file is in the editor; -1 for none."""

    def compose(self) -> ComposeResult:
        """List, and beside it one skill."""
        yield self.list_area
        yield self.detail

    def on_mount(self) -> None:
        """Say what happens until the files are read, and watch them."""
        is_ascii = self.ladder.glyphs.is_ascii
        self.set_class(is_ascii, "-ascii")
        self.detail.editor.set_class(is_ascii, "-ascii")
        self.detail.editor.read_only = True
        self.skill_list.empty_lines = ("Reading the skills.",)
        self.detail.problems.empty_lines = ("No problem.",)
        self.set_interval(WATCH_EVERY_S, self.reading.watch)

    def on_unmount(self) -> None:
        """The program ends: nothing that was typed is lost."""
        self.editing.rescue()

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """The list, and the areas of the current tab."""
        return ("list", *self.detail.areas)

    def area_widget(self, area: str) -> Widget | None:
        """The widget of an area."""
        return self.list_area if area == "list" else self.detail.area_widget(area)

    def focus_target(self, area: str) -> Widget | None:
        """The list and the parts of the detail themselves."""
        return self.skill_list if area == "list" else self.detail.area_widget(area)

    def visible_areas(self) -> tuple[str, ...]:
        """The areas of a tab go together."""
        areas = self.areas()
        if self.is_zoomed:
            return (self.current_area,)
        if self.is_narrow:
            return areas[:1] if self.current_area == "list" else areas[1:]
        if self.layout_mode == "list":
            return areas[:1]
        return areas[1:] if self.layout_mode == "detail" else areas

    def show_areas(self) -> None:
        """Show the list, the detail, or both."""
        visible = self.visible_areas()
        self.list_area.display = "list" in visible
        self.detail.display = visible != ("list",)
        self.detail.show_areas(visible)
        self.set_class(self.is_narrow, "-narrow")
        self.set_class("list" not in visible or visible == ("list",), "-single")

    def leave_text(self) -> None:
        """From the editor to the keys of its tab, from the filter to the list."""
        self.focus_area("problems" if self.current_area == "editor" else "list")

    @property
    def has_parent(self) -> bool:
        """True beside the list."""
        return self.current_area != "list"

    def go_back(self) -> bool:
        """From the detail to the list."""
        if self.current_area == "list":
            return False
        self.focus_area("list")
        return True

    # -- tabs ----------------------------------------------------------------------------------

    def step_tab(self, delta: int) -> None:
        """Go to the next or previous tab."""
        self.detail.tabs.step(delta)
        self.show_tab(self.detail.tab)

    def show_tab(self, tab: str) -> None:
        """Go to a tab; the keys act in its list, nothing is typed by accident."""
        self.detail.tabs.choose(tab)
        self.focus_area(self.detail.landing)
        self.view.draw()

    def start_editing(self, line: int = 0) -> None:
        """Go to the editor, at a line counted from 1; 0 stays where the cursor is."""
        self.detail.tabs.choose("edit")
        self._edit_line = line
        self.focus_area("editor")
        self.view.draw()
        self.editor_ready()

    def editor_ready(self) -> None:
        """The file is in the editor; go to the line that was asked for."""
        draft = self.editing.draft
        is_here = draft is not None and self.entry is not None and draft.path == self.entry.path
        if is_here and self._edit_line >= 0:
            if self._edit_line:
                self.detail.editor.go_to_line(self._edit_line)
            self._edit_line = -1
        self.draw_edit()

    @on(DetailTabs.Chosen)
    def _chosen(self) -> None:
        if self.current_area == "list" and self.area != "list":
            self.focus_area(self.detail.landing)
        self.show_areas()
        self.view.draw()

    # -- reading -------------------------------------------------------------------------------

    def shown(self) -> None:
        """Read the folders again, in a thread: there may be thousands of files."""
        self.reading.read(self.take_wanted())

    def reveal(self, path: str, *, is_edited: bool = False) -> None:
        """Read again and put the cursor on a file, which may be new; edit it where asked."""
        self.reading.reveal(path, is_edited=is_edited)

    # -- what is under the cursor --------------------------------------------------------------

    @property
    def entry(self) -> SkillEntry | None:
        """The file under the cursor."""
        row = self.skill_list.current
        return row.entry if row is not None else None

    def marked_entries(self) -> list[SkillEntry]:
        """What an action acts on: the marked files, else the one under the cursor."""
        rows = [self.shelf.rows.get(row_id) for row_id in self.skill_list.action_rows()]
        return [row.entry for row in rows if row is not None]

    def untrusted(self) -> list[SkillEntry]:
        """Files that wait for trust."""
        return [r.entry for r in self.shelf.rows.values() if r.entry.state == "untrusted"]

    def name_of(self, path: str) -> str:
        """Name of the skill in a file."""
        row = self.shelf.rows.get(path)
        return row.entry.name if row is not None else path

    def problems_of(self, path: str) -> Sequence[Problem]:
        """Problems of a file as it is on disk."""
        row = self.shelf.rows.get(path)
        return row.entry.problems if row is not None else ()

    @property
    def is_on_screen(self) -> bool:
        """True while the pane is visible."""
        return bool(self.display)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something later."""
        self.set_timer(seconds, act)

    def in_thread(
        self, work: Callable[[], None], group: str, *, is_exclusive: bool = False
    ) -> Worker[Any]:
        """Do something that may take a moment; an exclusive one lets older ones of it lapse."""
        return self.run_worker(
            work, group=group, exclusive=is_exclusive, thread=True, exit_on_error=False
        )

    def draw(self) -> None:
        """Draw the detail."""
        self.view.draw()

    def draw_edit(self) -> None:
        """What depends on the draft: status, problems, unsaved marks."""
        self.skill_list.unsaved = self.editing.unsaved
        self.skill_list.refresh()
        self.view.draw_edit()
        self.ladder.context_changed()

    # -- filter and actions --------------------------------------------------------------------

    @property
    def has_filter(self) -> bool:
        """True while text or facets hide skills."""
        return self.list_area.has_class("-filtering") or bool(self.skill_list.filter.facets)

    def clear_filter(self) -> bool:
        """Clear the text, then the facets; False when there was neither."""
        if self.current_area != "list":
            return False
        if self.list_area.clear():
            return True
        if self.skill_list.filter.facets:
            self.skill_list.filter.clear_facets()
            self.filter_changed()
            return True
        return False

    def filter_changed(self) -> None:
        """Text, facets or order changed."""
        self.skill_list.rearrange()
        self.counts.refresh()

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        parts = (self.commands, self.saving, self.library, self.adding)
        return {action: run for part in parts for action, run in part.handlers().items()}

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        parts = (self.commands, self.library, self.adding)
        return next((reason for part in parts if (reason := part.why_not(action_id))), "")

    def label(self, action: Action) -> str:
        """Labels of this pane."""
        return self.commands.label(action)

    def _narrow(self, text: str) -> None:
        self.skill_list.filter.text = text
        self.filter_changed()
        self.view.put_off()

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        if event.view is self.skill_list:
            self.view.draw_at_rest()
        elif event.view is self.detail.versions:
            self.view.draw_diff()
        self.ladder.context_changed()

    @on(RowView.Opened)
    def _opened(self) -> None:
        self.ladder.perform("open")

    @on(TextArea.Changed)
    def take_typed(self) -> None:
        """The text in the editor is the draft's."""
        self.editing.typed()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        self.view.draw_key_help()
