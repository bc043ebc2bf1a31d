"""Everything about one skill, in tabs: to read, to edit, to compare, its uses, its problems."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ladder_tui.ui.widgets.detail_tabs import DetailTabs
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.markdown_view import MarkdownView
from ladder_tui.ui.widgets.problem_list import ProblemList
from ladder_tui.ui.widgets.skill_editor import SkillEditor
from ladder_tui.ui.widgets.skill_uses import UseList
from ladder_tui.ui.widgets.skill_versions import VersionList
from ladder_tui.ui.widgets.text_view import TextView

AREAS: dict[str, tuple[str, ...]] = {
    "preview": ("preview",),
    "edit": ("editor", "problems"),
    "diff": ("versions", "diff"),
    "uses": ("uses",),
    "lint": ("problems",),
}
"""The areas of each tab."""
LANDING = {"edit": "problems"}
"""Where the keys act after a step to a tab, if not in its first area: none is typed by accident."""


class SkillDetail(Vertical):
    """Facts over tabs over what the tab shows."""

    DEFAULT_CSS = """
    SkillDetail ProblemList { height: 2; max-height: 30%; }
    SkillDetail.-lint ProblemList { height: 1fr; max-height: 100%; }
    SkillDetail VersionList { height: 4; max-height: 40%; }
    SkillDetail SkillEditor { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="skills-right")
        self.about = LineBlock(id="skill-about")
        self.tabs = DetailTabs(*AREAS)
        self.preview = MarkdownView(id="area-preview")
        self.editor = SkillEditor(id="area-editor")
        self.key_help = LineBlock(id="skill-key-help")
        self.status = LineBlock(id="skill-status")
        self.problems = ProblemList()
        self.listing = LineBlock(id="skill-listing")
        self.versions = VersionList()
        self.diff = TextView(id="area-diff")
        self.uses = UseList()

    def compose(self) -> ComposeResult:
        """All of it; each tab shows a part."""
        yield from (self.about, self.tabs, self.preview, self.editor, self.key_help, self.status)
        yield from (self.listing, self.problems, self.versions, self.diff, self.uses)

    @property
    def tab(self) -> str:
        """Name of the current tab."""
        return self.tabs.current

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas of the current tab."""
        return AREAS[self.tab]

    @property
    def landing(self) -> str:
        """The area in which the keys act after a step to the tab."""
        return LANDING.get(self.tab, self.areas[0])

    def area_widget(self, area: str) -> Widget | None:
        """The widget of an area."""
        widgets: dict[str, Widget] = {
            "preview": self.preview,
            "editor": self.editor,
            "problems": self.problems,
            "versions": self.versions,
            "diff": self.diff,
            "uses": self.uses,
        }
        return widgets.get(area)

    def show_areas(self, visible: Collection[str]) -> None:
        """Show these areas of the current tab and hide everything else."""
        for area in ("preview", "editor", "problems", "versions", "diff", "uses"):
            widget = self.area_widget(area)
            if widget is not None:
                widget.display = area in visible and area in self.areas
        is_editing = self.tab == "edit" and "editor" in visible
        self.key_help.display = self.status.display = is_editing
        self.listing.display = self.tab == "lint"
        self.set_class(self.tab == "lint", "-lint")

    def fit(self) -> None:
        """Give lists the height of their rows; the style sheet limits it."""
        if self.tab == "edit":
            self.problems.styles.height = max(2, len(self.problems.row_ids))
        else:
            self.problems.styles.height = None
        self.versions.styles.height = max(4, len(self.versions.row_ids) + 1)
