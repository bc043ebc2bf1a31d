"""What the parts of the Skills pane need from the pane and from each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from textual.worker import Worker

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.skill_entry import SkillEntry, SkillSize
from ladder_tui.ui.panes.skills_draft import SkillDraft
from ladder_tui.ui.panes.skills_shelf import Shelf
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.skill_counts import SkillCounts
from ladder_tui.ui.widgets.skill_detail import SkillDetail
from ladder_tui.ui.widgets.skill_list import SkillList

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class Drafting(Protocol):
    """The drafts of the pane."""

    drafts: dict[str, SkillDraft]
    draft: SkillDraft | None
    skill: Skill | None
    found: Sequence[Problem]
    size: SkillSize | None

    def open(self, entry: SkillEntry) -> None:
        """Put a file into the editor."""

    def check_disk(self) -> None:
        """Compare the file in the editor with what is on disk."""

    def forget(self, path: str) -> None:
        """Drop a draft."""


class SkillDesk(Protocol):
    """The pane as its parts see it."""

    skill_list: SkillList
    list_area: FilteredArea
    counts: SkillCounts
    detail: SkillDetail
    shelf: Shelf
    area: str

    @property
    def ladder(self) -> Host:
        """The application."""

    @property
    def is_on_screen(self) -> bool:
        """True while the pane is visible."""

    @property
    def is_filter_focused(self) -> bool:
        """True while the focused text is the filter."""

    @property
    def editing(self) -> Drafting:
        """The drafts."""

    @property
    def entry(self) -> SkillEntry | None:
        """The file under the cursor."""

    @property
    def current_area(self) -> str:
        """The area with the focus."""

    def focus_area(self, area: str) -> None:
        """Give an area the focus."""

    def show_areas(self) -> None:
        """Show and hide areas."""

    def shown(self) -> None:
        """Read the library again."""

    def reveal(self, path: str, *, is_edited: bool = False) -> None:
        """Read again and put the cursor on a file."""

    def step_tab(self, delta: int) -> None:
        """Go to the next or previous tab."""

    def show_tab(self, tab: str) -> None:
        """Go to a tab."""

    def start_editing(self, line: int = 0) -> None:
        """Go to the editor."""

    def editor_ready(self) -> None:
        """The file is in the editor."""

    def filter_changed(self) -> None:
        """Text, facets or order changed."""

    def draw(self) -> None:
        """Draw the detail."""

    def draw_edit(self) -> None:
        """Draw what depends on the draft."""

    def marked_entries(self) -> list[SkillEntry]:
        """The marked files, else the one under the cursor."""

    def untrusted(self) -> list[SkillEntry]:
        """Files that wait for trust."""

    def name_of(self, path: str) -> str:
        """Name of the skill in a file."""

    def problems_of(self, path: str) -> Sequence[Problem]:
        """Problems of a file as it is on disk."""

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something later."""

    def in_thread(
        self, work: Callable[[], None], group: str, *, is_exclusive: bool = False
    ) -> Worker[Any]:
        """Do something that may take a moment."""
