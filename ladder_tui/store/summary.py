"""Rows derived from events, written in the transaction of their events.

Lists and histories read these rows only. Everything here can be computed again from the events:
sums are sums of ``TurnFinished`` and ``AttemptLost``, states are those of the newest event.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    AttemptLost,
    Escalated,
    FindingsMerged,
    GateFinished,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunFinished,
    RunInterrupted,
    RunPaused,
    RunResumed,
    RunStarted,
    SkillInvoked,
    StepFinished,
    StepStarted,
    TurnFinished,
)
from ladder_tui.domain.ids import AgentId
from ladder_tui.store import question, result, step, used
from ladder_tui.store.event import EventRow
from ladder_tui.store.spend import Spent, day_of, write_spend

_QUEUE = (
    "INSERT INTO agent(run, agent_id, step_id, name, lens, skill, skill_hash, model)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET step_id = excluded.step_id,"
    " name = excluded.name, lens = excluded.lens, skill = excluded.skill,"
    " skill_hash = excluded.skill_hash, model = excluded.model"
)
_CHANGE = (
    "UPDATE agent SET state = coalesce(?1, state), failure = coalesce(?2, failure),"
    " started_at = coalesce(started_at, ?3),"
    " finished_at = CASE WHEN ?1 IS NULL THEN finished_at ELSE ?4 END,"
    " findings = coalesce(?5, findings), turns = turns + ?6, lost_attempts = lost_attempts + ?7"
    " WHERE run = ?8 AND agent_id = ?9"
)
_ADD_AGENT = f"UPDATE agent SET {used.ADD} WHERE run = ? AND agent_id = ?"  # noqa: S608  # fixed text
_ADD_RUN = f"UPDATE run SET {used.ADD} WHERE number = ?"  # noqa: S608  # fixed text
_MODEL = "UPDATE agent SET model = ? WHERE run = ? AND agent_id = ?"
_COUNT_AGENTS = (
    "UPDATE run SET (agents_total, agents_done, agents_failed) ="
    " (SELECT count(*), total(state = 'done'), total(state IN ('failed', 'budget'))"
    " FROM agent WHERE run = ?1) WHERE number = ?1"
)
# Findings of agents stand in until an aggregate has merged them.
_COUNT_FINDINGS = (
    "UPDATE run SET findings = CASE"
    " WHEN EXISTS (SELECT 1 FROM finding WHERE run = ?1) OR ?2"
    " THEN (SELECT count(*) FROM finding WHERE run = ?1)"
    " ELSE (SELECT coalesce(sum(findings), 0) FROM agent WHERE run = ?1) END WHERE number = ?1"
)


class _AgentChange:
    """The newest state of an agent within a batch; None leaves the column as it is."""

    __slots__ = ("failure", "findings", "finished_at", "started_at", "state")

    def __init__(self) -> None:
        self.state: str | None = None
        self.failure: str | None = None
        self.started_at: float | None = None
        self.finished_at: float | None = None
        self.findings: int | None = None


class Summary:
    """Collects the changes of one batch of events of one run, then writes them."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        self._connection = connection
        self._number = number
        self._columns: dict[str, Any] = {}
        self._agents: dict[str, _AgentChange] = {}
        self._spent: dict[tuple[str, str, str], Spent] = {}
        """By agent, day and model, since the rows of agents were last written."""
        self._spend: dict[tuple[str, str], Spent] = {}
        """By day and model, of the whole batch."""
        self._models: dict[str, str] = {}
        self._queued: list[tuple[Any, ...]] = []
        self._event_id = 0
        self._gates: list[tuple[Any, ...]] = []
        self._has_merged = False
        self.ended: set[AgentId] = set()
        """Agents that finished in this batch and were not started again."""
        self.is_run_finished = False

    def add(self, rows: Sequence[EventRow], first_id: int) -> None:
        """Take events in, in order; the first has the id ``first_id``. Raises sqlite3.Error."""
        handlers = _HANDLERS
        for offset, row in enumerate(rows):
            handler = handlers.get(type(row.event))
            if handler is not None:
                self._event_id = first_id + offset
                handler(self, row, row.event)

    def set(self, columns: dict[str, Any]) -> None:
        """Set columns of the run's row, over what earlier events said."""
        self._columns.update(columns)

    def write(self) -> None:
        """Write everything. Raises sqlite3.Error."""
        self._write_agents()
        connection, number = self._connection, self._number
        if self._spend:
            write_spend(connection, self._spend)
            for s in self._spend.values():
                connection.execute(_ADD_RUN, (*s.values, number))
        if self._gates:
            result.write_gates(connection, self._gates)
            result.count_gates(connection, number)
        if self._columns:
            assignments = ", ".join(f"{column} = ?" for column in self._columns)
            connection.execute(
                f"UPDATE run SET {assignments} WHERE number = ?",  # noqa: S608  # our column names
                (*self._columns.values(), number),
            )

    def _write_agents(self) -> None:
        connection, number = self._connection, self._number
        spent: dict[str, Spent] = {}
        for (agent_id, day, model), of_agent in self._spent.items():
            spent.setdefault(agent_id, Spent()).merge(of_agent)
            self._spend.setdefault((day, model), Spent()).merge(of_agent)
        touched = {**self._agents, **spent}
        connection.executemany(_QUEUE, self._queued)
        connection.executemany(
            "INSERT INTO agent(run, agent_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(number, agent_id) for agent_id in touched],
        )
        nothing, unspent = _AgentChange(), Spent()
        changes = []
        for agent_id in touched:
            c = self._agents.get(agent_id, nothing)
            s = spent.get(agent_id, unspent)
            change = (c.state, c.failure, c.started_at, c.finished_at, c.findings)
            changes.append((*change, s.calls, s.lost, number, agent_id))
        connection.executemany(_CHANGE, changes)
        connection.executemany(
            _ADD_AGENT, [(*s.values, number, agent_id) for agent_id, s in spent.items()]
        )
        if touched:
            connection.execute(_COUNT_AGENTS, (number,))
        if self._agents or self._has_merged:
            connection.execute(_COUNT_FINDINGS, (number, self._has_merged))
        self._agents, self._spent, self._queued, self._has_merged = {}, {}, [], False

    def _agent(self, agent_id: str) -> _AgentChange:
        change = self._agents.get(agent_id)
        if change is None:
            change = self._agents[agent_id] = _AgentChange()
        return change

    def _model(self, agent_id: str) -> str:
        model = self._models.get(agent_id)
        if model is None:
            row = self._connection.execute(
                "SELECT coalesce((SELECT model FROM agent WHERE run = ?1 AND agent_id = ?2),"
                " (SELECT model FROM run WHERE number = ?1))",
                (self._number, agent_id),
            ).fetchone()
            model = self._models[agent_id] = str(row[0])
        return model

    def _spent_of(self, at: float, agent_id: str, model: str) -> Spent:
        key = (agent_id, day_of(at), model)
        spent = self._spent.get(key)
        if spent is None:
            spent = self._spent[key] = Spent()
        return spent

    def _on_turn_finished(self, row: EventRow, event: TurnFinished) -> None:
        spent = self._spent_of(row.at, event.agent_id, event.model)
        spent.calls += 1
        spent.add(event.usage, event.cost)

    def _on_attempt_lost(self, row: EventRow, event: AttemptLost) -> None:
        spent = self._spent_of(row.at, event.agent_id, self._model(event.agent_id))
        spent.lost += 1
        spent.add(event.usage, event.cost)

    def _on_agent_queued(self, _row: EventRow, event: AgentQueued) -> None:
        e = event
        self._queued.append(
            (self._number, e.agent_id, e.step_id, e.name, e.lens, e.skill, e.skill_hash, e.model)
        )
        self._models[e.agent_id] = e.model
        change = self._agent(e.agent_id)
        change.state, change.failure, change.finished_at = "queued", "", None

    def _on_escalated(self, _row: EventRow, event: Escalated) -> None:
        self._write_agents()  # the agent's own row comes first
        self._models[event.agent_id] = event.to_model
        row = (event.to_model, self._number, event.agent_id)
        self._connection.execute(_MODEL, row)

    def _on_agent_started(self, row: EventRow, event: AgentStarted) -> None:
        change = self._agent(event.agent_id)
        change.state, change.failure, change.finished_at = "running", "", None
        change.started_at = change.started_at or row.at
        self.ended.discard(event.agent_id)

    def _on_agent_finished(self, row: EventRow, event: AgentFinished) -> None:
        change = self._agent(event.agent_id)
        change.state, change.failure, change.finished_at = event.state, event.failure, row.at
        change.findings = event.findings
        self.ended.add(event.agent_id)

    def _on_run_started(self, row: EventRow, _event: RunStarted) -> None:
        self._columns.update(state="running", started_at=row.at)

    def _on_run_resumed(self, _row: EventRow, _event: RunResumed) -> None:
        self._columns.update(state="running", verdict="none", reason="", finished_at=None)
        self._move_agents("'running', 'paused'", "queued")

    def _move_agents(self, states: str, state: str) -> None:
        self._write_agents()  # what agents did earlier in this batch comes first
        self._connection.execute(
            f"UPDATE agent SET state = ? WHERE run = ? AND state IN ({states})",  # noqa: S608  # fixed text
            (state, self._number),
        )

    def _on_run_paused(self, _row: EventRow, event: RunPaused) -> None:
        self._columns.update(state="paused", reason=event.reason)

    def _on_run_continued(self, _row: EventRow, _event: RunContinued) -> None:
        self._columns.update(state="running", reason="")

    def _on_run_interrupted(self, _row: EventRow, event: RunInterrupted) -> None:
        self._columns.update(state="interrupted", reason=event.reason)
        self._move_agents("'running'", "paused")

    def _on_run_finished(self, row: EventRow, event: RunFinished) -> None:
        self.is_run_finished = True
        self._columns.update(
            state=event.state,
            verdict=event.verdict,
            reason=event.reason,
            finished_at=row.at,
            findings=event.findings,
            output_digest=event.output_digest,
        )
        question.close_questions(*self.place, row.at)

    def _on_gate_finished(self, row: EventRow, event: GateFinished) -> None:
        self._gates.append(result.gate_row(self._number, row.at, self._event_id, event))

    def _on_findings_merged(self, _row: EventRow, event: FindingsMerged) -> None:
        self._has_merged = True
        result.write_findings(self._connection, self._number, event)

    def _on_skill_invoked(self, row: EventRow, event: SkillInvoked) -> None:
        self._connection.execute(
            "INSERT INTO skill_use(run, agent_id, skill, skill_hash, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (self._number, event.agent_id, event.skill, event.skill_hash, row.at),
        )

    @property
    def place(self) -> tuple[sqlite3.Connection, int]:
        """The connection and the run, for what is written as it comes."""
        return self._connection, self._number


_HANDLERS: dict[type[Any], Callable[[Summary, EventRow, Any], None]] = {
    TurnFinished: Summary._on_turn_finished,
    AttemptLost: Summary._on_attempt_lost,
    AgentQueued: Summary._on_agent_queued,
    AgentStarted: Summary._on_agent_started,
    Escalated: Summary._on_escalated,
    AgentFinished: Summary._on_agent_finished,
    RunStarted: Summary._on_run_started,
    RunResumed: Summary._on_run_resumed,
    RunPaused: Summary._on_run_paused,
    RunContinued: Summary._on_run_continued,
    RunInterrupted: Summary._on_run_interrupted,
    RunFinished: Summary._on_run_finished,
    GateFinished: Summary._on_gate_finished,
    FindingsMerged: Summary._on_findings_merged,
    SkillInvoked: Summary._on_skill_invoked,
    StepStarted: lambda s, row, event: step.write_started(*s.place, row.at, event),
    StepFinished: lambda s, row, event: step.write_finished(*s.place, row.at, event),
    QuestionAsked: lambda s, row, event: question.write_asked(*s.place, row.at, event),
    QuestionAnswered: lambda s, row, event: question.write_answered(*s.place, row.at, event),
}
