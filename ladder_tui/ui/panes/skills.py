"""Skills: the library by origin; beside it what a skill says, needs and is used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from ladder_tui.errors import LadderError
from ladder_tui.ui.actions import Action
from ladder_tui.ui.external_editor import open_in_editor
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.screens.choose import Choose, Way
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.markdown_view import MarkdownView
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.skill_lines import skill_lines
from ladder_tui.ui.widgets.skill_list import SkillList, SkillRow, skill_rows


class _Counts(Bar):
    """How many skills there are, match, and were never used."""

    def __init__(self, skill_list: SkillList) -> None:
        super().__init__()
        self._list = skill_list

    def draw(self, cells: int) -> Strip:
        look = self.ladder.look
        every, shown = len(self._list.skills), len(self._list.matching())
        unused = sum(not row.uses for row in self._list.skills.values() if row.skill is not None)
        text = f"{every} skills" if shown == every else f"{shown} of {every} skills"
        line = Line(self.ladder.glyphs.ellipsis).add(f"   {text}", look.heading)
        return line.add_right(f"never used {unused} ", look.muted).strip(cells)


class SkillsPane(Pane):
    """``enter`` reads the skill under the cursor; ``o`` goes to the workflow that uses it."""

    PANE_ID = "skills"

    def __init__(self) -> None:
        super().__init__()
        self.skill_list = SkillList()
        self.counts = _Counts(self.skill_list)
        self.list_area = FilteredArea(self.skill_list, self.counts, id="area-list")
        self.about = LineBlock(id="skill-about")
        self.body = MarkdownView(id="skill-body")
        self._used_in: dict[str, list[str]] = {}
        self._tokens: dict[str, int] = {}
        """By content hash."""

    def compose(self) -> ComposeResult:
        """List, and beside it facts over text."""
        yield self.list_area
        with Vertical(id="area-preview"):
            yield self.about
            yield self.body

    def on_mount(self) -> None:
        """Say what happens until the files are read."""
        self.set_class(self.ladder.glyphs.is_ascii, "-ascii")
        self.skill_list.empty_lines = ("Reading the skills.",)

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """List and preview."""
        return ("list", "preview")

    def focus_target(self, area: str) -> Widget | None:
        """The list, or the text of the skill."""
        return self.skill_list if area == "list" else self.body

    # -- reading -------------------------------------------------------------------------------

    def shown(self) -> None:
        """Read the folders again, in a thread: there may be hundreds."""
        ladder = self.ladder
        wanted = self.take_wanted()

        def work() -> None:
            workbench = ladder.workbench
            try:
                uses = workbench.skills.use_counts()
                rows = skill_rows(workbench.skills.list(), workbench.skills.problems(), uses)
                used_in: dict[str, list[str]] = {}
                for entry in workbench.workflows.list():
                    for name in entry.skills:
                        used_in.setdefault(name, []).append(entry.name)
            except LadderError as error:
                ladder.call_from_thread(ladder.say_error, error)
            else:
                ladder.call_from_thread(self._listed, rows, used_in, wanted)

        self.run_worker(work, thread=True, group="list", exit_on_error=False)

    def _listed(self, rows: Sequence[SkillRow], used_in: dict[str, list[str]], wanted: str) -> None:
        self.skill_list.empty_lines = (
            "No skill matches." if rows else "No skill here.",
            "esc clears the filter.",
            "ladder skills list",
        )
        self._used_in = used_in
        self.skill_list.show(rows)
        if wanted:
            self.skill_list.select_name(wanted)
        self.counts.refresh()
        self._show()

    # -- drawing -------------------------------------------------------------------------------

    def _show(self) -> None:
        row = self.skill_list.current
        self.about.show(partial(self._about_lines, row))
        self.body.show(row.skill.body if row is not None and row.skill is not None else "")
        if row is not None and row.skill is not None:
            self._count(row)
        self.ladder.context_changed()

    def _about_lines(self, row: SkillRow | None, cells: int) -> list[Line]:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        if row is None:
            return [Line().add(" enter folds and unfolds the group", look.muted)]
        tokens = self._tokens.get(row.skill.content_hash) if row.skill is not None else None
        return skill_lines(row, self._used_in.get(row.name, ()), tokens, cells, glyphs, look)

    def _count(self, row: SkillRow) -> None:
        """Count tokens in a thread: the first count loads the tokenizer."""
        skill, ladder = row.skill, self.ladder
        if skill is None or skill.content_hash in self._tokens:
            return

        def work() -> None:
            ladder.call_from_thread(self._counted, row, ladder.workbench.skills.tokens(skill))

        self.run_worker(work, thread=True, group="tokens", exit_on_error=False)

    def _counted(self, row: SkillRow, tokens: int) -> None:
        if row.skill is not None:
            self._tokens[row.skill.content_hash] = tokens
        if self.skill_list.current == row:
            self.about.show(partial(self._about_lines, row))

    # -- filter and actions --------------------------------------------------------------------

    @property
    def has_filter(self) -> bool:
        """True while the list is filtered."""
        return self.list_area.has_class("-filtering")

    def clear_filter(self) -> bool:
        """Clear the filter."""
        return self.list_area.clear()

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        return {
            "open": self._open,
            "filter": self.list_area.start,
            "sort": self._sort,
            "editor": self._edit,
            "copy": self._copy,
            "skills.workflow": self._go_to_workflow,
            "move.left": lambda: self.skill_list.fold(is_folded=True),
            "move.right": lambda: self.skill_list.fold(is_folded=False),
        }

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        row = self.skill_list.current
        if action_id in ("editor", "copy", "skills.workflow") and row is None:
            return "no skill is selected"
        if action_id == "skills.workflow" and row and not self._used_in.get(row.name):
            return f"no workflow uses {clean_line(row.name)}"
        return ""

    def label(self, action: Action) -> str:
        """``enter`` reads a skill and folds a group."""
        if action.id == "open":
            return "read" if self.skill_list.current is not None else "fold"
        return action.label

    def _open(self) -> None:
        if self.skill_list.current is not None:
            self.focus_area("preview")
        else:
            origin = (self.skill_list.cursor_id or "").removeprefix("origin ")
            self.skill_list.fold(is_folded=origin not in self.skill_list.folded)

    def _sort(self) -> None:
        self.skill_list.is_by_use = not self.skill_list.is_by_use
        self.skill_list.rearrange()
        self.ladder.say("Skills by use" if self.skill_list.is_by_use else "Skills by name")

    def _edit(self) -> None:
        row = self.skill_list.current
        if row is None:
            return
        file = self.ladder.workbench.skills.file(row.path)
        if file is None:
            self.ladder.say(f"{clean_line(row.path)} is not there any more", level="warning")
            return
        open_in_editor(self.ladder, file, row.problems[0].line if row.problems else 0)
        self.shown()

    def _copy(self) -> None:
        if (row := self.skill_list.current) is not None:
            self.ladder.copy_text(row.path, "path")

    def _go_to_workflow(self) -> None:
        row = self.skill_list.current
        names = self._used_in.get(row.name, []) if row is not None else []
        if len(names) == 1:
            self.ladder.go_to("workflows", names[0])
        elif names:
            ways = [
                Way(str(index), clean_line(name), partial(self.ladder.go_to, "workflows", name))
                for index, name in enumerate(names[:9], 1)
            ]
            self.app.push_screen(Choose("used in", [f"{len(names)} workflows use it."], ways))

    @on(FilteredArea.Changed)
    def _filter_changed(self, event: FilteredArea.Changed) -> None:
        self.skill_list.query_text = event.text
        self.skill_list.rearrange()
        self.counts.refresh()

    @on(RowView.Moved)
    def _moved(self) -> None:
        self._show()

    @on(RowView.Opened)
    def _opened(self) -> None:
        self.ladder.perform("open")
