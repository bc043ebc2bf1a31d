"""Draws the detail of the Skills pane: what is known of the skill under the cursor, by tab."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ladder_tui.domain.skill_entry import ListingBudget, SkillEntry
from ladder_tui.errors import LadderError
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.panes.skills_shelf import Facts, find_facts
from ladder_tui.ui.panes.skills_status import edit_status, group_lines
from ladder_tui.ui.widgets.diff_lines import diff_lines, diff_texts
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.skill_editor import help_lines
from ladder_tui.ui.widgets.skill_lines import Known, skill_lines
from ladder_tui.ui.widgets.skill_listing import TARGETS, one_listing
from ladder_tui.ui.widgets.skill_uses import use_rows
from ladder_tui.ui.widgets.skill_versions import TYPED

NO_FACTS = Facts(Known(), ())
SHOW_AFTER_S = 0.05
SHOW_WHILE_TYPED_S = 0.25
"""The detail waits until the cursor rests, and longer while a filter is typed."""


class SkillView:
    """Reads what takes a moment in threads; draws what is known meanwhile."""

    def __init__(self, pane: SkillDesk) -> None:
        self._pane = pane
        self._facts: dict[str, Facts] = {}
        """By shown path and content hash: an older one is better than none."""
        self._diff_asked = 0
        self._moves = 0
        self._is_due = False
        """The cursor moved and has not rested yet."""

    @property
    def _entry(self) -> SkillEntry | None:
        return self._pane.entry

    # -- everything about the skill under the cursor -------------------------------------------

    def draw_at_rest(self) -> None:
        """The cursor moved: draw when it has rested for a moment."""
        self._is_due = True
        self._moves += 1
        delay = SHOW_WHILE_TYPED_S if self._pane.is_filter_focused else SHOW_AFTER_S
        self._pane.after(delay, partial(self._rested, self._moves))

    def put_off(self) -> None:
        """More of a filter was typed: what is to be drawn waits until the typing pauses."""
        if self._is_due:
            self.draw_at_rest()

    def _rested(self, move: int) -> None:
        if move == self._moves:
            self._is_due = False
            self.draw()

    def draw(self) -> None:
        """Draw the current tab, and find out what is not known yet."""
        pane, entry = self._pane, self._entry
        pane.detail.about.show(self._about)
        if entry is None:
            pane.detail.preview.show("")
            pane.detail.uses.show(())
            pane.detail.problems.show(())
            return
        self._find_facts(entry)
        {
            "preview": self._draw_preview,
            "edit": pane.editing.open,
            "diff": self._draw_versions,
            "uses": self._draw_uses,
            "lint": self._draw_lint,
        }[pane.detail.tab](entry)
        self.draw_edit()
        pane.ladder.context_changed()

    def facts(self, entry: SkillEntry) -> Facts:
        """What is known by now."""
        return self._facts.get(entry.path, NO_FACTS)

    def _find_facts(self, entry: SkillEntry) -> None:
        pane, ladder = self._pane, self._pane.ladder
        used_in = pane.shelf.used_in.get(entry.name, ())

        def work() -> None:
            try:
                facts = find_facts(ladder.workbench, entry, used_in)
            except LadderError:
                return  # gone since: the list is read again
            ladder.call_from_thread(self._found, entry, facts)

        pane.in_thread(work, "facts", is_exclusive=True)

    def _found(self, entry: SkillEntry, facts: Facts) -> None:
        if facts == self._facts.get(entry.path):
            return
        self._facts[entry.path] = facts
        if entry == self._entry:
            self._pane.detail.about.show(self._about)
            if self._pane.detail.tab == "diff":
                self._draw_versions(entry)

    def _about(self, cells: int) -> list[Line]:
        pane = self._pane
        ladder, row = pane.ladder, pane.skill_list.current
        if row is None:
            return group_lines(pane.skill_list.group, ladder.glyphs, ladder.look)
        known = self.facts(row.entry).known
        known = known._replace(used_in=pane.shelf.used_in.get(row.entry.name, ()))
        is_short = pane.detail.tab != "preview"
        return skill_lines(row, known, cells, ladder.glyphs, ladder.look, is_short=is_short)

    # -- tabs ----------------------------------------------------------------------------------

    def _draw_preview(self, entry: SkillEntry) -> None:
        preview, editing = self._pane.detail.preview, self._pane.editing
        if editing.draft is not None and editing.draft.path == entry.path and editing.skill:
            preview.show(editing.skill.body)
        elif entry.skill is not None:
            preview.show(entry.skill.body)
        else:
            self._preview_file(entry)

    def _preview_file(self, entry: SkillEntry) -> None:
        """A file that is no skill is shown as it is."""
        ladder, preview = self._pane.ladder, self._pane.detail.preview

        def work() -> None:
            try:
                text = ladder.workbench.skills.read(entry.path)[0]
            except LadderError as error:
                text = f"{error.what}\n\n{error.why}\n\n{error.next_step}"
            ladder.call_from_thread(show, f"```\n{text}\n```")

        def show(text: str) -> None:
            if entry == self._entry:
                preview.show(text)

        self._pane.in_thread(work, "preview")

    def _draw_uses(self, entry: SkillEntry) -> None:
        pane, row = self._pane, self._pane.skill_list.current
        if row is not None:
            used_in = pane.shelf.used_in.get(entry.name, ())
            part_of = pane.shelf.part_of.get(entry.name, ())
            pane.detail.uses.show(use_rows(row.stats, used_in, part_of))

    def _draw_lint(self, entry: SkillEntry) -> None:
        pane, ladder = self._pane, self._pane.ladder
        draft = pane.editing.draft
        is_typed = draft is not None and draft.path == entry.path
        pane.detail.problems.show(pane.editing.found if is_typed else entry.problems)
        pane.detail.fit()

        def work() -> None:
            try:
                budgets = [ladder.workbench.skills.listing(target) for target in TARGETS]
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._show_listing, entry.path, budgets)

        pane.in_thread(work, "listing", is_exclusive=True)

    def _show_listing(self, path: str, budgets: Sequence[ListingBudget]) -> None:
        ladder = self._pane.ladder
        lines = one_listing(path, budgets, ladder.glyphs, ladder.look)
        self._pane.detail.listing.show(lambda _: lines)

    # -- versions ------------------------------------------------------------------------------

    def _draw_versions(self, entry: SkillEntry) -> None:
        pane = self._pane
        draft = pane.editing.drafts.get(entry.path)
        has_typed = draft is not None and draft.is_unsaved
        pane.detail.versions.show(self.facts(entry).versions, has_typed=has_typed)
        pane.detail.fit()
        self.draw_diff()

    def draw_diff(self) -> None:
        """Compare the two versions that are chosen."""
        pane, entry = self._pane, self._entry
        ladder, pair = pane.ladder, pane.detail.versions.pair
        self._diff_asked += 1
        number = self._diff_asked
        if entry is None or pair is None:
            text = "There is one version only: nothing to compare." if entry is not None else ""
            pane.detail.diff.set_lines([(text, ladder.look.muted)])
            return
        older, newer = pair
        if newer == TYPED:
            self._show_diff(number, self._typed_diff(entry, older))
            return

        def work() -> None:
            try:
                diff = ladder.workbench.skills.diff(entry.path, older, newer)
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._show_diff, number, diff)

        pane.in_thread(work, "diff")

    def _typed_diff(self, entry: SkillEntry, older: str) -> list[str]:
        draft = self._pane.editing.drafts.get(entry.path)
        version = self._pane.detail.versions.versions.get(older)
        if draft is None or version is None:
            return []
        return diff_texts(version.text, draft.text, older[:8], "typed")

    def _show_diff(self, number: int, diff: Sequence[str]) -> None:
        if number == self._diff_asked:
            look = self._pane.ladder.look
            lines = diff_lines(diff, look) or [("Both say the same.", look.muted)]
            self._pane.detail.diff.set_lines(lines)

    # -- editing -------------------------------------------------------------------------------

    def draw_edit(self) -> None:
        """Status, help and height of the problem list."""
        self._pane.detail.status.show(self._status)
        self.draw_key_help()
        self._pane.detail.fit()

    def _status(self, cells: int) -> list[Line]:
        editing, ladder = self._pane.editing, self._pane.ladder
        return edit_status(editing.draft, editing.size, cells, ladder.glyphs, ladder.look)

    def draw_key_help(self) -> None:
        """What the header key under the cursor means, and what would complete it."""
        self._pane.detail.key_help.show(self._key_help)

    def _key_help(self, cells: int) -> list[Line]:
        editor, ladder = self._pane.detail.editor, self._pane.ladder
        key, offered = editor.header_key, editor.offered
        return help_lines(key, offered, cells, ladder.glyphs, ladder.look)
