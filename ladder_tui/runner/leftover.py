"""What an earlier runner of the same run left behind: processes, and calls without an end."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.change import Conflict
from ladder_tui.domain.event import (
    AttemptLost,
    CommandApplied,
    ConflictsFound,
    Event,
    LimitsChanged,
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
    conflicts: tuple[Conflict, ...] = ()
    """Between the changes of agents, as they were found last."""
    limits: tuple[LimitsChanged, ...] = ()
    """New limits of steps and agents; those of the whole run are in its specification."""


def read_past(
    database: Database, run_id: RunId, choice: ModelChoice, routing: Routing | None = None
) -> Past:
    """Read the whole journal of a run: about 0.1 s for 20,000 events. Raises StoreError."""
    reader = _Reader()
    after = 0
    while records := event_rows.read_events(database, run_id, after, _PAGE):
        after = records[-1].id
        for record in records:
            reader.note(record.event)
    return Past(
        tuple(
            _lost(event, _choice(reader.models.get(event.agent_id), choice, routing))
            for event in reader.open_calls.values()
        ),
        frozenset(reader.cancelled),
        reader.processes,
        reader.revisions,
        reader.conflicts,
        tuple(reader.limits),
    )


class _Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self.open_calls: dict[AgentId, TurnStarted] = {}
        self.models: dict[AgentId, str] = {}
        self.cancelled: set[AgentId] = set()
        self.processes: dict[ProcessPlace, ProcessPast] = {}
        self.revisions = 0
        self.conflicts: tuple[Conflict, ...] = ()
        self.limits: list[LimitsChanged] = []

    def note(self, event: Event) -> None:
        match event:
            case ModelRouted():
                self.models[event.agent_id] = event.model
            case TurnStarted():
                self.open_calls[event.agent_id] = event
            case TurnFinished(agent_id=agent_id) | AttemptLost(agent_id=agent_id):
                self.open_calls.pop(agent_id, None)
            case CommandApplied(outcome="applied", agent_id=str() as agent_id):
                self._note_steering(event.command, agent_id)
            case LimitsChanged() if event.scope:
                self.limits.append(event)
            case RunFinished():
                self.cancelled.clear()
            case RunRevised():
                self.revisions += 1
            case ConflictsFound():
                self.conflicts = event.conflicts
            case ProcessStarted() | ProcessFinished():
                _note_process(self.processes, event)

    def _note_steering(self, command: str, agent_id: AgentId) -> None:
        if command == "cancel_agent":
            self.cancelled.add(agent_id)
        elif command == "retry_agent":
            self.cancelled.discard(agent_id)


def _choice(label: str | None, default: ModelChoice, routing: Routing | None) -> ModelChoice:
    """The model of an agent by its label: the run's, or one that its agents were routed to."""
    if label is None:
        return default
    routed = routing.choices if routing is not None else ()
    known = {choice.label: choice for choice in (*routed, default)}
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
