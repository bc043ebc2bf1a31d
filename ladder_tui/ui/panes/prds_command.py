"""What the actions do in the PRD pane, and why they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ladder_tui.errors import LadderError
from ladder_tui.ui.external_editor import open_in_editor
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.prds_draft import PrdDraft
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.choose import Choose, Way
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.marked_editor import MarkedEditor
from ladder_tui.ui.widgets.prd_rows import PrdList, PrdOutline
from ladder_tui.ui.widgets.problem_list import ProblemList
from ladder_tui.workbench.authored_file import ConflictError

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class PrdDesk(Protocol):
    """What the commands need from the pane."""

    prd_list: PrdList
    list_area: FilteredArea
    outline: PrdOutline
    editor: MarkedEditor
    problems: ProblemList
    draft: PrdDraft | None
    to_open: Path | None

    @property
    def ladder(self) -> Host:
        """The application."""

    @property
    def current_area(self) -> str:
        """The area with the focus."""

    def focus_area(self, area: str) -> None:
        """Give an area the focus."""

    def shown(self) -> None:
        """Read the files again."""

    def draw(self) -> None:
        """Status line and unsaved marks."""

    def reload(self, path: Path) -> None:
        """Take over the file as it is on disk."""


class PrdCommands:
    """Commands act on the opened PRD."""

    def __init__(self, pane: PrdDesk) -> None:
        self._pane = pane

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        return {
            "open": self._open,
            "edit": lambda: self._pane.focus_area("editor"),
            "editor": self._external,
            "create": self._create,
            "save": self.save,
            "filter": self._find,
            "copy": self._copy,
        }

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        draft = self._pane.draft
        if action_id in ("open", "edit", "editor", "save", "copy") and draft is None:
            return "no PRD is open"
        if action_id == "save" and draft is not None and not draft.is_unsaved:
            return "nothing has changed"
        return ""

    def _open(self) -> None:
        """List: edit; outline and problems: go to the line."""
        pane = self._pane
        line = 0
        if pane.current_area == "outline" and pane.outline.current is not None:
            line = pane.outline.current.line
        elif pane.current_area == "problems" and pane.problems.current is not None:
            line = pane.problems.current.line
        if line:
            pane.editor.go_to_line(line)
        pane.focus_area("editor")

    def _create(self) -> None:
        lines = ["What is to be built, in a few words; it becomes the file's name too."]
        self._pane.ladder.push_screen(Ask("new PRD", lines, "Export orders as CSV", self._new))

    def _new(self, title: str) -> None:
        pane = self._pane
        try:
            pane.to_open = pane.ladder.workbench.prds.new(title)
        except LadderError as error:
            pane.ladder.say_error(error)
            return
        pane.shown()

    def save(self) -> None:
        """Save, or ask what to do where somebody else changed the file. Raises StoreError."""
        pane, draft = self._pane, self._pane.draft
        if draft is None or not draft.is_unsaved:
            return
        try:
            draft.save(pane.ladder.workbench.prds)
        except ConflictError as error:
            lines = [clean_line(error.what), "Your text is still in the editor."]
            ways = (
                Way(
                    "r", "reload: take theirs; ctrl+z in the editor brings yours back", self._reload
                ),
                Way("o", "overwrite: keep yours, theirs is lost", self._overwrite),
            )
            pane.ladder.push_screen(Choose("changed on disk", lines, ways))
            return
        self._saved()

    def _saved(self) -> None:
        pane, draft = self._pane, self._pane.draft
        if draft is not None:
            pane.ladder.say(f"Saved {clean_line(draft.path.name)}")
        pane.draw()
        pane.shown()

    def _reload(self) -> None:
        pane, draft = self._pane, self._pane.draft
        if draft is None:
            return
        try:
            pane.reload(draft.path)
        except LadderError as error:
            pane.ladder.say_error(error)

    def _overwrite(self) -> None:
        pane, draft = self._pane, self._pane.draft
        if draft is None:
            return
        try:
            draft.mtime_ns = draft.path.stat().st_mtime_ns if draft.path.exists() else 0
            draft.save(pane.ladder.workbench.prds)
        except LadderError as error:
            pane.ladder.say_error(error)
            return
        self._saved()

    def _external(self) -> None:
        """Hand the file to the person's editor; a draft is saved first."""
        pane, draft = self._pane, self._pane.draft
        if draft is None:
            return
        if draft.is_unsaved:
            draft.save(pane.ladder.workbench.prds)
        open_in_editor(pane.ladder, draft.path, pane.editor.cursor_location[0] + 1)
        pane.shown()

    def _find(self) -> None:
        """In the editor search, elsewhere filter the list."""
        pane = self._pane
        if pane.current_area == "editor":
            pane.ladder.push_screen(Ask("find", [], "text", self._find_text))
        else:
            pane.list_area.start()

    def _find_text(self, text: str) -> None:
        if not self._pane.editor.find_next(text):
            self._pane.ladder.say(f"Nowhere in the text: {clean_line(text)}", level="warning")

    def _copy(self) -> None:
        draft = self._pane.draft
        if draft is not None:
            self._pane.ladder.copy_text(str(draft.path), "path")
