"""What the actions do in the Skills pane besides editing and changing the library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from ladder_tui.domain.ids import RunId
from ladder_tui.errors import LadderError
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.skills_desk import SkillDesk
from ladder_tui.ui.panes.skills_facets import choose_facet, facets
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.choose import Choose, Way
from ladder_tui.ui.screens.facets import Facets
from ladder_tui.ui.screens.review import Review
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.skill_listing import TARGETS, all_listings

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

_NEED_SKILL = frozenset(
    {"edit", "editor", "copy", "copy.as", "skills.workflow", "skills.diff", "skills.preview",
     "skills.lint"}
)  # fmt: skip


class SkillCommands:
    """Looking: opening, folding, sorting, filtering, going elsewhere, copying."""

    def __init__(self, pane: SkillDesk) -> None:
        self._pane = pane

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        pane, skill_list = self._pane, self._pane.skill_list
        handlers: dict[str, Handler] = {
            "open": self._open,
            "filter": self._filter,
            "facet": self._facet,
            "sort": self._sort,
            "copy": self._copy,
            "copy.as": self._copy_as,
            "wrap": pane.detail.diff.toggle_wrap,
            "tab.next": lambda: pane.step_tab(1),
            "tab.previous": lambda: pane.step_tab(-1),
            "skills.workflow": self._go_to_workflow,
            "skills.diff": lambda: pane.show_tab("diff"),
            "skills.preview": lambda: pane.show_tab("preview"),
            "skills.lint": lambda: pane.show_tab("lint"),
            "skills.budget": self._budget,
        }
        if pane.current_area == "list":
            handlers["move.left"] = lambda: skill_list.fold(is_folded=True)
            handlers["move.right"] = lambda: skill_list.fold(is_folded=False)
        return handlers

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        pane = self._pane
        entry = pane.entry
        if entry is None:
            if action_id in _NEED_SKILL:
                return "no skill is selected"
            if action_id == "open" and pane.skill_list.group is None:
                return "there is no skill"
        elif action_id == "skills.workflow" and not pane.shelf.used_in.get(entry.name):
            return f"no workflow uses {clean_line(entry.name)}"
        if action_id == "facet" and not pane.shelf.rows:
            return "there is no skill to choose from"
        if action_id == "wrap" and pane.current_area != "diff":
            return "only the diff has lines to wrap"
        if action_id == "save":
            draft = pane.editing.draft
            if draft is None or not draft.is_unsaved:
                return "nothing has changed"
        return ""

    def label(self, action: Action) -> str:
        """``enter`` says what it opens."""
        pane = self._pane
        if action.id == "filter" and pane.current_area == "editor":
            return "find"
        if action.id != "open":
            return action.label
        if pane.current_area == "list":
            group = pane.skill_list.group
            if group is None:
                return "read"
            return "trust" if group.untrusted and not group.depth else "fold"
        return {"editor": "open", "problems": "go there", "uses": "go there",
                "preview": "edit"}.get(pane.current_area, "open")  # fmt: skip

    # -- opening -------------------------------------------------------------------------------

    def _open(self) -> None:
        pane = self._pane
        area = pane.current_area
        if area == "list":
            self._open_row()
        elif area == "uses":
            self._open_use()
        elif area == "versions":
            pane.focus_area("diff")
        elif area in ("problems", "preview"):
            problem = pane.detail.problems.current if area == "problems" else None
            pane.start_editing(problem.line if problem is not None else 0)

    def _open_row(self) -> None:
        pane = self._pane
        group = pane.skill_list.group
        if group is None:
            if pane.entry is not None:
                pane.focus_area(pane.detail.landing)
        elif group.untrusted and not group.depth:
            self._ladder.perform("skills.trust")
        else:
            pane.skill_list.toggle()

    def _open_use(self) -> None:
        use = self._pane.detail.uses.current
        if use is None or not use.pane:
            return
        if use.pane == "runs":
            self._ladder.open_run(RunId(use.item))
        elif use.pane == "skills":
            self._pane.reveal(self._pane.skill_list.path_of(use.item))
        else:
            self._ladder.go_to(use.pane, use.item)

    def _go_to_workflow(self) -> None:
        entry = self._pane.entry
        names = self._pane.shelf.used_in.get(entry.name, ()) if entry is not None else ()
        if len(names) == 1:
            self._ladder.go_to("workflows", names[0])
        elif names:
            ways = [
                Way(str(index), clean_line(name), partial(self._ladder.go_to, "workflows", name))
                for index, name in enumerate(names[:9], 1)
            ]
            self._ladder.push_screen(Choose("used in", [f"{len(names)} workflows use it."], ways))

    # -- finding -------------------------------------------------------------------------------

    def _filter(self) -> None:
        pane = self._pane
        if pane.current_area == "editor":
            self._find()
            return
        pane.area = "list"
        pane.show_areas()
        pane.list_area.start()

    def _find(self) -> None:
        """Search in the editor."""
        self._ladder.push_screen(Ask("find", [], "text", self._find_text))

    def _find_text(self, text: str) -> None:
        if not self._pane.detail.editor.find_next(text):
            self._ladder.say(f"Nowhere in the text: {clean_line(text)}", level="warning")

    def _facet(self) -> None:
        pane = self._pane
        wanted = pane.skill_list.filter

        def choose(facet_id: str) -> None:
            choose_facet(wanted, facet_id)
            pane.filter_changed()

        self._ladder.push_screen(
            Facets(lambda: facets(list(pane.shelf.rows.values()), wanted), choose)
        )

    def _sort(self) -> None:
        order = self._pane.skill_list.filter.next_order()
        self._pane.filter_changed()
        self._ladder.say(f"Skills by {order}")

    # -- copying, budgets ----------------------------------------------------------------------

    def _copy(self) -> None:
        if (entry := self._pane.entry) is not None:
            self._ladder.copy_text(entry.path, "path")

    def _copy_as(self) -> None:
        entry = self._pane.entry
        if entry is None:
            return
        try:
            text = self._ladder.workbench.skills.read(entry.path)[0]
        except LadderError as error:
            self._ladder.say_error(error)
        else:
            self._ladder.copy_text(text, "text of the file")

    def _budget(self) -> None:
        ladder = self._ladder

        def work() -> None:
            budgets = [ladder.workbench.skills.listing(target) for target in TARGETS]
            lines = all_listings(budgets, ladder.glyphs, ladder.look)
            sheet = Review("what listings of skills keep", lines, [], later="closes")
            ladder.call_from_thread(ladder.push_screen, sheet)

        self._pane.in_thread(work, "budget")
