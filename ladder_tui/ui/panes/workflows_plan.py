"""The preflight of the launch form: asked for in a thread, a moment after the last change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ladder_tui.domain.ids import RunId
from ladder_tui.errors import InvalidFileError, LadderError
from ladder_tui.ui.panes.pane import Pane
from ladder_tui.ui.widgets.preflight_lines import PlanState
from ladder_tui.workbench.workflow import WorkflowEntry

if TYPE_CHECKING:
    from ladder_tui.workbench.option import Preflight

DEBOUNCE_S = 0.2
SPINNER_S = 0.1


class Planner:
    """Keeps one ``PlanState`` up to date. Answers for older values are thrown away."""

    def __init__(self, pane: Pane, changed: Callable[[], None]) -> None:
        self._pane = pane
        self._changed = changed
        self._asked = 0
        self._asked_at = 0.0
        self._entry: WorkflowEntry | None = None
        self._values: dict[str, Any] = {}
        self._when_ready: Callable[[], None] | None = None
        self.state = PlanState()

    @property
    def values(self) -> dict[str, Any]:
        """The values that the state speaks of."""
        return self._values

    def plan(self, entry: WorkflowEntry | None, values: dict[str, Any], *, wait: bool) -> None:
        """Plan a run with these values; ``wait`` for further changes first."""
        is_same = entry is not None and self._entry is not None and entry.name == self._entry.name
        self._entry, self._values = entry, values
        self._asked += 1
        self._when_ready = None
        usd = self._pane.ladder.workbench.config.confirm_usd
        state = PlanState(plan=self.state.plan if is_same else None, confirm_usd=usd)
        if entry is None:
            self._set(PlanState())
        elif entry.workflow is None:
            errors = tuple(p for p in entry.problems if p.level == "error")
            self._set(replace(state, plan=None, problems=errors))
        elif problems := self._pane.ladder.workbench.workflows.check(entry.workflow, values):
            self._set(replace(state, problems=tuple(problems)))
        else:
            self._set(replace(state, is_pending=True))
            asked = self._asked
            if wait:
                self._pane.set_timer(DEBOUNCE_S, lambda: self._ask(asked))
            else:
                self._ask(asked)

    def when_ready(self, then: Callable[[], None]) -> None:
        """Call ``then`` when the preflight under way is there, unless the values change."""
        self._when_ready = then

    def tick(self) -> None:
        """Turn the spinner."""
        if self.state.is_pending and self._asked_at:
            waited = time.monotonic() - self._asked_at
            if waited >= SPINNER_S:
                self._set(replace(self.state, waited_s=waited))

    def _ask(self, asked: int) -> None:
        entry = self._entry
        if asked != self._asked or entry is None:
            return
        self._asked_at = time.monotonic()
        ladder, values = self._pane.ladder, dict(self._values)

        def work() -> None:
            try:
                answer: Preflight | LadderError = ladder.workbench.runs.preflight(
                    entry.name, values
                )
            except LadderError as error:
                answer = error
            ladder.call_from_thread(self._answer, asked, answer)

        self._pane.run_worker(work, thread=True, group="preflight", exit_on_error=False)

    def _answer(self, asked: int, answer: Preflight | LadderError) -> None:
        if asked != self._asked:
            return
        self._asked_at = 0.0
        usd = self.state.confirm_usd
        if isinstance(answer, InvalidFileError):
            self._set(PlanState(problems=answer.problems, confirm_usd=usd))
        elif isinstance(answer, LadderError):
            self._set(PlanState(error=answer, confirm_usd=usd))
        else:
            self._set(PlanState(plan=answer, problems=answer.problems, confirm_usd=usd))
        then, self._when_ready = self._when_ready, None
        if then is not None:
            then()

    def start(self, done: Callable[[RunId], None]) -> None:
        """Start the planned run; its tree is hashed first, so it happens in a thread."""
        entry, plan, ladder = self._entry, self.state.plan, self._pane.ladder
        if entry is None or plan is None:
            return
        self._set(replace(self.state, is_starting=True))
        values = dict(self._values)

        def work() -> None:
            try:
                run_id = ladder.workbench.runs.start(entry.name, values, preflight=plan)
            except LadderError as error:
                ladder.call_from_thread(self._failed, error)
            else:
                ladder.call_from_thread(self._started, run_id, done)

        self._pane.run_worker(work, thread=True, group="start", exit_on_error=False)

    def _failed(self, error: LadderError) -> None:
        self._set(replace(self.state, is_starting=False))
        self._pane.ladder.say_error(error)

    def _started(self, run_id: RunId, done: Callable[[RunId], None]) -> None:
        self._set(replace(self.state, is_starting=False))
        done(run_id)

    def _set(self, state: PlanState) -> None:
        if state != self.state:
            self.state = state
            self._changed()
