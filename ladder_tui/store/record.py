"""Small records of use: PRDs edited, values a workflow was launched with."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.store.database import Database


class PrdEdit(msgspec.Struct, frozen=True):
    """A saved edit of a PRD and how long it took."""

    path: str
    seconds: float
    at: float


def add_prd_edit(db: Database, path: str, seconds: float, at: float) -> None:
    """Record that a PRD was edited for ``seconds`` and saved at ``at``. Raises StoreError."""
    with db.write() as connection:
        connection.execute(
            "INSERT INTO prd_edit(path, seconds, at) VALUES (?, ?, ?)", (path, seconds, at)
        )


def prd_edits(db: Database, path: str = "") -> list[PrdEdit]:
    """Edits of one PRD, or of all, oldest first. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT path, seconds, at FROM prd_edit WHERE ?1 = '' OR path = ?1 ORDER BY id",
            (path,),
        ).fetchall()
    return [PrdEdit(*row) for row in rows]


def set_launch(db: Database, workflow: str, inputs: dict[str, Any], at: float) -> None:
    """Remember the values that a workflow was last launched with. Raises StoreError."""
    with db.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO launch(workflow, inputs, at) VALUES (?, ?, ?)",
            (workflow, msgspec.json.encode(inputs), at),
        )


def last_launch(db: Database, workflow: str) -> dict[str, Any]:
    """The values that a workflow was last launched with; empty before the first time.

    Raises StoreError.
    """
    with db.read() as connection:
        row = connection.execute(
            "SELECT inputs FROM launch WHERE workflow = ?", (workflow,)
        ).fetchone()
    return {} if row is None else msgspec.json.decode(row[0], type=dict[str, Any])
