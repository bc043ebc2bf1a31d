"""Editing skills: drafts that stay, live lint, saving, conflicts with what is on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.skill_entry import SkillEntry, SkillSize
from ladder_tui.errors import LadderError
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.panes.skills_draft import SkillDraft
from ladder_tui.ui.widgets.problem_list import line_marks
from ladder_tui.ui.widgets.skill_detail import SkillDetail

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

LINT_AFTER_S = 0.15


class SkillEditing:
    """The drafts of the pane, and the one that is in the editor."""

    def __init__(self, pane: SkillDesk) -> None:
        self._pane = pane
        self.drafts: dict[str, SkillDraft] = {}
        """By shown path."""
        self.draft: SkillDraft | None = None
        self.skill: Skill | None = None
        """What is typed, read as a skill; None where it is none."""
        self.found: Sequence[Problem] = ()
        self.size: SkillSize | None = None
        self._asked = 0
        self._opening = ""

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    @property
    def _detail(self) -> SkillDetail:
        return self._pane.detail

    @property
    def unsaved(self) -> set[str]:
        """Paths of the drafts that differ from their files."""
        return {path for path, draft in self.drafts.items() if draft.is_unsaved}

    # -- opening -------------------------------------------------------------------------------

    def open(self, entry: SkillEntry) -> None:
        """Put a file into the editor: its draft, else what is on disk, read in a thread."""
        draft = self.drafts.get(entry.path)
        if draft is not None and draft.is_unsaved:
            self._take(draft)
        elif self.draft is None or self.draft.path != entry.path:
            self.close()
            self._opening = entry.path
            self._read(
                entry.path,
                lambda text, mtime_ns: self._opened(entry, text, mtime_ns),
                partial(self._unreadable, entry.path),
            )

    def close(self) -> None:
        """Nothing is in the editor; drafts stay."""
        self.draft = self.skill = self.size = None
        self.found = ()
        self._opening = ""
        self._asked += 1
        self._detail.editor.read_only = True
        self._detail.editor.load_text("")
        self._detail.problems.show(())

    def forget(self, path: str) -> None:
        """Drop the draft of a file that is gone or has been saved elsewhere."""
        self.drafts.pop(path, None)
        if self.draft is not None and self.draft.path == path:
            self.close()

    def _read(
        self,
        path: str,
        then: Callable[[str, int], None],
        otherwise: Callable[[LadderError], None],
    ) -> None:
        ladder = self._ladder

        def work() -> None:
            try:
                text, mtime_ns = ladder.workbench.skills.read(path)
            except LadderError as error:
                ladder.call_from_thread(otherwise, error)
            else:
                ladder.call_from_thread(then, text, mtime_ns)

        self._pane.in_thread(work, "open")

    def _unreadable(self, path: str, error: LadderError) -> None:
        if path == self._opening:
            self._detail.problems.show(self._pane.problems_of(path))
            self._ladder.say_error(error)

    def _opened(self, entry: SkillEntry, text: str, mtime_ns: int) -> None:
        if entry.path != self._opening:
            return
        is_own = entry.origin in ("project", "user")
        draft = SkillDraft(text, text, mtime_ns, path=entry.path, kind=entry.kind, is_own=is_own)
        self.drafts[entry.path] = draft
        self._take(draft)

    def _take(self, draft: SkillDraft) -> None:
        if draft is self.draft:
            return
        self.draft = draft
        self._opening = draft.path
        editor = self._detail.editor
        editor.read_only, editor.kind = False, draft.kind
        editor.load_text(draft.text)
        if not draft.is_unsaved:
            draft.take_line_ends(editor.text)
        self.lint()
        self._pane.editor_ready()

    def check_disk(self) -> None:
        """The library changed: take over the file in the editor, or say that it is another one."""
        draft = self.draft
        if draft is None:
            return

        def compare(text: str, mtime_ns: int) -> None:
            if mtime_ns == draft.mtime_ns or draft is not self.draft:
                return
            if draft.is_unsaved:
                draft.is_stale = True
                self._pane.draw_edit()
            else:
                self.reload(draft, text, mtime_ns)

        def gone(_: LadderError) -> None:
            if draft.is_unsaved:
                draft.is_stale = True  # what is typed stays
                self._pane.draw_edit()
            else:
                self.forget(draft.path)

        self._read(draft.path, compare, gone)

    def reload(self, draft: SkillDraft, text: str, mtime_ns: int) -> None:
        """Take over the text on disk; ``ctrl+z`` in the editor brings the typed one back."""
        draft.is_stale = False
        draft.mtime_ns = mtime_ns
        draft.take_line_ends(text)
        if draft is self.draft:
            editor = self._detail.editor
            if editor.text != text:
                place = editor.cursor_location
                editor.replace(text, (0, 0), editor.document.end)
                editor.move_cursor(place)
            draft.take_line_ends(editor.text)
            self.lint()
        self._pane.draw_edit()

    # -- typing and live lint ------------------------------------------------------------------

    def typed(self) -> None:
        """The text in the editor changed."""
        draft, text = self.draft, self._detail.editor.text
        if draft is None or text == draft.text:
            return
        draft.change(text, self._ladder.clock())
        self._asked += 1
        asked = self._asked
        self._pane.after(LINT_AFTER_S, lambda: self.lint(asked))
        self._pane.draw_edit()

    def lint(self, asked: int | None = None) -> None:
        """Read and lint what is typed, in a thread; ``asked`` lets later changes win."""
        draft, ladder = self.draft, self._ladder
        if draft is None or (asked is not None and asked != self._asked):
            return
        self._asked += 1
        number, path, text = self._asked, draft.path, draft.text

        def work() -> None:
            try:
                found = ladder.workbench.skills.lint_text(path, text)
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._linted, number, *found)

        self._pane.in_thread(work, "lint")

    def _linted(
        self, number: int, skill: Skill | None, found: Sequence[Problem], size: SkillSize
    ) -> None:
        if number != self._asked:
            return
        self.skill, self.found, self.size = skill, found, size
        file = self.draft.path if self.draft is not None else ""
        here = [problem for problem in found if problem.path in ("", file)]
        marks = line_marks(here, self._ladder.glyphs, self._ladder.look)
        self._detail.editor.mark_lines(marks)
        self._detail.problems.show(found)
        self._pane.draw_edit()

    # -- leaving -------------------------------------------------------------------------------

    def rescue(self) -> None:
        """The program ends: what is typed is saved, or kept beside what it may not replace."""
        skills = self._ladder.workbench.skills
        for draft in self.drafts.values():
            if not draft.is_unsaved:
                continue
            try:
                if draft.is_own and not draft.is_stale:
                    draft.save(skills)
                else:
                    skills.keep(draft.path, draft.text)
            except LadderError:
                skills.keep(draft.path, draft.text)
