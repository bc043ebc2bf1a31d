"""Runs that are done, as the history that estimates stand on."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.estimate import Estimate, PastRun, PastUse
from ladder_tui.domain.usage import Usage
from ladder_tui.store.database import Database

SAME_WORKFLOW = 60
OTHERS = 60
"""Newest runs that are read, of the same workflow and of any."""

# A person's time is no work: what questions waited is left out of the wall time.
_RUNS = """SELECT r.number, r.workflow, r.model,
    max(0, coalesce(r.finished_at - r.started_at, 0)
        - coalesce((SELECT sum(waited_s) FROM question q WHERE q.run = r.number), 0)),
    s.body
FROM run r JOIN run_spec s ON s.run = r.number
WHERE r.number IN (SELECT number FROM (SELECT number FROM run
        WHERE workflow = ?1 AND state = 'done' AND agents_failed = 0 AND agents_total > 0
        ORDER BY number DESC LIMIT ?2)
    UNION SELECT number FROM (SELECT number FROM run
        WHERE state = 'done' AND agents_failed = 0 AND agents_total > 0
        ORDER BY number DESC LIMIT ?3))
ORDER BY r.number DESC"""
_USES = """SELECT run, skill, model, count(*), sum(input_tokens), sum(output_tokens),
    sum(cache_read_tokens), sum(cache_creation_tokens), max(is_usage_estimated), sum(nano_usd),
    total(max(0, coalesce(finished_at - started_at, 0))), sum(findings)
FROM agent WHERE state = 'done' AND run IN ({}) GROUP BY run, skill, model"""


class _Expected(msgspec.Struct):
    """The one part of a specification that counts here; the rest is not decoded."""

    estimate: Estimate | None = None


_decode = msgspec.json.Decoder(_Expected).decode


def past_runs(db: Database, workflow: str) -> list[PastRun]:
    """Newest done runs first, of ``workflow`` and of others. Raises StoreError."""
    with db.read() as connection:
        runs = connection.execute(_RUNS, (workflow, SAME_WORKFLOW, OTHERS)).fetchall()
        numbers = [row[0] for row in runs]
        uses = connection.execute(_USES.format(", ".join("?" * len(numbers))), numbers).fetchall()
    by_run: dict[int, list[PastUse]] = {}
    for row in uses:
        by_run.setdefault(row[0], []).append(_use(row))
    return [_past(row, tuple(by_run.get(row[0], ()))) for row in runs]


def _past(row: tuple[Any, ...], uses: tuple[PastUse, ...]) -> PastRun:
    number, workflow, model, seconds, body = row
    # An agent that was sent back waited for a person too, and none took longer than the run.
    uses = tuple(
        msgspec.structs.replace(use, seconds=min(use.seconds, use.agents * seconds)) for use in uses
    )
    return PastRun(number, workflow, model, seconds, uses, _estimate(body))


def _estimate(body: bytes) -> Estimate | None:
    try:
        return _decode(body).estimate
    except msgspec.DecodeError:  # of another version: it says nothing about later ones
        return None


def _use(row: tuple[Any, ...]) -> PastUse:
    usage = Usage(row[4], row[5], row[6], row[7], bool(row[8]))
    return PastUse(row[1], row[2], row[3], usage, row[9], row[10], row[11])
