"""Editing workflow files: drafts that stay, live lint, saving, conflicts with what is on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import LadderError
from ladder_tui.ui.draft import Draft
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.panes.workflows_desk import WorkflowsDesk
from ladder_tui.ui.screens.choose import Choose, Way
from ladder_tui.ui.text import clean_line, fit_path
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.problem_list import line_marks, problem_mark
from ladder_tui.workbench.authored_file import ConflictError

LINT_AFTER_S = 0.15


@dataclass
class WorkflowDraft(Draft):
    """One opened workflow file."""

    path: str = field(kw_only=True)
    """As people see it."""


class WorkflowEditing:
    """The drafts of the pane, and the one that is in the editor."""

    def __init__(self, pane: WorkflowsDesk) -> None:
        self._pane = pane
        self.drafts: dict[str, WorkflowDraft] = {}
        self.draft: WorkflowDraft | None = None
        self.workflow: Workflow | None = None
        """What is typed; None where it cannot be used."""
        self.found: Sequence[Problem] = ()
        self._asked = 0

    @property
    def unsaved(self) -> set[str]:
        """Paths of the drafts that differ from their files."""
        return {path for path, draft in self.drafts.items() if draft.is_unsaved}

    def open(self, path: str) -> None:
        """Put a file into the editor: its draft, else what is on disk. Raises LadderError."""
        draft = self.drafts.get(path)
        if draft is None or not draft.is_unsaved:
            text, mtime_ns = self._pane.ladder.workbench.workflows.read(path)
            if draft is None or draft.mtime_ns != mtime_ns:
                draft = self.drafts[path] = WorkflowDraft(text, text, mtime_ns, path=path)
        if draft is self.draft:
            return
        self.draft = draft
        editor = self._pane.detail.make_editor()
        editor.read_only = False
        editor.load_text(draft.text)
        if not draft.is_unsaved:
            draft.take_line_ends(editor.text)
        self.lint()

    def close(self) -> None:
        """Nothing is in the editor; drafts stay."""
        self.draft = self.workflow = None
        self.found = ()
        self._asked += 1
        editor = self._pane.detail.editor
        if editor is not None:
            editor.read_only = True
            editor.load_text("")

    # -- typing and live lint ------------------------------------------------------------------

    def typed(self) -> None:
        """The text in the editor changed."""
        draft, editor = self.draft, self._pane.detail.editor
        if draft is None or editor is None or editor.text == draft.text:
            return
        draft.change(editor.text, self._pane.ladder.clock())
        self._asked += 1
        asked = self._asked
        self._pane.set_timer(LINT_AFTER_S, lambda: self.lint(asked))
        self._pane.draw_edit()

    def lint(self, asked: int | None = None) -> None:
        """Check what is typed, in a thread; ``asked`` lets later changes win."""
        draft, ladder = self.draft, self._pane.ladder
        if draft is None or (asked is not None and asked != self._asked):
            return
        self._asked += 1
        number, path, text = self._asked, draft.path, draft.text

        def work() -> None:
            workflow, found = ladder.workbench.workflows.lint_text(path, text)
            ladder.call_from_thread(self._linted, number, workflow, found)

        self._pane.run_worker(work, thread=True, group="lint", exit_on_error=False)

    def _linted(self, number: int, workflow: Workflow | None, found: Sequence[Problem]) -> None:
        if number != self._asked:
            return
        self.workflow, self.found = workflow, found
        ladder = self._pane.ladder
        self._pane.detail.make_editor().mark_lines(line_marks(found, ladder.glyphs, ladder.look))
        self._pane.draw_edit()

    # -- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Save, or ask what to do where somebody else changed the file. Raises LadderError."""
        draft = self.draft
        if draft is None or not draft.is_unsaved:
            return
        try:
            self._write(draft)
        except ConflictError as error:
            lines = [clean_line(error.what), "Your text is still in the editor."]
            ways = (
                Way("r", "reload: take theirs; ctrl+z in the editor brings yours back",
                    lambda: self._pane.ladder.attempt(self._reload)),
                Way("o", "overwrite: keep yours, theirs is lost",
                    lambda: self._pane.ladder.attempt(self._overwrite)),
            )  # fmt: skip
            self._pane.ladder.push_screen(Choose("changed on disk", lines, ways))

    def _write(self, draft: WorkflowDraft) -> None:
        workflows = self._pane.ladder.workbench.workflows
        draft.written(workflows.save(draft.path, draft.text, draft.mtime_ns))
        self._pane.ladder.say(f"Saved {clean_line(draft.path)}")
        self._pane.draw_edit()
        self._pane.shown()

    def _reload(self) -> None:
        draft = self.draft
        if draft is None:
            return
        text, draft.mtime_ns = self._pane.ladder.workbench.workflows.read(draft.path)
        editor = self._pane.detail.make_editor()
        editor.replace(text, (0, 0), editor.document.end)
        draft.take_line_ends(editor.text)
        self.lint()
        self._pane.draw_edit()

    def _overwrite(self) -> None:
        draft = self.draft
        if draft is not None:
            try:
                _, draft.mtime_ns = self._pane.ladder.workbench.workflows.read(draft.path)
            except LadderError:
                draft.mtime_ns = 0  # it is gone: it is written anew
            self._write(draft)

    def rescue(self) -> None:
        """The program ends: what is typed is saved, or kept beside what it may not replace."""
        workflows = self._pane.ladder.workbench.workflows
        for draft in self.drafts.values():
            if not draft.is_unsaved:
                continue
            try:
                workflows.save(draft.path, draft.text, draft.mtime_ns)
            except LadderError:
                self._keep_beside(draft)

    def _keep_beside(self, draft: WorkflowDraft) -> None:
        folder, _, name = draft.path.rpartition("/")
        for number in count(1):
            try:
                kept = f"{folder}/.{name}.unsaved-{number}"
                self._pane.ladder.workbench.workflows.save(kept, draft.text, 0)
            except ConflictError:
                continue  # kept at an earlier end
            return


def edit_status(editing: WorkflowEditing, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    """The line beneath the editor: saved or not, problems, the file."""
    draft = editing.draft
    line = Line(glyphs.ellipsis).add(" ", look.plain)
    if draft is None:
        return [line.add("no file is open", look.muted)]
    if draft.is_unsaved:
        line.add(f"{glyphs.mark} unsaved", look.warning)
        line.add("  f2", look.key, "app.perform('save')").add(" saves", look.muted)
    else:
        line.add(f"{glyphs.done} saved", look.muted)
    text, style = problem_mark(editing.found, glyphs, look)
    if text:
        line.add(f"   {text}", style)
    elif editing.workflow is not None:
        line.add(f"   {glyphs.done} {len(editing.workflow.steps)} steps, no problem", look.success)
    name = fit_path(clean_line(draft.path), max(8, cells - line.cells - 2), glyphs.ellipsis)
    return [line.add_right(f"{name} ", look.muted)]
