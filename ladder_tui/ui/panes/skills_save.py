"""Saving in the Skills pane: into the file, over a conflict, or as a copy of what is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from ladder_tui.errors import LadderError
from ladder_tui.ui.external_editor import open_in_editor
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.panes.skills_draft import SkillDraft
from ladder_tui.ui.panes.skills_edit import SkillEditing
from ladder_tui.ui.screens.choose import Choose, Way
from ladder_tui.ui.screens.review import Review
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.diff_lines import diff_lines, diff_texts
from ladder_tui.ui.widgets.text_view import TextLine
from ladder_tui.workbench.authored_file import ConflictError

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class SkillSaving:
    """What the actions on the text in the editor do."""

    def __init__(self, pane: SkillDesk, editing: SkillEditing) -> None:
        self._pane = pane
        self._editing = editing

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        return {"save": self.save, "edit": self.edit, "editor": self.external}

    def edit(self) -> None:
        """Go to the editor, at the problem under the cursor where there is one."""
        pane = self._pane
        problem = pane.detail.problems.current if pane.current_area == "problems" else None
        pane.start_editing(problem.line if problem is not None else 0)

    def save(self) -> None:
        """Save, or ask what to do where that would replace somebody else's text."""
        draft = self._editing.draft
        if draft is None or not draft.is_unsaved:
            return
        if not draft.is_own:
            self._offer_copy(draft)
            return
        try:
            draft.save(self._ladder.workbench.skills)
        except ConflictError:
            self.show_conflict()
            return
        self._saved(draft)

    def _saved(self, draft: SkillDraft) -> None:
        # In the editor a d would be typed.
        way = "esc d" if self._pane.current_area == "editor" else "d"
        self._ladder.say(f"Saved {clean_line(draft.path)}; {way} shows what changed", key=way)
        self._pane.draw_edit()
        self._pane.shown()

    # -- what is not ours ----------------------------------------------------------------------

    def _offer_copy(self, draft: SkillDraft) -> None:
        name = self._pane.name_of(draft.path)
        lines = [
            f"{clean_line(draft.path)} does not belong to this repository.",
            "A copy in the project runs instead of it, under the same name.",
        ]
        copy = Way("p", "save it as a copy in the project", partial(self._copy, draft, name))
        self._ladder.push_screen(Choose("not yours to change", lines, [copy]))

    def _copy(self, draft: SkillDraft, name: str) -> None:
        skills = self._ladder.workbench.skills
        try:
            path = skills.duplicate(draft.path, name)
            skills.save(path, draft.text, skills.read(path)[1])
        except LadderError as error:
            self._ladder.say_error(error)
            return
        self._editing.forget(draft.path)
        self._ladder.say(f"Saved as {clean_line(path)}")
        self._pane.reveal(path)

    # -- conflicts -----------------------------------------------------------------------------

    def show_conflict(self) -> None:
        """Show what is on disk against what is typed, and ask which of them stays."""
        draft = self._editing.draft
        if draft is None:
            return
        skills, look = self._ladder.workbench.skills, self._ladder.look
        try:
            theirs, mtime_ns = skills.read(draft.path)
        except LadderError as error:
            theirs, mtime_ns = "", 0
            lines: list[TextLine] = [(clean_line(error.what), look.warning)]
        else:
            lines = [("- on disk, + what you typed. Nothing is saved yet.", look.muted)]
        diff = diff_texts(theirs, draft.text, "on disk", "typed")
        lines += [("", look.plain), *diff_lines(diff, look)]
        ways = [Way("m", "mine: save what you typed; a backup keeps theirs",
                    partial(self._take_mine, draft, mtime_ns))]  # fmt: skip
        if mtime_ns:
            label = "theirs: take it; ctrl+z in the editor brings yours back"
            ways.insert(0, Way("t", label, partial(self._take_theirs, draft, theirs, mtime_ns)))
        name = clean_line(draft.path)
        self._ladder.push_screen(Review(f"{name} changed on disk", lines, ways))

    def _take_theirs(self, draft: SkillDraft, text: str, mtime_ns: int) -> None:
        self._editing.reload(draft, text, mtime_ns)

    def _take_mine(self, draft: SkillDraft, mtime_ns: int) -> None:
        draft.mtime_ns = mtime_ns
        draft.save(self._ladder.workbench.skills)
        self._saved(draft)

    # -- the person's own editor ---------------------------------------------------------------

    def external(self) -> None:
        """Hand the file to the person's editor; a draft is saved first."""
        pane, entry = self._pane, self._pane.entry
        if entry is None:
            return
        draft = self._editing.drafts.get(entry.path)
        if draft is not None and draft.is_unsaved:
            if not draft.is_own or draft.is_stale:
                self.save()
                return
            draft.save(self._ladder.workbench.skills)
        file = self._ladder.workbench.skills.file(entry.path)
        if file is None:
            self._ladder.say(f"{clean_line(entry.path)} is not there any more", level="warning")
            return
        line = entry.problems[0].line if entry.problems else 0
        if self._editing.draft is not None and self._editing.draft.path == entry.path:
            line = pane.detail.editor.cursor_location[0] + 1
        open_in_editor(self._ladder, file, line)
        pane.shown()
