"""Draws the tabs of the workflow under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.domain.overlap import Overlap
from ladder_tui.errors import LadderError
from ladder_tui.ui.panes.workflows_desk import WorkflowsDesk
from ladder_tui.ui.panes.workflows_edit import WorkflowEditing, edit_status
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.problem_lines import problem_lines
from ladder_tui.ui.widgets.workflow_lines import head_lines, overlap_lines


class WorkflowView:
    """Form, problems, overlaps, text: what the detail says."""

    def __init__(self, pane: WorkflowsDesk, editing: WorkflowEditing) -> None:
        self._pane = pane
        self._editing = editing

    def head_lines(self, cells: int) -> list[Line]:
        """Description and file, or why it cannot be used."""
        look, glyphs = self._pane.ladder.look, self._pane.ladder.glyphs
        is_roomy = self._pane.ladder.size.height >= 30
        return head_lines(self._pane.entry, cells, glyphs, look, is_roomy=is_roomy)

    def draw_tab(self) -> None:
        """What the current tab shows, and the line of tabs."""
        entry, detail, ladder = self._pane.entry, self._pane.detail, self._pane.ladder
        problems = entry.problems if entry is not None else ()
        heading = entry.name if entry is not None else ""
        note = entry.origin if entry is not None else ""
        detail.tabs.update(heading=heading, note=note)
        if detail.tab == "problems":
            lines = problem_lines(problems, ladder.glyphs, ladder.look)
            none = f"{ladder.glyphs.done} No problem in this file."
            detail.reading.set_lines(lines or [(none, ladder.look.muted)])
        elif detail.tab == "overlaps":
            self._compare()
        elif detail.tab == "edit":
            self._draw_editor()
        self._pane.show_areas()
        ladder.context_changed()

    def _compare(self) -> None:
        """Show what the workflow shares with others; read in a thread."""
        ladder, name = (
            self._pane.ladder,
            self._pane.entry.name if self._pane.entry is not None else "",
        )
        self._draw_overlaps(name, None)

        def work() -> None:
            try:
                found = ladder.workbench.workflows.overlaps()
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._draw_overlaps, name, found)

        self._pane.run_worker(
            work, thread=True, group="overlaps", exclusive=True, exit_on_error=False
        )

    def _draw_overlaps(self, name: str, found: Sequence[Overlap] | None) -> None:
        if (
            self._pane.entry is not None
            and name == self._pane.entry.name
            and self._pane.detail.tab == "overlaps"
        ):
            lines = overlap_lines(name, found, self._pane.ladder.glyphs, self._pane.ladder.look)
            self._pane.detail.reading.set_lines(lines)

    def _draw_editor(self) -> None:
        if self._pane.entry is None:
            self._editing.close()
        else:
            self._pane.ladder.attempt(
                lambda: self._editing.open(self._pane.entry.path if self._pane.entry else "")
            )
        self.draw_edit()

    def draw_edit(self) -> None:
        """What depends on the draft: its status, its problems, unsaved marks in the list."""
        detail, ladder = self._pane.detail, self._pane.ladder
        had_lint = "problems" in self._pane.areas()
        detail.lint.show(self._editing.found)
        if ("problems" in self._pane.areas()) != had_lint:
            self._pane.show_areas()
        detail.status.show(
            lambda cells: edit_status(self._editing, cells, ladder.glyphs, ladder.look)
        )
        if self._editing.unsaved != self._pane.workflow_list.unsaved:
            self._pane.workflow_list.unsaved = self._editing.unsaved
            self._pane.workflow_list.refresh()
        ladder.context_changed()
