"""What an earlier runner of the same run left behind: processes, and calls without an end."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.event import (
    AttemptLost,
    CommandApplied,
    ModelRouted,
    ProcessFinished,
    ProcessStarted,
    RunFinished,
    RunRevised,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import Routing
from ladder_tui.domain.usage import Usage
from ladder_tui.models.price import price
from ladder_tui.process.leftover import kill_groups
from ladder_tui.store import event as event_rows
from ladder_tui.store import process_group
from ladder_tui.store.database import Database
from ladder_tui.workflow.port import ProcessPast, ProcessPlace

_PAGE = 5_000


def kill_leftovers(database: Database, run_id: RunId) -> int:
    """Kill the process groups of earlier runners that still run, and forget them all.

    Returns how many processes were killed.
    """
    groups = process_group.groups(database, run_id)
    killed = kill_groups((group.pgid, group.started_ticks) for group in groups)
    for group in groups:
        process_group.forget_group(database, run_id, group.pgid)
    return len(killed)


class Past(msgspec.Struct, frozen=True):
    """What the journal of earlier runners says to a new one."""

    lost: tuple[AttemptLost, ...]
    """Calls that were started and never ended: they may have reached the provider. Each is
    charged with what was sent, as an estimate; what was received is not known."""
    cancelled: frozenset[AgentId]
    """Agents that a person cancelled: they stay cancelled until the run ends."""
    processes: dict[ProcessPlace, ProcessPast] = {}
    """Commands with effects that were started, by their place in the workflow."""
    revisions: int = 0
    """How often edited files were taken over, as far as the journal says."""


def read_past(
    database: Database, run_id: RunId, choice: ModelChoice, routing: Routing | None = None
) -> Past:
    """Read the whole journal of a run: about 0.1 s for 20,000 events. Raises StoreError."""
    open_calls: dict[AgentId, TurnStarted] = {}
    models: dict[AgentId, str] = {}
    cancelled: set[AgentId] = set()
    processes: dict[ProcessPlace, ProcessPast] = {}
    revisions = 0
    after = 0
    while records := event_rows.read_events(database, run_id, after, _PAGE):
        after = records[-1].id
        for record in records:
            match record.event:
                case ModelRouted(agent_id=agent_id, model=model):
                    models[agent_id] = model
                case TurnStarted() as event:
                    open_calls[event.agent_id] = event
                case TurnFinished(agent_id=agent_id) | AttemptLost(agent_id=agent_id):
                    open_calls.pop(agent_id, None)
                case CommandApplied(command="cancel_agent", outcome="applied", agent_id=agent_id):
                    cancelled.update(() if agent_id is None else (agent_id,))
                case RunFinished():
                    cancelled.clear()
                case RunRevised():
                    revisions += 1
                case ProcessStarted() | ProcessFinished() as event:
                    _note_process(processes, event)
    lost = tuple(
        _lost(event, _choice(models.get(event.agent_id, ""), choice, routing or Routing()))
        for event in open_calls.values()
    )
    return Past(lost, frozenset(cancelled), processes, revisions)


def _choice(label: str, default: ModelChoice, routing: Routing) -> ModelChoice:
    """The model of an agent by its label: the run's, or one that its agents were routed to."""
    known = {choice.label: choice for choice in (*routing.choices, default)}
    provider, _, model = label.partition("/")
    if label not in known and provider == default.provider:
        return msgspec.structs.replace(default, model=model)  # one that a skill names
    return known.get(label, default)


def _note_process(
    processes: dict[ProcessPlace, ProcessPast], event: ProcessStarted | ProcessFinished
) -> None:
    place = (event.step_id, event.slot, event.attempt)
    known = processes.get(place)
    if isinstance(event, ProcessStarted):
        if event.effect == "external":
            processes[place] = ProcessPast(known.starts + 1 if known is not None else 1, None)
    elif known is not None:
        processes[place] = known._replace(exit_code=event.exit_code)


def _lost(event: TurnStarted, choice: ModelChoice) -> AttemptLost:
    usage = Usage(event.input_tokens_estimate, is_estimated=True)
    return AttemptLost(
        agent_id=event.agent_id,
        turn=event.turn,
        attempt=event.attempt,
        kind="runner_gone",
        message="the runner ended in mid-call; its usage is an estimate",
        usage=usage,
        cost=price(choice, usage),
    )
