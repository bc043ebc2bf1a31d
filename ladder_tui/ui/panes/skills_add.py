"""Skills from elsewhere: fetched, looked at as a diff, then taken over or dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ladder_tui.domain.skill_entry import StagedSkill
from ladder_tui.errors import LadderError
from ladder_tui.ui import format as form
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.choose import Choose, Way
from ladder_tui.ui.screens.review import Review
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.diff_lines import diff_counts, diff_lines
from ladder_tui.ui.widgets.text_view import TextLine
from ladder_tui.workbench.authored_file import ConflictError

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class SkillAdding:
    """Adds skills from a folder or a git address, and looks for newer versions of them."""

    def __init__(self, pane: SkillDesk) -> None:
        self._pane = pane

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        return {"skills.add": self._add, "skills.update": self._update}

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        entry = self._pane.entry
        if action_id == "skills.update" and (entry is None or not entry.pin):
            return "it was not added from somewhere"
        return ""

    def _add(self) -> None:
        lines = ["A folder, or the address of a git repository, with skills in it.",
                 "You see what is in them before anything is taken over."]  # fmt: skip
        self._ladder.push_screen(
            Ask("add skills", lines, "https://example.org/skills.git", self._stage)
        )

    def _stage(self, source: str) -> None:
        skills = self._ladder.workbench.skills
        self._ladder.say(f"Fetching {clean_line(source)}")
        self._fetch(lambda: skills.stage(source), "Nothing to add there")

    def _update(self) -> None:
        entry, skills = self._pane.entry, self._ladder.workbench.skills
        if entry is None:
            return

        def fetch() -> Sequence[StagedSkill]:
            staged = skills.update(entry.name)
            return [staged] if staged is not None else []

        self._ladder.say(f"Looking for a newer {clean_line(entry.name)}")
        self._fetch(fetch, f"{clean_line(entry.name)} is the newest there is")

    def _fetch(self, fetch: Callable[[], Sequence[StagedSkill]], nothing: str) -> None:
        ladder = self._ladder

        def work() -> None:
            try:
                staged = list(fetch())
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._show_staged, staged, nothing)

        self._pane.in_thread(work, "stage")

    def _show_staged(self, staged: list[StagedSkill], nothing: str) -> None:
        if not staged:
            self._ladder.say(nothing)
            return
        first, rest = staged[0], staged[1:]
        after = partial(self._show_staged, rest, "That was all") if rest else None
        more = f", {len(rest)} more after it" if rest else ""
        kind = "new" if first.is_new else "changed"
        ways = [
            Way("a", f"accept {clean_line(first.name)}{more}", partial(self._accept, first, after)),
            Way("x", "drop it", partial(self._drop, first, after)),
        ]
        title = f"{kind}: {clean_line(first.name)} at {first.commit[:10]}"
        self._ladder.push_screen(Review(title, self._staged_lines(first), ways))

    def _staged_lines(self, staged: StagedSkill) -> list[TextLine]:
        look, glyphs = self._ladder.look, self._ladder.glyphs
        added, removed = diff_counts(staged.diff)
        lines: list[TextLine] = [
            (f"from {clean_line(staged.source)}", look.muted),
            (f"{form.plural(added, 'line')} added, {removed} removed", look.muted),
        ]
        if staged.files:
            lines.append((f"files: {clean_line(', '.join(staged.files))}", look.muted))
        for problem in staged.problems:
            is_error = problem.level == "error"
            mark = glyphs.failed if is_error else glyphs.degraded
            text = f"{mark} {problem.rule} {clean_line(problem.message)}"
            lines.append((text, look.error if is_error else look.warning))
        return [*lines, ("", look.plain), *diff_lines(staged.diff, look)]

    def _accept(
        self, staged: StagedSkill, then: Callable[[], None] | None, *, is_forced: bool = False
    ) -> None:
        try:
            path = self._ladder.workbench.skills.accept(staged.stage, is_forced=is_forced)
        except ConflictError as error:
            replace = partial(self._accept, staged, then, is_forced=True)
            lines = [clean_line(error.what), "What is there now would go to the trash."]
            ways = [
                Way("r", "replace it", partial(self._ladder.attempt, replace)),
                Way("x", "drop the new one", partial(self._drop, staged, then)),
            ]
            self._ladder.push_screen(Choose("yours would be replaced", lines, ways))
            return
        self._ladder.say(f"Added {clean_line(path)}, pinned at {staged.commit[:10]}")
        self._pane.reveal(path)
        if then is not None:
            then()

    def _drop(self, staged: StagedSkill, then: Callable[[], None] | None) -> None:
        self._ladder.workbench.skills.drop(staged.stage)
        self._ladder.say(f"Dropped {clean_line(staged.name)}")
        if then is not None:
            then()
