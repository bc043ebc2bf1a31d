"""Commands and signals: how a run that is under way is steered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ladder_tui.domain.command import CancelAgent, CancelRun, Command, Continue, Pause
from ladder_tui.domain.event import CommandApplied, Event, RunContinued, RunPaused
from ladder_tui.domain.ids import AgentId

PARK_AFTER_S = 600.0
"""A paused run ends its process after this long and waits to be resumed."""


class Control:
    """Applies commands to the running engine."""

    def __init__(self, emit: Callable[[Event], None], clock: Callable[[], float]) -> None:
        self._emit = emit
        self._clock = clock
        self.gate = asyncio.Event()
        self.gate.set()
        self.cancelled_agents: set[AgentId] = set()
        self.end_reason = ""
        """Why the system ended this runner; empty while it goes on or was stopped by a person."""
        self._cancels: dict[AgentId, Callable[[], object]] = {}
        self._run: asyncio.Task[object] | None = None
        self._paused_at: float | None = None

    def watch_run(self, task: asyncio.Task[object]) -> None:
        """The task to cancel when the run is stopped."""
        self._run = task

    def watch_agent(self, agent_id: AgentId, cancel: Callable[[], object]) -> None:
        """How to cancel one agent."""
        self._cancels[agent_id] = cancel

    def apply(self, command_id: int, command: Command) -> None:
        """Apply one command and acknowledge it."""
        outcome = "applied"
        match command:
            case Pause():
                self._pause()
            case Continue():
                self._continue()
            case CancelRun():
                self._stop()
            case CancelAgent(agent_id=agent_id):
                self.cancelled_agents.add(agent_id)
                cancel = self._cancels.get(agent_id)
                if cancel is not None:
                    cancel()
        self._emit(CommandApplied(command_id, str(type(command).__struct_config__.tag), outcome))

    def end(self, reason: str) -> None:
        """End the process without ending the run: it stays resumable."""
        if not self.end_reason:
            self.end_reason = reason
        self._stop()

    def check_parked(self) -> None:
        """End a runner that has been paused for long."""
        if self._paused_at is not None and self._clock() - self._paused_at > PARK_AFTER_S:
            self.end(f"parked after {PARK_AFTER_S / 60:.0f} minutes of pause")

    def _pause(self) -> None:
        if self.gate.is_set():
            self.gate.clear()
            self._paused_at = self._clock()
            self._emit(RunPaused("asked for"))

    def _continue(self) -> None:
        if not self.gate.is_set():
            self._paused_at = None
            self.gate.set()
            self._emit(RunContinued())

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel()
