"""Live meters of agents at work, and the leases of those who watch them."""

from __future__ import annotations

from ladder_tui.domain.event import LiveRow
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.store.database import Database
from ladder_tui.store.run import find_number

ACTIVITY_BYTES = 300
TEXT_CHARACTERS = 16_000
"""The end of a partial reply is what a viewer shows."""


def read_live(db: Database, run_id: RunId) -> list[LiveRow]:
    """The meters of a run's agents at work. Raises UsageError or StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT agent_id, activity, activity_at, output_tokens, text FROM live"
            " WHERE run = ? ORDER BY agent_id",
            (find_number(connection, run_id),),
        ).fetchall()
    return [LiveRow(*row) for row in rows]


def lease(db: Database, run_id: RunId, agent_id: AgentId, viewer: str, until: float) -> None:
    """Ask for the partial text of one agent until a time in Unix seconds.

    A viewer holds one lease per run: a newer one takes the place of the older.
    Raises UsageError or StoreError.
    """
    with db.write() as connection:
        number = find_number(connection, run_id)
        connection.execute("DELETE FROM lease WHERE run = ? AND viewer = ?", (number, viewer))
        connection.execute(
            "INSERT INTO lease(run, agent_id, viewer, until) VALUES (?, ?, ?, ?)",
            (number, agent_id, viewer, until),
        )


def release_lease(db: Database, run_id: RunId, viewer: str) -> None:
    """Give up the viewer's lease in a run. Raises UsageError or StoreError."""
    with db.write() as connection:
        connection.execute(
            "DELETE FROM lease WHERE run = ? AND viewer = ?",
            (find_number(connection, run_id), viewer),
        )


def leased_agents(db: Database, run_id: RunId, now: float) -> set[AgentId]:
    """Agents that somebody watches at ``now``. Raises UsageError or StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT DISTINCT agent_id FROM lease WHERE run = ? AND until > ?",
            (find_number(connection, run_id), now),
        ).fetchall()
    return {AgentId(row[0]) for row in rows}


def clip_activity(activity: str) -> str:
    """``activity`` in at most ``ACTIVITY_BYTES`` bytes of UTF-8, without lone surrogates."""
    clipped = activity[:ACTIVITY_BYTES].encode("utf-8", "replace")[:ACTIVITY_BYTES]
    return clipped.decode("utf-8", "ignore")


def clip_text(text: str) -> str:
    """The last ``TEXT_CHARACTERS`` of a partial reply, without lone surrogates."""
    return text[-TEXT_CHARACTERS:].encode("utf-8", "replace").decode("utf-8")
