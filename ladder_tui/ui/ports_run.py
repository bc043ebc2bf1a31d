"""What the interface needs from the workbench about runs, as types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import AgentId, CommandId, QuestionId, RunId
from ladder_tui.domain.question import Answer, OpenQuestion
from ladder_tui.domain.run import RunLimits, RunSpec, RunSummary
from ladder_tui.insight.step_explanation import StepExplanation
from ladder_tui.projections.run_view import RunView
from ladder_tui.projections.transcript import Transcript

if TYPE_CHECKING:
    from ladder_tui.workbench.option import Preflight, RunOptions


class FeedPort(Protocol):
    """One run followed live or replayed from its journal."""

    @property
    def view(self) -> RunView:
        """The folded state; mutated in place by ``poll``."""

    @property
    def spec(self) -> RunSpec:
        """What was asked."""

    def poll(self) -> bool:
        """Read what is new; True when something changed."""

    def transcript(self, agent_id: AgentId) -> Transcript:
        """The transcript of one agent."""

    def focus(self, agent_id: AgentId | None) -> None:
        """Take the lease on the partial text of one agent, or give it back."""


class RunsPort(Protocol):
    """Runs: read, follow, steer."""

    def list(self, limit: int = 200) -> Sequence[RunSummary]:
        """Newest first."""

    def get(self, ref: str) -> RunSummary:
        """One run by id, prefix or number."""

    def spec(self, run_id: RunId) -> RunSpec:
        """What was asked."""

    def feed(self, run_id: RunId) -> FeedPort:
        """Follow a run."""

    def events(self, run_id: RunId, after_id: int = 0, limit: int = 1000) -> Sequence[EventRecord]:
        """Journalled events in order."""

    def preflight(
        self, workflow: str, inputs: Mapping[str, Any], options: RunOptions | None = None
    ) -> Preflight:
        """What a run would do and need. Starts git, so call it from a thread. Raises UsageError."""

    def start(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        options: RunOptions | None = None,
        *,
        preflight: Preflight | None = None,
    ) -> RunId:
        """Store a run and start its runner. Raises InvalidFileError or UsageError."""

    def pause(self, run_id: RunId) -> CommandId:
        """Start no further model call."""

    def continue_(self, run_id: RunId) -> CommandId:
        """Go on after a pause."""

    def cancel(self, run_id: RunId) -> CommandId:
        """Stop the run."""

    def cancel_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Stop one agent."""

    def pause_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Start no further call of one agent."""

    def continue_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Let one agent go on."""

    def retry_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Start one agent over."""

    def interject(self, run_id: RunId, agent_id: AgentId, text: str) -> CommandId:
        """Put a person's words into an agent's conversation. Raises UsageError without words."""

    def set_limits(self, run_id: RunId, limits: RunLimits, scope: str = "") -> CommandId | None:
        """Change limits of the run, a step or an agent. Raises UsageError for one that is none."""

    def resume(
        self, run_id: RunId, limits: RunLimits | None = None, *, as_started: bool = False
    ) -> Sequence[str]:
        """Give an ended run a new runner; edited files are taken over and named.

        Raises UsageError where nothing is to be done, InvalidFileError for an unusable file.
        """

    def questions(self) -> Sequence[OpenQuestion]:
        """Everything that waits for a person, oldest first."""

    def answer(
        self, run_id: RunId, question_id: QuestionId, answer: Answer, waited_s: float = 0.0
    ) -> None:
        """Answer a question. Raises UsageError where it does not wait or the answer is none."""

    def explain(self, run_id: RunId, step_id: str = "") -> Sequence[StepExplanation]:
        """Why each step, or one and those below it, ran again or did not. Raises UsageError."""
