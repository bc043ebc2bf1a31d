"""Follows a run until it ends, for every command that does: one loop, several ways to show it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from ladder_tui.cli.display import Display
from ladder_tui.cli.front import Front
from ladder_tui.cli.interrupt import Interrupt
from ladder_tui.domain.event import (
    AgentFinished,
    AgentStarted,
    Event,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunResumed,
)
from ladder_tui.domain.ids import AgentId, QuestionId, RunId
from ladder_tui.domain.question import Question
from ladder_tui.errors import LadderError, UsageError

POLL_S = 0.05
LIVE_CHECK_S = 0.5
STOP_WAIT_S = 2.0
"""How long a cancelled run may take to end before this process leaves it to its runner."""
START_WAIT_S = 12.0
"""How long a runner may take until its first event."""
COMPLAINT_WAIT_S = 2.0
"""The same for a runner that wrote something to its log: it says there why it cannot start."""
_BATCH = 1000


Asker = Callable[[RunId, Question, Interrupt], bool]
"""Asks the person at this terminal; False where they did not want to answer now."""


class Outcome(msgspec.Struct, frozen=True):
    """How following a run ended."""

    finished: RunFinished | None
    """The end of the run; None where it was left before, or broke off."""
    is_left: bool = False
    """True when the follower was asked to stop and did not see the end of the run."""
    waiting: tuple[Question, ...] = ()
    """Questions over which the run was left, since nobody could be asked here."""


class Follower:
    """Reads the journal of one run in order and hands it to a display."""

    def __init__(
        self,
        front: Front,
        run_id: RunId,
        display: Display,
        interrupt: Interrupt,
        *,
        owns_run: bool,
        after_id: int = 0,
        asker: Asker | None = None,
    ) -> None:
        self._runs = front.wb.runs
        self._run_id = run_id
        self._log = front.wb.project.log_path(run_id)
        self._log_size = _size(self._log)
        self._display = display
        self._interrupt = interrupt
        self._owns_run = owns_run
        self._last_id = after_id
        self._has_seen = False
        self._finished: RunFinished | None = None
        self._started = time.monotonic()
        self._checked = 0.0
        self._stop_by: float | None = None
        self._asker = asker
        self._waiting: dict[QuestionId, Question] = {}
        self._refused: set[QuestionId] = set()
        """Questions that the person here did not want to answer."""
        self._agents_at_work: set[AgentId] = set()

    def follow(self) -> Outcome:
        """Follow until the run ends, breaks off, or this process is asked to stop.

        Whoever owns the run cancels it when asked to stop, and waits for its end a little.
        """
        try:
            return self._follow()
        finally:
            self._display.close()

    def _follow(self) -> Outcome:
        while True:
            is_idle = not self._read()
            self._display.tick()
            if is_idle and (self._finished is not None or self._is_gone()):
                return Outcome(self._finished)
            if self._interrupt.is_asked and self._has_to_leave():
                return Outcome(None, is_left=True)
            if is_idle and self._waiting and not self._interrupt.is_asked:
                left = self._ask()
                if left is not None:
                    return left
            if is_idle:
                time.sleep(POLL_S)

    def _ask(self) -> Outcome | None:
        """Put what waits to the person here; leave the run where there is none to ask."""
        question = next(
            (q for q in self._waiting.values() if q.question_id not in self._refused), None
        )
        if question is not None and self._asker is not None:
            self._display.pause()
            try:
                if not self._asker(self._run_id, question, self._interrupt):
                    self._refused.add(question.question_id)
                else:
                    self._waiting.pop(question.question_id, None)
                    # A parked run starts again with the answer: its runner takes a moment.
                    self._has_seen, self._started = False, time.monotonic()
            finally:
                self._display.go_on()
            return None
        asking = {question.agent_id for question in self._waiting.values()}
        if not self._owns_run or self._agents_at_work - asking:
            return None
        return Outcome(None, is_left=True, waiting=tuple(self._waiting.values()))

    def _read(self) -> bool:
        records = self._runs.events(self._run_id, self._last_id, _BATCH)
        for record in records:
            self._last_id = record.id
            self._has_seen = True
            if isinstance(record.event, RunFinished):
                self._finished = record.event
            elif isinstance(record.event, RunResumed):
                self._finished = None
            self._note(record.event)
            self._display.record(record)
        return bool(records)

    def _note(self, event: Event) -> None:
        match event:
            case QuestionAsked(question=question):
                self._waiting[question.question_id] = question
            case QuestionAnswered(question_id=question_id):
                self._waiting.pop(question_id, None)
                self._refused.discard(question_id)
            case AgentStarted(agent_id=agent_id):
                self._agents_at_work.add(agent_id)
            case AgentFinished(agent_id=agent_id):
                self._agents_at_work.discard(agent_id)
            case RunFinished() | RunResumed():
                self._waiting.clear()
                self._agents_at_work.clear()
            case _:
                pass

    def _is_gone(self) -> bool:
        """Whether the run has no runner and nothing more will come."""
        now = time.monotonic()
        if now - self._checked < LIVE_CHECK_S:
            return False
        self._checked = now
        summary = self._runs.get(self._run_id)
        if summary.is_alive:
            return False
        if self._owns_run and not self._has_seen:  # its runner may not have taken it yet
            has_complained = _size(self._log) > self._log_size
            return now - self._started > (COMPLAINT_WAIT_S if has_complained else START_WAIT_S)
        if summary.state == "queued":
            return False
        # It may have written its last events after they were read and before it was found gone.
        return not self._read()

    def _has_to_leave(self) -> bool:
        if not self._owns_run:
            return True
        if self._stop_by is None:
            self._stop_by = time.monotonic() + STOP_WAIT_S
            self._display.say("stopping the run …")
            try:
                self._runs.cancel(self._run_id)
            except UsageError:
                return False  # it has ended by itself: its last events are about to be read
            finally:
                self._interrupt.is_taken = True
        return time.monotonic() > self._stop_by


def broken_off(front: Front, run_id: RunId, reason: str) -> LadderError:
    """The error for a run that stopped without an end; ``reason`` may be empty."""
    summary = front.wb.runs.get(run_id)
    log = front.wb.project.log_path(run_id)
    state = "broke off" if summary.started_at is not None else "did not start"
    return LadderError(
        f"run #{summary.number} {state}; what it finished is kept",
        why=f"{reason or _last_line(log) or 'its runner is gone'} (log: {log})",
        next_step=f"ladder runs resume {summary.number}",
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""
