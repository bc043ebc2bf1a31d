"""What skills said at each content hash, so that versions can be compared after edits."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.skill_entry import SkillVersion
from ladder_tui.store.database import Database

KEPT = 200
"""Versions of one file; the oldest are dropped."""

# A version that is the newest already is left alone; one that comes back becomes the newest.
_ADD = """INSERT INTO skill_version(path, name, kind, content_hash, seen_at, text, sidecar)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?4 IS NOT (
    SELECT content_hash FROM skill_version WHERE path = ?1 ORDER BY seen_at DESC LIMIT 1)
ON CONFLICT(path, content_hash) DO UPDATE SET seen_at = excluded.seen_at"""
_DROP = """DELETE FROM skill_version WHERE path = ?1 AND content_hash NOT IN (
    SELECT content_hash FROM skill_version WHERE path = ?1 ORDER BY seen_at DESC LIMIT ?2)"""


class VersionRow(msgspec.Struct, frozen=True):
    """A version and whose it is."""

    path: str
    """As people see it."""
    name: str
    kind: str
    version: SkillVersion


def add_versions(db: Database, rows: list[VersionRow]) -> None:
    """Remember versions, in order; those known as the newest are left alone. Raises StoreError."""
    if not rows:
        return
    with db.write() as connection:
        for row in rows:
            v = row.version
            connection.execute(
                _ADD,
                (
                    row.path,
                    row.name,
                    row.kind,
                    v.content_hash,
                    v.seen_at,
                    v.text.encode("utf-8", "replace"),
                    v.sidecar.encode("utf-8", "replace"),
                ),
            )
            connection.execute(_DROP, (row.path, KEPT))


def versions(db: Database, path: str) -> list[SkillVersion]:
    """Versions of one file, newest first. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT content_hash, seen_at, text, sidecar FROM skill_version WHERE path = ?"
            " ORDER BY seen_at DESC, content_hash",
            (path,),
        ).fetchall()
    return [SkillVersion(h, at, text.decode(), sidecar.decode()) for h, at, text, sidecar in rows]


def newest_hashes(db: Database) -> dict[str, str]:
    """The newest known content hash of every file. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            # SQLite takes the other columns of an aggregate with one max() from that row.
            "SELECT path, content_hash, max(seen_at) FROM skill_version GROUP BY path"
        ).fetchall()
    return {path: content_hash for path, content_hash, _ in rows}
