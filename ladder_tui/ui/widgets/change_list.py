"""The changes of a run's editing agents: what each touched, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style

from ladder_tui.domain.change import AgentChange
from ladder_tui.domain.ids import AgentId
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Column
from ladder_tui.ui.widgets.table_rows import TableRows

COLUMNS: tuple[Column, ...] = (
    Column("agent", "agent", 0, min_width=12),
    Column("state", "state", 11),
    Column("files", "files", 5, is_right=True, drop=1),
    Column("added", "+", 5, is_right=True),
    Column("removed", "-", 5, is_right=True),
    Column("conflicts", "conflicts", 9, is_right=True, drop=2),
)


class ChangeList(TableRows, inherit_bindings=False):
    """One row for each agent that changed something; those that wait for a decision first."""

    def __init__(self) -> None:
        super().__init__(id="change-list")
        self.changes: dict[str, AgentChange] = {}
        self.empty_lines = (
            "No agent of this run changed a file.",
            "esc goes back.",
            "ladder run WORKFLOW with a skill that has Edit",
        )

    @property
    def current(self) -> AgentChange | None:
        """The change under the cursor."""
        return self.changes.get(self.cursor_id) if self.cursor_id is not None else None

    def chosen(self) -> list[AgentId]:
        """What an action acts on: the marked changes, else the one under the cursor."""
        return [AgentId(row_id) for row_id in self.action_rows()]

    def show(self, changes: Sequence[AgentChange]) -> None:
        """Show these: what waits for a decision first, what changed nothing last, by name."""
        ranked = sorted(changes, key=_rank)
        self.changes = {change.agent_id: change for change in ranked}
        self.set_rows(list(self.changes))

    @property
    def columns(self) -> Sequence[Column]:
        """Always the same."""
        return COLUMNS

    def cell(self, row_id: str, column: str) -> tuple[str, Style]:
        """One change."""
        return _cell(column, self.changes[row_id], self.ladder.glyphs, self.ladder.look)


def _rank(change: AgentChange) -> tuple[bool, bool, str]:
    return not change.files, change.decision is not None, change.name


def change_state(change: AgentChange, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """What became of a change, in a word with its glyph."""
    match change.decision:
        case "accepted":
            return f"{glyphs.done} accepted", look.success
        case "rejected":
            return f"{glyphs.cancelled} rejected", look.muted
        case "left":
            return f"{glyphs.paused} a branch", look.muted
        case None if not change.files:
            return f"{glyphs.queued} no change", look.muted
        case None:
            return f"{glyphs.queued} open", look.plain


def _cell(column: str, change: AgentChange, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    if column == "agent":
        return clean_line(change.name), look.strong
    if column == "state":
        return change_state(change, glyphs, look)
    if column == "files":
        return str(len(change.files)), look.plain
    if column == "added":
        return f"+{change.added}", look.success if change.added else look.muted
    if column == "removed":
        return f"-{change.removed}", look.error if change.removed else look.muted
    paths = {path for conflict in change.conflicts for path in conflict.paths}
    return (str(len(paths)), look.warning) if paths else ("", look.muted)
