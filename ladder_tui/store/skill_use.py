"""How skills did, counted per agent that used them; composed parts count as used too."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.skill_entry import SkillStats
from ladder_tui.store import used
from ladder_tui.store.database import Database

LAST_RUNS = 8
"""Newest uses kept for each skill."""

_SUMS = ", ".join(
    f"coalesce({'max' if column.startswith('is_') else 'sum'}(a.{column}), 0)"
    for column in used.COLUMNS
)
_STATS = f"""SELECT u.skill, count(*), count(DISTINCT u.run), total(a.state = 'done'),
    total(a.state IN ('done', 'failed', 'cancelled', 'budget')), max(u.at), {_SUMS}
FROM skill_use u LEFT JOIN agent a ON a.run = u.run AND a.agent_id = u.agent_id
GROUP BY u.skill"""  # noqa: S608  # fixed text
_LAST = """SELECT skill, run_id, number, state, skill_hash FROM (
    SELECT u.skill, u.skill_hash, r.run_id, r.number, coalesce(a.state, 'queued') AS state,
        row_number() OVER (PARTITION BY u.skill ORDER BY u.at DESC, u.run DESC) AS place
    FROM skill_use u JOIN run r ON r.number = u.run
    LEFT JOIN agent a ON a.run = u.run AND a.agent_id = u.agent_id)
WHERE place <= ? ORDER BY skill, place"""


def skill_stats(db: Database) -> dict[str, SkillStats]:
    """How every skill did that a run ever invoked, by name. Raises StoreError."""
    with db.read() as connection:
        sums = connection.execute(_STATS).fetchall()
        last = connection.execute(_LAST, (LAST_RUNS,)).fetchall()
    newest: dict[str, list[tuple[RunId, int, str]]] = {}
    hashes: dict[str, str] = {}
    for skill, run_id, number, state, skill_hash in last:
        newest.setdefault(skill, []).append((RunId(run_id), number, state))
        hashes.setdefault(skill, skill_hash)
    return {
        row[0]: msgspec.structs.replace(
            _stats(row),
            last_hash=hashes.get(row[0], ""),
            last_runs=tuple(newest.get(row[0], ())),
        )
        for row in sums
    }


def _stats(row: tuple[Any, ...]) -> SkillStats:
    usage, cost = used.from_row(row[6:])
    return SkillStats(
        uses=row[1],
        runs=row[2],
        done=int(row[3]),
        ended=int(row[4]),
        usage=usage,
        cost=cost,
        last_at=row[5],
    )
