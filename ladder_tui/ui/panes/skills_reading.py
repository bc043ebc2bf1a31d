"""Reading the library for the Skills pane, and noticing that somebody changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ladder_tui.errors import LadderError
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.panes.skills_shelf import Shelf, read_shelf
from ladder_tui.ui.text import clean_line

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

TYPING_S = 0.5
"""A filter is being typed until its last key is that long ago."""


class SkillReading:
    """Reads in threads, and puts the cursor on what was asked for."""

    def __init__(self, pane: SkillDesk) -> None:
        self._pane = pane
        self._to_reveal = ""
        self._is_edit_wanted = False
        self._has_told = False

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    @property
    def _is_typing(self) -> bool:
        """True while a filter is typed: looking at thousands of files would make keys wait."""
        ladder = self._ladder
        return self._pane.is_filter_focused and ladder.clock() - ladder.touched_at < TYPING_S

    def read(self, wanted: str = "") -> None:
        """Read the folders again; then put the cursor on the skill called ``wanted``."""
        ladder = self._ladder

        def work() -> None:
            try:
                shelf = read_shelf(ladder.workbench)
                kept = [] if self._has_told else ladder.workbench.skills.kept()
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._listed, shelf, wanted)
                ladder.call_from_thread(self._tell, kept)

        self._pane.in_thread(work, "list")

    def reveal(self, path: str, *, is_edited: bool = False) -> None:
        """Read again and put the cursor on a file, which may be new; edit it where asked."""
        self._to_reveal, self._is_edit_wanted = path, is_edited
        self.read()

    def _listed(self, shelf: Shelf, wanted: str) -> None:
        pane = self._pane
        pane.shelf = shelf
        pane.skill_list.empty_lines = (
            ("No skill matches.", "esc clears the filter, f the facets.", "ladder skills list")
            if shelf.rows
            else ("No skill here.", "c writes one from a template.", "ladder skills new NAME")
        )
        pane.skill_list.show(shelf.rows)
        pane.editing.check_disk()
        path, self._to_reveal = self._to_reveal or pane.skill_list.path_of(wanted), ""
        if path:
            self._put_cursor(path)
        pane.counts.refresh()
        pane.draw()

    def _put_cursor(self, path: str) -> None:
        pane = self._pane
        if not pane.skill_list.select_path(path):
            pane.list_area.clear()
            pane.skill_list.filter.text = ""
            pane.skill_list.filter.clear_facets()
            pane.skill_list.select_path(path)
        if self._is_edit_wanted:
            self._is_edit_wanted = False
            pane.start_editing()

    def _tell(self, kept: list[str]) -> None:
        """Say once where text of an earlier session is."""
        if kept and not self._has_told:
            more = f" and {len(kept) - 1} more" if len(kept) > 1 else ""
            self._ladder.say(f"Unsaved text is kept in {clean_line(kept[0])}{more}")
        self._has_told = True

    def watch(self) -> None:
        """Look whether somebody changed a file; called once a second."""
        pane, ladder, known = self._pane, self._ladder, self._pane.shelf.changed_at
        if not pane.is_on_screen or not known or self._is_typing:
            return

        def work() -> None:
            if ladder.workbench.skills.changed_at() != known:
                ladder.call_from_thread(self.read)

        pane.in_thread(work, "watch", is_exclusive=True)
