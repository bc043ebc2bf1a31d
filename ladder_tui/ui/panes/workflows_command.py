"""What the actions do in the Workflows pane, and why they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.ui.actions import Action
from ladder_tui.ui.external_editor import open_in_editor
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.workflows_desk import WorkflowsDesk
from ladder_tui.ui.panes.workflows_edit import WorkflowEditing
from ladder_tui.ui.panes.workflows_launch import Launcher
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.confirm import Confirm
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.launch_form import StartRow
from ladder_tui.ui.widgets.step_words import bare

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

_NEED_ENTRY = frozenset({"edit", "editor", "copy", "workflows.inputs"})


class WorkflowCommands:
    """Commands act on the workflow under the cursor, some on the step under the other cursor."""

    def __init__(self, pane: WorkflowsDesk, launcher: Launcher, editing: WorkflowEditing) -> None:
        self._pane = pane
        self._launcher = launcher
        self._editing = editing

    @property
    def _ladder(self) -> Host:
        return self._pane.ladder

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        pane = self._pane
        handlers: dict[str, Handler] = {
            "open": self._open,
            "workflows.start": self._launcher.start,
            "workflows.inputs": self._inputs,
            "workflows.skill": self._skill,
            "tab.next": lambda: self._step_tab(1),
            "tab.previous": lambda: self._step_tab(-1),
            "create": self._create,
            "edit": self.edit,
            "editor": self._external,
            "save": self._editing.save,
            "filter": self._find,
            "sort": self._sort,
            "copy": self._copy,
            "wrap": pane.detail.reading.toggle_wrap,
        }
        if pane.current_area == "detail":
            handlers["move.right"] = lambda: self._sideways(1)
            handlers["move.left"] = lambda: self._sideways(-1)
        return handlers

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        pane = self._pane
        if action_id in _NEED_ENTRY and pane.entry is None:
            return "there is no workflow"
        if action_id == "workflows.start" or (action_id == "open" and self._is_starting):
            return self._launcher.why_not()
        if action_id == "open":
            return self._why_not_open()
        if action_id == "workflows.skill" and not self._skill_name():
            return "the cursor is on no step with a skill"
        if action_id == "save":
            draft = self._editing.draft
            return "" if draft is not None and draft.is_unsaved else "nothing has changed"
        return ""

    def _why_not_open(self) -> str:
        detail, area = self._pane.detail, self._pane.current_area
        if area == "problems" or detail.tab == "problems":
            return ""
        if detail.tab in ("start", "graph") and detail.graph.can_fold:
            return ""
        return "there is nothing to open or fold here"

    def label(self, action: Action) -> str:
        """``enter`` starts in the list, and space changes a choice."""
        pane = self._pane
        names = {"editor": "$EDITOR", "edit": "edit"}
        if self._is_starting:
            names["open"] = "start"
        elif pane.current_area == "problems":
            names["open"] = "go there"
        elif pane.detail.tab in ("start", "graph"):
            names["open"] = "fold"
        elif pane.detail.tab == "problems":
            names["open"] = "edit"
        if pane.current_area == "detail" and pane.detail.tab == "start":
            names["mark"] = "change"
        return names.get(action.id, action.label)

    # -- opening -------------------------------------------------------------------------------

    @property
    def _is_starting(self) -> bool:
        """True where ``enter`` starts the run."""
        pane = self._pane
        return pane.current_area == "list" or isinstance(self._ladder.main_focus, StartRow)

    def _open(self) -> None:
        pane = self._pane
        if self._is_starting:
            self._launcher.start()
        elif pane.current_area == "problems":
            problem = pane.detail.lint.current
            if problem is not None and problem.line:
                pane.detail.make_editor().go_to_line(problem.line)
            pane.focus_area("detail")
        elif pane.detail.tab in ("start", "graph"):
            pane.detail.graph.toggle_fold()
        elif pane.detail.tab == "problems":
            self.edit()

    def _inputs(self) -> None:
        self._pane.detail.tabs.choose("start")
        self._pane.detail.show_tab()
        self._pane.focus_area("detail")

    def _step_tab(self, delta: int) -> None:
        self._pane.detail.tabs.step(delta)

    def _sideways(self, delta: int) -> None:
        """In a choice the next value, in the drawing fold and unfold."""
        pane = self._pane
        step = getattr(self._ladder.main_focus, "step", None)
        if callable(step):
            step(delta)
        elif self._ladder.main_focus is pane.detail.graph:
            pane.detail.graph.toggle_fold(is_open=delta > 0)

    def _skill_name(self) -> str:
        """The skill of the step under the cursor, where the file says which one."""
        if self._pane.detail.tab not in ("start", "graph"):
            return ""
        step = self._step_at(self._pane.detail.graph.step_path)
        name = bare(step.skill) if step is not None and step.skill else ""
        return "" if "." in name else name

    def _step_at(self, path: str) -> Step | None:
        entry = self._pane.entry
        workflow: Workflow | None = entry.workflow if entry is not None else None
        found: Step | None = None
        for part in path.split("/"):
            if workflow is None:
                return None
            found = next((step for step in workflow.steps if step.id == part), None)
            name = found.workflow if found is not None else None
            workflow = self._pane.workflow_list.usable.get(name or "")
        return found

    def _skill(self) -> None:
        self._ladder.go_to("skills", self._skill_name())

    # -- files ---------------------------------------------------------------------------------

    def edit(self) -> None:
        """Edit the file here; one that ships is copied into the repository first."""
        pane, entry = self._pane, self._pane.entry
        if entry is None:
            return
        if entry.origin == "shipped":
            lines = [
                f"{clean_line(entry.name)} ships with Ladder and stays as it is.",
                "A copy in .ladder/workflows takes its place in this repository.",
            ]
            pane.ladder.push_screen(
                Confirm("make it your own?", lines, "copy and edit", self._adopt)
            )
            return
        self._to_editor()
        line = entry.problems[0].line if entry.problems else 0
        if line and self._editing.draft is not None and not self._editing.draft.is_unsaved:
            pane.detail.make_editor().go_to_line(line)

    def _to_editor(self) -> None:
        pane = self._pane
        pane.detail.tabs.choose("edit")
        pane.detail.show_tab()
        pane.draw_tab()
        pane.focus_area("detail")

    def _adopt(self) -> None:
        entry = self._pane.entry
        if entry is not None:
            self._ladder.attempt(lambda: self._write(entry.name, entry.name))

    def _create(self) -> None:
        lines = ["Its name in lower-case letters, digits and hyphens; the file is called like it."]

        def named(name: str) -> None:
            self._ladder.attempt(lambda: self._write(name))

        self._pane.ladder.push_screen(Ask("new workflow", lines, "release-notes", named))

    def _write(self, name: str, source: str = "") -> None:
        """Write a starter or a copy, and edit it."""
        path = self._ladder.workbench.workflows.new(name, source)
        self._pane.wanted = name
        self._pane.shown()
        self._ladder.say(f"Wrote {clean_line(path.name)}")
        self._to_editor()

    def _external(self) -> None:
        pane, entry = self._pane, self._pane.entry
        if entry is None or entry.file is None:
            return
        self._editing.save()
        line = entry.problems[0].line if entry.problems else 0
        open_in_editor(pane.ladder, entry.file, line)
        pane.shown()

    # -- finding -------------------------------------------------------------------------------

    def _find(self) -> None:
        pane = self._pane
        if pane.current_area != "list" and pane.detail.tab == "edit":
            pane.ladder.push_screen(Ask("find", [], "text", self._find_text))
        else:
            pane.area = "list"  # and no focus_area: it would take the focus a moment later
            pane.show_areas()
            pane.list_area.start()

    def _find_text(self, text: str) -> None:
        if not self._pane.detail.make_editor().find_next(text):
            self._ladder.say(f"Nowhere in the text: {clean_line(text)}", level="warning")

    def _sort(self) -> None:
        self._ladder.say(f"Workflows by {self._pane.workflow_list.next_sort()}")

    def _copy(self) -> None:
        pane, entry = self._pane, self._pane.entry
        if entry is None:
            return
        if pane.current_area == "detail" and pane.detail.tab == "graph":
            self._ladder.copy_text(pane.detail.graph.drawn, "drawing")
        else:
            self._ladder.copy_text(f"ladder run {entry.name}", "command")
