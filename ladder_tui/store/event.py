"""Events as rows: encoding, and reading them back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import repeat
from typing import Any, get_args

import msgspec

from ladder_tui.domain.event import Event, EventRecord
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.store.database import Database
from ladder_tui.store.run import find_number

DEFAULT_LIMIT = 1000

_ENCODER = msgspec.json.Encoder()
_TAGS: dict[type[Any], str] = {kind: str(kind.__struct_config__.tag) for kind in get_args(Event)}


class EventRow(msgspec.Struct, frozen=True, gc=False):
    """An event ready to be written, with what the summaries need of it."""

    at: float
    type: str
    agent_id: str
    """Empty for events of the run as a whole."""
    body: bytes
    event: Event


def encode(value: Any) -> bytes:
    """JSON of a domain value.

    Text from models and tools can hold lone surrogates, which UTF-8 has no form for; they become
    replacement characters instead of losing the event. Raises TypeError for a value that is no
    domain value.
    """
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        return _ENCODER.encode(_without_surrogates(msgspec.to_builtins(value)))


def encode_event(event: Event, at: float) -> EventRow:
    """The row of ``event``. Raises TypeError for an event that JSON cannot hold."""
    try:
        body = _ENCODER.encode(event)
    except UnicodeEncodeError:
        body = encode(event)
    kind = type(event)
    agent_id = getattr(event, "agent_id", None) or ""
    return EventRow(at, _TAGS[kind], agent_id, body, event)


@cache
def _decoder() -> msgspec.json.Decoder[list[Event]]:
    # Made at the first use: the union of all events takes milliseconds, and lists need none.
    return msgspec.json.Decoder(list[Event])


def decode_event(body: bytes) -> Event:
    """The event of a stored body. Raises msgspec.DecodeError."""
    return _decoder().decode(b"[%b]" % body)[0]


def _records(run_id: RunId, rows: list[tuple[int, int, float, bytes]]) -> list[EventRecord]:
    """Rows of ``id, seq, at, body`` as records; their bodies are decoded as one JSON array."""
    if not rows:
        return []
    ids, seqs, ats, bodies = zip(*rows, strict=True)
    found = _decoder().decode(b"[%b]" % b",".join(bodies))
    return list(map(EventRecord, ids, repeat(run_id), seqs, ats, found))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_surrogates(v) for v in value]
    return value


def read_events(
    db: Database, run_id: RunId, after_id: int = 0, limit: int = DEFAULT_LIMIT
) -> list[EventRecord]:
    """Events of a run with an id above ``after_id``, in order, at most ``limit`` of them.

    The rows of a run lie between its first and its last event, nearly side by side, so this reads
    the table itself and needs no index. Raises StoreError.
    """
    with db.read() as connection:
        rows = connection.execute(
            "SELECT e.id, e.seq, e.at, e.body FROM run r JOIN event e"
            " ON e.id BETWEEN max(r.first_event, ?) AND r.last_event AND +e.run = r.number"
            " WHERE r.run_id = ? ORDER BY e.id LIMIT ?",
            (after_id + 1, run_id, limit),
        ).fetchall()
    return _records(run_id, rows)


def read_events_of(db: Database, run_id: RunId, kinds: Sequence[type[Event]]) -> list[EventRecord]:
    """All events of a run that are of certain kinds, in order. Raises StoreError."""
    places = ", ".join("?" * len(kinds))
    with db.read() as connection:
        rows = connection.execute(
            "SELECT e.id, e.seq, e.at, e.body FROM run r JOIN event e"  # noqa: S608  # fixed text
            " ON e.id BETWEEN r.first_event AND r.last_event AND +e.run = r.number"
            f" WHERE r.run_id = ? AND e.type IN ({places}) ORDER BY e.id",
            (run_id, *(_TAGS[kind] for kind in kinds)),
        ).fetchall()
    return _records(run_id, rows)


def read_agent_events(
    db: Database, run_id: RunId, agent_id: AgentId, after_id: int = 0, limit: int = DEFAULT_LIMIT
) -> list[EventRecord]:
    """Events of one agent together with those of the run as a whole, in order.

    Raises StoreError.
    """
    with db.read() as connection:
        rows = connection.execute(
            "SELECT id, seq, at, body FROM event WHERE run = ? AND agent_id IN (?, '')"
            " AND id > ? ORDER BY id LIMIT ?",
            (find_number(connection, run_id), agent_id, after_id, limit),
        ).fetchall()
    return _records(run_id, rows)


def latest_id(db: Database, run_id: RunId) -> int:
    """Id of the newest event of a run; 0 before the first. Raises UsageError or StoreError."""
    with db.read() as connection:
        row = connection.execute(
            "SELECT last_event FROM run WHERE number = ?", (find_number(connection, run_id),)
        ).fetchone()
    return int(row[0])
