"""Commands and signals: how a run that is under way is steered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from ladder_tui.agent.ledger_key import answer_key
from ladder_tui.agent.reply import Reply
from ladder_tui.agent.steering import ENDED, Steering, Words
from ladder_tui.domain.command import (
    AnswerQuestion,
    CancelAgent,
    CancelRun,
    Command,
    Continue,
    ContinueAgent,
    Interject,
    Pause,
    PauseAgent,
    RetryAgent,
    SetLimits,
)
from ladder_tui.domain.event import (
    AgentContinued,
    AgentPaused,
    CommandApplied,
    Event,
    LimitsChanged,
    RunContinued,
    RunPaused,
)
from ladder_tui.domain.ids import AgentId, QuestionId
from ladder_tui.domain.question import Question
from ladder_tui.errors import LadderError

PARK_AFTER_S = 600.0
"""A run that is paused, or waits for a person, ends its process after this long."""
WAITS = "waits for an answer"
"""Why a runner ended that nobody had answered."""
_APPLIED = "applied"
_PAUSED = "refused: it is paused already"
_NOT_PAUSED = "refused: it is not paused"


class _Open(NamedTuple):
    question: Question
    reply: asyncio.Future[Reply]
    asked_at: float


class Control:
    """Applies commands to the running engine."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        clock: Callable[[], float],
        change_limits: Callable[[SetLimits], None],
    ) -> None:
        """``change_limits`` raises LadderError for limits that cannot be."""
        self._emit = emit
        self._change_limits = change_limits
        self.steering = Steering()
        self._clock = clock
        self.gate = asyncio.Event()
        self.gate.set()
        self.cancelled_agents: set[AgentId] = set()
        self.end_reason = ""
        """Why the system ended this runner; empty while it goes on or was stopped by a person."""
        self._cancels: dict[AgentId, Callable[[], object]] = {}
        self._run: asyncio.Task[object] | None = None
        self._paused_at: float | None = None
        self._is_stopping = False
        self._open: dict[QuestionId, _Open] = {}
        self._answered: set[QuestionId] = set()
        self._asked_at = 0.0
        """When the newest question was put, or answered."""

    async def ask(self, question: Question) -> Reply:
        """Put a question to whoever follows the run, and wait for the answer."""
        opened = _Open(question, asyncio.get_running_loop().create_future(), self._clock())
        self._open[question.question_id] = opened
        self._answered.discard(question.question_id)
        self._asked_at = self._clock()
        try:
            return await opened.reply
        finally:
            self._open.pop(question.question_id, None)

    @property
    def asking(self) -> frozenset[AgentId]:
        """Agents that wait for a person."""
        agents = (opened.question.agent_id for opened in self._open.values())
        return frozenset(agent_id for agent_id in agents if agent_id is not None)

    def answer(self, command: AnswerQuestion, settle: Callable[[str], None]) -> bool:
        """Hand an answer over. ``settle`` is told the outcome once the answer is safe.

        False where the question was not put yet: a resumed run has to get there first.
        """
        opened = self._open.get(command.question_id)
        if opened is not None and not opened.reply.done():
            if command.seen not in ("", answer_key(opened.question)):
                # Its files were edited since: what is asked now was not on the screen.
                settle("refused: the question has changed since")
                return True
            self._answered.add(command.question_id)
            self._asked_at = self._clock()
            waited_s = command.waited_s or self._clock() - opened.asked_at
            reply = Reply(command.answer, waited_s, lambda: settle("applied"))
            opened.reply.set_result(reply)
            return True
        if command.question_id not in self._answered:
            return False
        settle("refused: it was answered already")
        return True

    def watch_run(self, task: asyncio.Task[object]) -> None:
        """The task to cancel when the run is stopped; at once where it was stopped already."""
        self._run = task
        if self._is_stopping:
            task.cancel()

    def watch_agent(self, agent_id: AgentId, cancel: Callable[[], object]) -> None:
        """How to cancel one agent; gives False where it has ended."""
        self._cancels[agent_id] = cancel

    def apply(self, command_id: int, command: Command) -> None:
        """Apply one command and acknowledge it."""
        outcome = self._outcome(command)
        name = str(type(command).__struct_config__.tag)
        agent_id: AgentId | None = getattr(command, "agent_id", None)
        self._emit(CommandApplied(command_id, name, outcome, agent_id))

    def _outcome(self, command: Command) -> str:
        match command:
            case Pause():
                return self._pause()
            case Continue():
                return self._continue()
            case CancelRun():
                return _APPLIED if self._stop() else "refused: it is stopping already"
            case CancelAgent(agent_id=agent_id):
                return _APPLIED if self._cancel_agent(agent_id) else ENDED
            case PauseAgent(agent_id=agent_id):
                return self._pause_agent(agent_id)
            case ContinueAgent(agent_id=agent_id):
                return self._continue_agent(agent_id)
            case RetryAgent(agent_id=agent_id):
                return self._retry_agent(agent_id)
            case SetLimits():
                return self._set_limits(command)
            case AnswerQuestion() | Interject():
                return "refused: it is not handed over this way"

    def interject(self, command: Interject, settle: Callable[[str], None]) -> None:
        """Leave words for an agent. ``settle`` is told once they are safe, or refused."""
        self.steering.of(command.agent_id).say(Words(command.text, settle))

    def end(self, reason: str) -> None:
        """End the process without ending the run: it stays resumable."""
        if self._stop():
            self.end_reason = reason

    def check_parked(self, *, is_busy: bool = False) -> None:
        """End a runner that has been paused, or has waited for a person, for long."""
        now = self._clock()
        if self._paused_at is not None and now - self._paused_at > PARK_AFTER_S:
            self.end(f"parked after {PARK_AFTER_S / 60:.0f} minutes of pause")
        elif self._open and not is_busy and now - self._asked_at > PARK_AFTER_S:
            self.end(WAITS)

    def _cancel_agent(self, agent_id: AgentId) -> bool:
        cancel = self._cancels.get(agent_id)
        self.cancelled_agents.add(agent_id)
        if cancel is not None and cancel() is False:
            self.cancelled_agents.discard(agent_id)
            return False
        return True

    def _pause(self) -> str:
        if not self.gate.is_set():
            return _PAUSED
        self.gate.clear()
        self._paused_at = self._clock()
        self._emit(RunPaused("asked for"))
        return _APPLIED

    def _continue(self) -> str:
        if self.gate.is_set():
            return _NOT_PAUSED
        self._paused_at = None
        self.gate.set()
        self._emit(RunContinued())
        return _APPLIED

    def _pause_agent(self, agent_id: AgentId) -> str:
        steer = self.steering.of(agent_id)
        if steer.has_ended:
            return ENDED
        if not steer.gate.is_set():
            return _PAUSED
        steer.gate.clear()
        self._emit(AgentPaused(agent_id))
        return _APPLIED

    def _continue_agent(self, agent_id: AgentId) -> str:
        steer = self.steering.of(agent_id)
        if steer.gate.is_set():
            return _NOT_PAUSED
        steer.gate.set()
        self._emit(AgentContinued(agent_id))
        return _APPLIED

    def _retry_agent(self, agent_id: AgentId) -> str:
        steer = self.steering.of(agent_id)
        was_cancelled = agent_id in self.cancelled_agents
        self.cancelled_agents.discard(agent_id)
        if self._is_stopping or not steer.restart():
            self.cancelled_agents.update({agent_id} if was_cancelled else ())
            return "refused: its step does not run"
        self._continue_agent(agent_id)
        return _APPLIED

    def _set_limits(self, command: SetLimits) -> str:
        try:
            self._change_limits(command)
        except LadderError as error:
            return f"refused: {error.what}"
        self._emit(LimitsChanged(command.limits, command.scope))
        return _APPLIED

    def _stop(self) -> bool:
        """Stop once: a second cancellation would hit the work of ending cleanly."""
        if self._is_stopping:
            return False
        self._is_stopping = True
        if self._run is not None:
            self._run.cancel()
        return True
