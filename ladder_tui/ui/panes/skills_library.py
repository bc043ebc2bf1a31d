"""What changes the library: new, copy, split, delete and undo, trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ladder_tui.domain.skill import SkillKind
from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.errors import LadderError
from ladder_tui.ui import format as form
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.choose import Way
from ladder_tui.ui.screens.naming import Naming
from ladder_tui.ui.screens.review import Review
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.skill_tree import KINDS
from ladder_tui.ui.widgets.text_view import TextLine

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class SkillLibrary:
    """Actions that make, move and take over files of the library."""

    def __init__(self, pane: SkillDesk) -> None:
        self._pane = pane
        self._deleted: list[tuple[str, str]] = []
        """Token and name of what this session deleted, the last one last."""

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        return {
            "create": self._create,
            "skills.delete": self._delete,
            "skills.undo": self._undo,
            "skills.duplicate": self._duplicate,
            "skills.split": self._split,
            "skills.trust": self.show_trust,
        }

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        entry = self._pane.entry
        if action_id == "skills.undo" and not self._deleted:
            return "nothing was deleted in this session"
        if action_id == "skills.trust" and not self._pane.untrusted():
            return "nothing here waits for trust"
        if action_id in ("skills.delete", "skills.duplicate") and entry is None:
            return "no skill is selected"
        if (
            action_id == "skills.delete"
            and entry is not None
            and entry.origin in ("plugin", "shipped")
        ):
            return f"it belongs to {clean_line(entry.source)}, not to this repository"
        if action_id == "skills.split":
            return self._why_not_split()
        return ""

    def _why_not_split(self) -> str:
        if self._pane.editing.draft is None:
            return "no skill is in the editor; e opens it"
        if self._pane.editing.draft.is_unsaved:
            return "save what you typed first"
        return "" if self._pane.detail.editor.section else "the cursor is in no section"

    # -- new, copy, split ----------------------------------------------------------------------

    def _create(self) -> None:
        lines = ["Its name: a-z, 0-9 and -. It names its folder or file too."]
        self._ladder.push_screen(
            Naming("new skill, agent or command", lines, "review-migrations", KINDS, self._new)
        )

    def _new(self, name: str, kind: str) -> None:
        kinds: dict[str, SkillKind] = {known: known for known in KINDS}
        self._reveal(lambda: self._ladder.workbench.skills.new(name, kinds[kind]), is_edited=True)

    def _duplicate(self) -> None:
        entry = self._pane.entry
        if entry is not None:
            lines = [f"A copy of {clean_line(entry.name)} in this repository. Its name:"]
            self._ladder.push_screen(
                Ask("duplicate", lines, f"{clean_line(entry.name)}-2", partial(self._copy, entry))
            )

    def _copy(self, entry: SkillEntry, name: str) -> None:
        self._reveal(lambda: self._ladder.workbench.skills.duplicate(entry.path, name))

    def _split(self) -> None:
        draft, heading = self._pane.editing.draft, self._pane.detail.editor.section
        if draft is None:
            return
        lines = [
            f"The section {clean_line(heading)!r} becomes a skill of its own,",
            f"which {clean_line(self._pane.name_of(draft.path))} then uses. Its name:",
        ]
        split = partial(self._split_off, draft.path, heading)
        self._ladder.push_screen(Ask("split", lines, "its-own-skill", split))

    def _split_off(self, path: str, heading: str, name: str) -> None:
        try:
            new, changed = self._ladder.workbench.skills.split(path, heading, name)
        except LadderError as error:
            self._ladder.say_error(error)
            return
        self._ladder.say(f"{clean_line(new)} is new; {clean_line(changed)} uses it")
        self._pane.reveal(new)

    def _reveal(self, make: Callable[[], str], *, is_edited: bool = False) -> None:
        try:
            path = make()
        except LadderError as error:
            self._ladder.say_error(error)
            return
        self._ladder.say(f"Wrote {clean_line(path)}")
        self._pane.reveal(path, is_edited=is_edited)

    # -- delete and undo -----------------------------------------------------------------------

    def _delete(self) -> None:
        for entry in self._pane.marked_entries():
            token = self._ladder.workbench.skills.delete(entry.path)
            self._deleted.append((token, entry.name))
            self._pane.editing.forget(entry.path)
            self._ladder.say(f"Deleted {clean_line(entry.name)}; u brings it back", key="u")
        self._pane.skill_list.marked.clear()
        self._pane.shown()

    def _undo(self) -> None:
        token, name = self._deleted[-1]
        path = self._ladder.workbench.skills.restore(token)
        self._deleted.pop()
        self._ladder.say(f"{clean_line(name)} is back")
        self._pane.reveal(path)

    # -- trust ---------------------------------------------------------------------------------

    def show_trust(self) -> None:
        """Show what would be trusted, and ask."""
        waiting = self._pane.untrusted()
        title = f"trust {form.plural(len(waiting), 'file')} of this repository?"
        trust = Way("a", "trust this repository", self._trust)
        lines = trust_lines(waiting, self._ladder.look)
        self._ladder.push_screen(Review(title, lines, [trust], later="not now"))

    def _trust(self) -> None:
        self._ladder.workbench.skills.trust()
        self._ladder.say("This repository's skills are trusted; ladder skills distrust undoes it")
        self._pane.shown()


def trust_lines(waiting: Sequence[SkillEntry], look: Styles) -> list[TextLine]:
    """What trusting means, then every file that waits for it, by source, with its tools."""
    lines: list[TextLine] = [
        ("These files came with the repository. Trusted, agents do what they say with the tools "
         "they name, and its workflows may start the programs of their run steps.", look.plain),
    ]  # fmt: skip
    source = ""
    for entry in waiting:
        if entry.source != source:
            source = entry.source
            lines += [("", look.plain), (clean_line(source), look.heading)]
        tools = ", ".join(entry.skill.allowed_tools) if entry.skill is not None else ""
        name = f"{entry.kind:<8} {clean_line(entry.name):<26}"
        lines.append((f"  {name} {clean_line(tools) or 'names no tools'}", look.plain))
    return lines
