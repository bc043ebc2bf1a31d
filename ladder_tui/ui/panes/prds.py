"""PRDs: list and outline; the editor with live lint and token budget; the problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import TextArea

from ladder_tui.domain.prd import Prd
from ladder_tui.domain.problem import Problem
from ladder_tui.errors import LadderError
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.panes.prds_command import PrdCommands
from ladder_tui.ui.panes.prds_draft import PrdDraft
from ladder_tui.ui.panes.prds_status import prd_status
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.marked_editor import MarkedEditor
from ladder_tui.ui.widgets.prd_rows import PrdList, PrdOutline, outline
from ladder_tui.ui.widgets.problem_list import ProblemList, line_marks
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.workbench.prd import PrdEntry

LINT_AFTER_S = 0.15
LEFT, RIGHT = ("list", "outline"), ("editor", "problems")


class PrdsPane(Pane):
    """``enter`` edits the PRD under the cursor; drafts stay while another one is opened."""

    PANE_ID = "prds"

    def __init__(self) -> None:
        super().__init__()
        self.prd_list = PrdList()
        self.list_area = FilteredArea(self.prd_list, id="area-list", narrow=self._filter_changed)
        self.outline = PrdOutline()
        self.editor = MarkedEditor(id="area-editor")
        self.status = LineBlock(id="prd-status")
        self.problems = ProblemList()
        self.drafts: dict[Path, PrdDraft] = {}
        self.draft: PrdDraft | None = None
        self.prd: Prd | None = None
        self.found: Sequence[Problem] = ()
        self.to_open: Path | None = None
        """The PRD to open as soon as the list is read."""
        self._asked = 0
        self._is_read = False
        self.commands = PrdCommands(self)

    def compose(self) -> ComposeResult:
        """List over outline, editor over problems."""
        with Vertical(id="prds-left"):
            yield self.list_area
            yield self.outline
        with Vertical(id="prds-right"):
            yield self.editor
            yield self.status
            yield self.problems

    def on_mount(self) -> None:
        """Nothing can be typed before there is a PRD."""
        is_ascii = self.ladder.glyphs.is_ascii
        self.set_class(is_ascii, "-ascii")
        self.editor.set_class(is_ascii, "-ascii")
        self.editor.read_only = True
        self.prd_list.empty_lines = ("Reading the PRDs.",)

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """List, outline, editor, problems."""
        return ("list", "outline", "editor", *(("problems",) if self.found else ()))

    def focus_target(self, area: str) -> Widget | None:
        """The lists and the editor themselves."""
        return self.prd_list if area == "list" else self.area_widget(area)

    def visible_areas(self) -> tuple[str, ...]:
        """List and outline go together, and so do editor and problems."""
        areas = self.areas()
        if self.is_zoomed:
            return (self.current_area,)
        if self.is_narrow:
            side = LEFT if self.current_area in LEFT else RIGHT
        elif self.layout_mode == "split":
            return areas
        else:
            side = LEFT if self.layout_mode == "list" else RIGHT
        return tuple(area for area in areas if area in side)

    def show_areas(self) -> None:
        """Hide the side that shows nothing."""
        super().show_areas()
        visible = self.visible_areas()
        self.problems.display = bool(self.found) and "problems" in visible
        self.set_class(not set(visible) & set(RIGHT), "-left-only")
        self.set_class(not set(visible) & set(LEFT), "-right-only")

    # -- reading -------------------------------------------------------------------------------

    def shown(self) -> None:
        """Read the files again, in a thread: counting tokens loads a tokenizer."""
        ladder = self.ladder
        if wanted := self.take_wanted():
            self.to_open = ladder.workbench.root / wanted

        def work() -> None:
            try:
                entries = ladder.workbench.prds.list()
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._listed, entries)

        self.run_worker(work, thread=True, group="list", exit_on_error=False)

    def _listed(self, entries: Sequence[PrdEntry]) -> None:
        self._is_read = True
        self.prd_list.empty_lines = (
            "No PRD yet in this repository.",
            "c writes one from a title.",
            'ladder prd new "Export orders"',
        )
        self.prd_list.show(entries)
        wanted, self.to_open = self.to_open, None
        if wanted is not None:
            self.prd_list.select(str(wanted))
        self.open_current()
        if wanted is not None:
            self.focus_area("editor")
        self.ladder.context_changed()

    def open_current(self) -> None:
        """Show the PRD under the cursor: its draft, or the file where it has no changes."""
        entry = self.prd_list.current
        if entry is None:
            self._show_draft(None)
            return
        draft = self.drafts.get(entry.path)
        if draft is None or not draft.is_unsaved:
            try:
                draft = self._read(entry.path, draft)
            except LadderError as error:
                self.draft = None
                self._show_draft(None)
                self._linted(self._asked, None, entry.problems)
                self.ladder.say_error(error)
                return
        if draft is not self.draft:
            self._show_draft(draft)

    def _read(self, path: Path, known: PrdDraft | None) -> PrdDraft:
        text, mtime_ns = self.ladder.workbench.prds.read(path)
        if known is not None and known.mtime_ns == mtime_ns:
            return known
        self.drafts[path] = PrdDraft(text, text, mtime_ns, path=path)
        return self.drafts[path]

    def _show_draft(self, draft: PrdDraft | None) -> None:
        self.draft = draft
        self.editor.read_only = draft is None
        self.editor.load_text(draft.text if draft is not None else "")
        if draft is not None and not draft.is_unsaved:
            draft.take_line_ends(self.editor.text)
        self._lint()

    def reload(self, path: Path) -> None:
        """Take over the file as it is on disk; ``ctrl+z`` in the editor brings the text back."""
        text, mtime_ns = self.ladder.workbench.prds.read(path)
        draft = self.drafts[path] = PrdDraft(text, text, mtime_ns, path=path)
        if self.draft is not None and self.draft.path == path:
            self.draft = draft
            self.editor.replace(text, (0, 0), self.editor.document.end)
            draft.take_line_ends(self.editor.text)
        self.draw()

    # -- live lint -----------------------------------------------------------------------------

    @on(TextArea.Changed)
    def take_typed(self) -> None:
        """The text in the editor is the draft's; it is linted a moment later."""
        draft = self.draft
        if draft is None or self.editor.text == draft.text:
            return
        draft.change(self.editor.text, self.ladder.clock())
        self._asked += 1
        asked = self._asked
        self.set_timer(LINT_AFTER_S, lambda: self._lint(asked))
        self.draw()

    def _lint(self, asked: int | None = None) -> None:
        if asked is not None and asked != self._asked:
            return
        self._asked += 1
        asked, draft, ladder = self._asked, self.draft, self.ladder
        if draft is None:
            self._linted(asked, None, ())
            return
        text = draft.text
        shown = self.prd_list.entries.get(str(draft.path))
        name = shown.shown if shown is not None else draft.path.name

        def work() -> None:
            prd, problems = ladder.workbench.prds.lint_text(name, text)
            ladder.call_from_thread(self._linted, asked, prd, problems)

        self.run_worker(work, thread=True, group="lint", exit_on_error=False)

    def _linted(self, asked: int, prd: Prd | None, problems: Sequence[Problem]) -> None:
        if asked != self._asked:
            return
        self.prd, self.found = prd, problems
        self.editor.mark_lines(line_marks(problems, self.ladder.glyphs, self.ladder.look))
        self.outline.show(outline(prd, problems) if prd is not None else [])
        self.problems.show(problems)
        self.problems.styles.height = max(1, len(problems))
        self.show_areas()
        self.draw()

    def draw(self) -> None:
        """Status line and unsaved marks."""
        unsaved = {str(path) for path, draft in self.drafts.items() if draft.is_unsaved}
        if unsaved != self.prd_list.unsaved:
            self.prd_list.unsaved = unsaved
            self.prd_list.refresh()
        self.status.show(self._status_lines)
        self.ladder.context_changed()

    def _status_lines(self, cells: int) -> list[Line]:
        return prd_status(self.prd, self.draft, cells, self.ladder.glyphs, self.ladder.look)

    # -- leaving -------------------------------------------------------------------------------

    def on_unmount(self) -> None:
        """The program ends: nothing that was typed is lost."""
        for draft in self.drafts.values():
            if draft.is_unsaved:
                draft.rescue(self.ladder.workbench.prds)

    # -- filter and actions --------------------------------------------------------------------

    @property
    def has_filter(self) -> bool:
        """True while the list is filtered."""
        return self.list_area.has_class("-filtering")

    def clear_filter(self) -> bool:
        """Clear the filter of the list."""
        return self.list_area.clear()

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        return self.commands.handlers()

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        return self.commands.why_not(action_id)

    def label(self, action: Action) -> str:
        """Labels of this pane."""
        return "go there" if action.id == "open" and self.area != "list" else action.label

    def _filter_changed(self, text: str) -> None:
        self.prd_list.query_text = text
        self.prd_list.reorder()

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        if event.view is self.prd_list and self._is_read:
            self.open_current()
        self.ladder.context_changed()

    @on(RowView.Opened)
    def _opened(self) -> None:
        self.ladder.perform("open")
