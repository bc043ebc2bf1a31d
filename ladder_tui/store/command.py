"""Commands from front doors to a runner: sent by anybody, applied once."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.command import Command
from ladder_tui.domain.ids import CommandId, RunId
from ladder_tui.store.database import Database
from ladder_tui.store.run import find_number

_DECODER: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


def send(db: Database, run_id: RunId, command: Command, at: float = 0.0) -> CommandId:
    """Leave a command for the runner of a run and return its id; ``at`` is Unix time.

    Raises UsageError for an unknown run, or StoreError.
    """
    with db.write() as connection:
        cursor = connection.execute(
            "INSERT INTO command(run, body, sent_at) VALUES (?, ?, ?)",
            (find_number(connection, run_id), msgspec.json.encode(command), at),
        )
    return CommandId(int(cursor.lastrowid or 0))


def pending(db: Database, run_id: RunId) -> list[tuple[CommandId, Command]]:
    """Commands that were not applied yet, oldest first. Raises UsageError or StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT id, body FROM command WHERE run = ? AND applied_at IS NULL ORDER BY id",
            (find_number(connection, run_id),),
        ).fetchall()
    return [(CommandId(id_), _DECODER.decode(body)) for id_, body in rows]


def mark_applied(
    db: Database, command_id: CommandId, at: float = 0.0, outcome: str = "applied"
) -> bool:
    """Claim a command. True for exactly one caller: only that one may act on it.

    Raises StoreError.
    """
    with db.write() as connection:
        cursor = connection.execute(
            "UPDATE command SET applied_at = ?, outcome = ? WHERE id = ? AND applied_at IS NULL",
            (at, outcome, command_id),
        )
    return cursor.rowcount == 1


def outcome(db: Database, command_id: CommandId) -> str | None:
    """What became of a command; None while it waits. Raises StoreError."""
    with db.read() as connection:
        row = connection.execute(
            "SELECT outcome FROM command WHERE id = ? AND applied_at IS NOT NULL", (command_id,)
        ).fetchone()
    return None if row is None else str(row[0])
