"""Steering a run at work, and its agents: pause, stop, say something, change limits."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod

from ladder_tui.domain.command import (
    CancelAgent,
    CancelRun,
    Command,
    Continue,
    ContinueAgent,
    Interject,
    Pause,
    PauseAgent,
    RetryAgent,
)
from ladder_tui.domain.ids import AgentId, CommandId, RunId
from ladder_tui.domain.run import RunLimits, RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.gates.printable import UNPRINTABLE
from ladder_tui.store.database import Database
from ladder_tui.workbench.limit import change_limits
from ladder_tui.workbench.send import send_to

WORDS_LIMIT = 4_000
"""Characters that can be said to an agent at once."""


def checked_words(text: str) -> str:
    """What is said to an agent: its lines without control characters.

    Raises UsageError for a text that is empty or too long.
    """
    lines = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    words = "\n".join(UNPRINTABLE.sub(" ", line).rstrip() for line in lines).strip()
    if not words:
        raise UsageError("there is nothing to say to the agent", next_step="give a text")
    if len(words) > WORDS_LIMIT:
        raise UsageError(
            f"the text has {len(words):,} characters, at most {WORDS_LIMIT:,} can be said at once",
            next_step="say it shorter, or name a file for the agent to read",
        )
    return words


class RunSteering(ABC):
    """The part of the run façade that asks something of a run at work."""

    _db: Database

    @abstractmethod
    def get(self, ref: str) -> RunSummary:
        """Find a run; one whose runner is gone is ``interrupted``, and takes no command.

        Raises UsageError when it is none or more than one.
        """

    def pause(self, run_id: RunId) -> CommandId:
        """Start no further model call. Raises UsageError when the run does not run."""
        return self._send(run_id, Pause())

    def continue_(self, run_id: RunId) -> CommandId:
        """Go on after a pause. Raises UsageError when the run does not run."""
        return self._send(run_id, Continue())

    def cancel(self, run_id: RunId) -> CommandId:
        """Stop the run and everything in it. Raises UsageError when it does not run."""
        return self._send(run_id, CancelRun())

    def cancel_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Stop one agent. Raises UsageError when the run does not run."""
        return self._send(run_id, CancelAgent(agent_id))

    def pause_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Start no further call of one agent. Raises UsageError when the run does not run."""
        return self._send(run_id, PauseAgent(agent_id))

    def continue_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Let one agent go on after a pause. Raises UsageError when the run does not run."""
        return self._send(run_id, ContinueAgent(agent_id))

    def retry_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Start one agent over while its step runs. Raises UsageError as ``pause_agent`` does."""
        return self._send(run_id, RetryAgent(agent_id))

    def interject(self, run_id: RunId, agent_id: AgentId, text: str) -> CommandId:
        """Say something to an agent before its next turn.

        Raises UsageError when the run does not run, and for a text that is empty or too long.
        """
        return self._send(run_id, Interject(agent_id, checked_words(text)))

    def set_limits(self, run_id: RunId, limits: RunLimits, scope: str = "") -> CommandId | None:
        """Change limits while the run runs; one that is None stays. ``scope`` is a step or agent.

        For a run that does not run the new limits hold when it is resumed, and None is returned.
        Raises UsageError for limits that cannot be, and for a scope where the run does not run.
        """
        return change_limits(self._db, self.get(run_id), limits, scope)

    def _send(self, run_id: RunId, command: Command) -> CommandId:
        return send_to(self._db, self.get(run_id), command, time.time())
