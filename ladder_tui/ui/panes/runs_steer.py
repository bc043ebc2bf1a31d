"""Steering from the Runs pane: the run, or the agents under the cursor or marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import FINAL_STATES
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.runs_desk import RunsDesk
from ladder_tui.ui.panes.runs_limits import ask_limits
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.text import clean_line

OF_AGENTS = frozenset({"runs.cancel_agent", "runs.hold_agent", "runs.interject"})
"""Actions on agents that have not ended."""


class RunSteering:
    """Each command goes to the runner; what came of it is in the journal."""

    def __init__(self, pane: RunsDesk) -> None:
        self._pane = pane
        self._ladder = pane.ladder
        self._runs = pane.ladder.workbench.runs

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        handlers: dict[str, Handler] = {
            "runs.pause": self._pause,
            "runs.stop": self._stop,
            "runs.resume": self._retry_or_resume,
            "runs.limits": self._limits,
        }
        if self._pane.open_run is not None:
            handlers |= {
                "runs.cancel_agent": self._cancel_agents,
                "runs.interject": self._interject,
                "runs.hold_agent": self._hold_agents,
            }
        return handlers

    def label(self, action: Action) -> str:
        """The label of an action here."""
        run = self._pane.selected
        if action.id == "runs.pause" and run is not None and run.state == "paused":
            return "go on"
        if action.id == "runs.hold_agent" and all(card.is_paused for card in self._at_work()):
            return "agent goes on" if self._at_work() else action.label
        if action.id == "runs.resume" and run is not None:
            if self._retries:
                return "retry agent"
            return "resume edited" if run.state == "done" else action.label
        return action.label

    # -- why not -------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Why a steering action cannot act now; empty when it can."""
        run = self._pane.selected
        if run is None:
            return "there is no run"
        if action_id == "runs.resume":
            return self._why_not_retry() if self._retries else self._why_not_resume()
        if not run.is_alive:
            return f"run #{run.number} is {run.state}"
        if action_id in OF_AGENTS and not self._at_work():
            return "the agent has ended" if self._chosen() else "no agent is selected"
        return ""

    def _why_not_retry(self) -> str:
        cards = self._chosen()
        if not cards:
            return "no agent is selected"
        if all(card.state == "queued" for card in cards):
            return "the agent has not started"
        return ""

    def _why_not_resume(self) -> str:
        run = self._pane.selected
        if run is not None and run.is_alive and run.state != "paused":
            return f"run #{run.number} is running"
        return ""

    # -- the run -------------------------------------------------------------------------------

    def _pause(self) -> None:
        run = self._pane.selected
        if run is None:
            return
        if run.state == "paused":
            self._runs.continue_(run.run_id)
            self._ladder.say(f"#{run.number} goes on")
        else:
            self._runs.pause(run.run_id)
            self._ladder.say(f"#{run.number}: pausing; calls in flight finish")

    def _stop(self) -> None:
        run = self._pane.selected
        if run is not None:
            self._runs.cancel(run.run_id)
            self._ladder.say(f"#{run.number}: stopping; what is finished stays")

    @property
    def _retries(self) -> bool:
        """Whether ``r`` means the agent: in a run that works nothing else can be run again."""
        run, pane = self._pane.selected, self._pane
        is_at_agents = pane.open_run is not None and pane.current_area in ("board", "detail")
        return is_at_agents and run is not None and run.is_alive and run.state != "paused"

    def _retry_or_resume(self) -> None:
        if self._retries:
            cards = [card for card in self._chosen() if card.state != "queued"]
            self._steer(cards, self._runs.retry_agent, "{} start over")
        else:
            self._resume()

    def _resume(self) -> None:
        run = self._pane.selected
        if run is None:
            return
        changed = self._runs.resume(run.run_id)
        if run.is_alive and run.state not in FINAL_STATES:
            how = "goes on"
        elif changed:
            how = f"takes over what was edited: {clean_line(', '.join(changed))}"
        else:
            how = "has a new runner; nothing finished is bought again"
        self._ladder.say(f"#{run.number} {how}")

    def _limits(self) -> None:
        """Of the run; in the detail of the agent, in a step of the step."""
        pane, run = self._pane, self._pane.selected
        if run is None:
            return
        scope = ""
        if pane.open_run is not None:
            if pane.current_area in ("steps", "step"):
                scope = pane.steps.graph.step_path
            elif pane.current_area == "detail":
                scope = pane.board.agent_id or ""
        limits = self._runs.spec(run.run_id).limits
        if pane.open_run is not None:
            view = pane.open_run.view
            limits = view.step_limits.get(scope, limits) if scope else view.limits
        ask_limits(self._ladder, run, limits, scope)

    # -- agents --------------------------------------------------------------------------------

    def _chosen(self) -> list[AgentCard]:
        run = self._pane.open_run
        if run is None:
            return []
        cards = (run.view.agents.get(AgentId(i)) for i in self._pane.board.action_rows())
        return [card for card in cards if card is not None]

    def _at_work(self) -> list[AgentCard]:
        return [card for card in self._chosen() if not card.is_final]

    def _steer(
        self,
        cards: Sequence[AgentCard],
        command: Callable[[RunId, AgentId], object],
        said: str,
    ) -> None:
        """Send a command to each; ``said`` has one place for their names."""
        run = self._pane.open_run
        if run is None:
            return
        for card in cards:
            command(run.run_id, card.agent_id)
        self._ladder.say(said.format(names(cards)))
        self._pane.board.marked.clear()

    def _cancel_agents(self) -> None:
        self._steer(self._at_work(), self._runs.cancel_agent, "Cancelling {}; the others go on")

    def _hold_agents(self) -> None:
        cards = self._at_work()
        if all(card.is_paused for card in cards):
            self._steer(cards, self._runs.continue_agent, "{}: going on")
        else:
            said = "{}: pausing; a call in flight finishes, the others go on"
            self._steer(cards, self._runs.pause_agent, said)

    def _interject(self) -> None:
        """Ask for the words; they go to the agents chosen when the key was pressed."""
        cards = self._at_work()

        def send(text: str) -> None:
            def tell(run_id: RunId, agent_id: AgentId) -> None:
                self._runs.interject(run_id, agent_id, text)

            said = "{} will read it before the next turn"
            self._ladder.attempt(lambda: self._steer(cards, tell, said))

        lines = [f"To {names(cards)}; read before the next turn."]
        self._ladder.push_screen(Ask("interject", lines, "what the agent should know", send))


def names(cards: Sequence[AgentCard], most: int = 3) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(clean_line(card.name) for card in cards[:most])
    return f"{shown} and {len(cards) - most} more" if len(cards) > most else shown
