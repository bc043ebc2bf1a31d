"""Results of a run as rows: merged findings and gate results; their histories over runs."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from ladder_tui.domain.event import FindingsMerged, GateFinished
from ladder_tui.domain.finding import Disposition, MergedFinding
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.store.database import Database
from ladder_tui.store.event import encode
from ladder_tui.store.run import find_number

_MERGED: msgspec.json.Decoder[MergedFinding] = msgspec.json.Decoder(MergedFinding)
_GATE: msgspec.json.Decoder[GateFinished] = msgspec.json.Decoder(GateFinished)


class GateRow(msgspec.Struct, frozen=True):
    """A gate result in the history of its gate, without its findings."""

    run_id: RunId
    number: int
    step_id: StepId
    agent_id: AgentId | None
    gate: str
    lens: str
    verdict: GateVerdict
    in_scope: int
    analysed: int
    skipped: int
    findings: int
    elapsed_s: float
    at: float
    reason: str


_COUNT_GATES = (
    "UPDATE run SET gates_bad ="
    " (SELECT count(*) FROM gate_result WHERE run = ?1 AND verdict != 'pass') WHERE number = ?1"
)


def gate_row(number: int, at: float, event_id: int, event: GateFinished) -> tuple[Any, ...]:
    """The row of a gate result. Its findings stay in the event alone, which the row points at."""
    r = event.result
    return (
        *(number, event.step_id, event.agent_id or "", r.gate, r.lens, r.verdict),
        *(r.in_scope, r.analysed, r.skipped_count, r.findings_count),
        *(r.elapsed_s, at, r.reason, event_id),
    )


def write_gates(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Write gate results inside the journal's transaction; repeated ones take their place."""
    connection.executemany(
        "INSERT INTO gate_result(run, step_id, agent_id, gate, lens, verdict, in_scope,"
        " analysed, skipped, findings, elapsed_s, at, reason, event)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET lens = excluded.lens, verdict = excluded.verdict,"
        " in_scope = excluded.in_scope, analysed = excluded.analysed, skipped = excluded.skipped,"
        " findings = excluded.findings, elapsed_s = excluded.elapsed_s, at = excluded.at,"
        " reason = excluded.reason, event = excluded.event",
        rows,
    )


def count_gates(connection: sqlite3.Connection, number: int) -> None:
    """Bring the run's number of gates that are not ``pass`` up to date. Raises sqlite3.Error."""
    connection.execute(_COUNT_GATES, (number,))


def write_findings(connection: sqlite3.Connection, number: int, event: FindingsMerged) -> None:
    """Write merged findings inside the journal's transaction, in the place of earlier ones."""
    connection.execute("DELETE FROM finding WHERE run = ? AND step_id = ?", (number, event.step_id))
    rows = []
    for position, merged in enumerate(event.findings):
        f = merged.finding
        row = (f.fingerprint, f.rule, f.lens, f.severity, f.path, f.is_changed, encode(merged))
        rows.append((number, event.step_id, position, *row))
    connection.executemany(
        "INSERT INTO finding(run, step_id, position, fingerprint, rule, lens, severity, path,"
        " is_changed, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def findings_of_run(db: Database, run_id: RunId) -> list[MergedFinding]:
    """Merged findings of a run, in the order of their aggregates. Raises UsageError, StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT body FROM finding WHERE run = ? ORDER BY step_id, position",
            (find_number(connection, run_id),),
        ).fetchall()
    return [_MERGED.decode(row[0]) for row in rows]


def first_seen(db: Database, run_id: RunId) -> dict[str, int]:
    """For each fingerprint of a run, the number of the first run that reported it.

    Raises UsageError or StoreError.
    """
    with db.read() as connection:
        rows = connection.execute(
            "SELECT f.fingerprint, (SELECT min(o.run) FROM finding o"
            " WHERE o.fingerprint = f.fingerprint) FROM finding f WHERE f.run = ?",
            (find_number(connection, run_id),),
        ).fetchall()
    return {str(row[0]): int(row[1]) for row in rows}


def gates_of_run(db: Database, run_id: RunId) -> list[tuple[AgentId | None, GateResult]]:
    """Gate results of a run with the agent that each was for. Raises UsageError, StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT e.body FROM gate_result g JOIN event e ON e.id = g.event"
            " WHERE g.run = ? ORDER BY e.id",
            (find_number(connection, run_id),),
        ).fetchall()
    events = [_GATE.decode(row[0]) for row in rows]
    return [(event.agent_id, event.result) for event in events]


def gate_history(db: Database, gate: str = "", limit: int = 1000) -> list[GateRow]:
    """Results of a gate over runs, or of all gates, newest run first. Raises StoreError."""
    with db.read() as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT r.run_id, r.number, g.step_id, nullif(g.agent_id, ''), g.gate, g.lens,"
            " g.verdict, g.in_scope, g.analysed, g.skipped, g.findings, g.elapsed_s, g.at, g.reason"
            " FROM gate_result g JOIN run r ON r.number = g.run"
            " WHERE ?1 = '' OR g.gate = ?1 ORDER BY g.run DESC, g.at DESC LIMIT ?2",
            (gate, limit),
        ).fetchall()
    return [GateRow(*row) for row in rows]


def add_disposition(db: Database, disposition: Disposition) -> None:
    """Record a human's decision about a fingerprint. Earlier ones stay. Raises StoreError."""
    d = disposition
    with db.write() as connection:
        connection.execute(
            "INSERT INTO disposition(fingerprint, decision, reason, decided_at, decision_s, run_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (d.fingerprint, d.decision, d.reason, d.decided_at, d.decision_s, d.run_id),
        )


def latest_dispositions(db: Database) -> dict[str, Disposition]:
    """The newest decision by fingerprint. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT fingerprint, decision, reason, decided_at, decision_s, run_id FROM disposition"
            " WHERE id IN (SELECT max(id) FROM disposition GROUP BY fingerprint)"
        ).fetchall()
    return {row[0]: Disposition(*row) for row in rows}


def disposition_history(db: Database, fingerprint: str = "") -> list[Disposition]:
    """Every decision about one fingerprint, or all of them, oldest first. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT fingerprint, decision, reason, decided_at, decision_s, run_id FROM disposition"
            " WHERE ?1 = '' OR fingerprint = ?1 ORDER BY id",
            (fingerprint,),
        ).fetchall()
    return [Disposition(*row) for row in rows]
