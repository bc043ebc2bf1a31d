"""How fast stored events become the state of a run, against sqlite-utils and json.

Ours: ``read_events`` page by page and ``RunView.apply_all``. Reference: the same rows through
``rows_where`` of sqlite-utils, ``json.loads``, and a fold into dictionaries that keeps the same
figures (states, turns, tokens, cost, segments, findings). Best of several rounds, taken in turns.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import sqlite_utils

from bench.journal import EVENTS, events, new_run, write_journal
from bench.table import Row, print_table
from ladder_tui.domain.ids import RunId
from ladder_tui.projections.run_view import RunView
from ladder_tui.store.database import open_database
from ladder_tui.store.event import read_events

ROUNDS = 5
TARGET = 5.0
_PAGE = 1_000
_USED = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "nano_usd",
    "unpriced_calls",
)


def replay(path: Path, run_id: RunId) -> RunView:
    """The state of the run, by our own reader and fold."""
    db = open_database(path)
    view = RunView(run_id)
    try:
        while records := read_events(db, run_id, view.last_id, limit=_PAGE):
            view.apply_all(records)
    finally:
        db.close()
    return view


def replay_plain(path: Path) -> dict[str, Any]:
    """The same figures from dictionaries."""
    db = sqlite_utils.Database(path)
    state: dict[str, Any] = {"agents": {}, "gates": {}, "used": dict.fromkeys(_USED, 0)}
    rows = db["event"].rows_where(order_by="id")
    for row in rows:
        _plain_apply(state, row["at"], json.loads(row["body"]))
    db.close()
    return state


def _plain_apply(state: dict[str, Any], at: float, event: dict[str, Any]) -> None:
    agent = state["agents"].get(event["agent_id"])
    if agent is None:
        agent = {"state": "queued", "turns": 0, "tools": 0, "findings": [], "unverified": 0}
        agent |= {"segments": [], "open": {}, "used": dict.fromkeys(_USED, 0)}
        state["agents"][event["agent_id"]] = agent
    agent["last"], agent["last_at"] = event, at
    handler = _PLAIN.get(event["type"])
    if handler is not None:
        handler(state, agent, at, event)


def _open(agent: dict[str, Any], kind: str, key: str, at: float) -> None:
    segment = {"kind": kind, "start": at, "end": None}
    agent["open"][(kind, key)] = segment
    agent["segments"].append(segment)


def _close(agent: dict[str, Any], kind: str, key: str, at: float) -> None:
    segment = agent["open"].pop((kind, key), None)
    if segment is not None:
        segment["end"] = at


def _plain_queued(_s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    a |= {"name": e["name"], "model": e["model"], "limit": e["token_limit"]}
    _open(a, "wait", "", at)


def _plain_started(_s: dict[str, Any], a: dict[str, Any], at: float, _e: dict[str, Any]) -> None:
    a["state"] = "running"
    _close(a, "wait", "", at)


def _plain_turn(_s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    a["turn"], a["attempt"] = e["turn"], e["attempt"]
    _close(a, "retry", "", at)
    _open(a, "model", "", at)


def _plain_reply(s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    usage, cost = e["usage"], e["cost"]
    for sums in (s["used"], a["used"]):
        for key in _USED:
            sums[key] += usage.get(key, 0) + cost.get(key, 0)
    a["turn"], a["attempt"] = e["turn"], e["attempt"]
    a["turns"] += 1
    a["context"] = (
        usage.get("input_tokens", 0)
        + usage.get("cache_read_input_tokens", 0)
        + usage.get("cache_creation_input_tokens", 0)
    )
    _close(a, "model", "", at)


def _plain_tool(_s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    _open(a, "tool", e["tool_use_id"], at)


def _plain_result(_s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    a["tools"] += 1
    _close(a, "tool", e["tool_use_id"], at)


def _plain_gate(_s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    _open(a, "gate", e["gate"], at)


def _plain_verdict(s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    gate = e["result"]["gate"]
    s["gates"][(e["step_id"], e["agent_id"], gate)] = e["result"]
    _close(a, "gate", gate, at)


def _plain_finding(_s: dict[str, Any], a: dict[str, Any], _at: float, e: dict[str, Any]) -> None:
    a["findings"].append(e["finding"])
    a["unverified"] += e["finding"].get("quote_state") == "unverified"


def _plain_finished(_s: dict[str, Any], a: dict[str, Any], at: float, e: dict[str, Any]) -> None:
    a["state"], a["summary"], a["finished_at"] = e["state"], e.get("summary", ""), at


_PLAIN: dict[str, Callable[[dict[str, Any], dict[str, Any], float, dict[str, Any]], None]] = {
    "agent_queued": _plain_queued,
    "agent_started": _plain_started,
    "turn_started": _plain_turn,
    "turn_finished": _plain_reply,
    "tool_started": _plain_tool,
    "tool_finished": _plain_result,
    "gate_started": _plain_gate,
    "gate_finished": _plain_verdict,
    "finding_reported": _plain_finding,
    "agent_finished": _plain_finished,
}


def run(count: int = EVENTS, rounds: int = ROUNDS) -> list[Row]:
    """Seconds to state, ours and the reference's; the ratio is how many times faster ours is."""
    ours, plain = [], []
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "ladder.db"
        run_id, epoch = new_run(path)
        asyncio.run(write_journal(path, run_id, epoch, events(count)))
        for _ in range(rounds):
            started = time.perf_counter()
            view = replay(path, run_id)
            ours.append(time.perf_counter() - started)
            started = time.perf_counter()
            state = replay_plain(path)
            plain.append(time.perf_counter() - started)
            used = {**msgspec.structs.asdict(view.usage), **msgspec.structs.asdict(view.cost)}
            if {key: used[key] for key in _USED} != state["used"]:
                raise AssertionError("the two folds differ")
    ratio = min(plain) / min(ours)
    name = f"replay, {count} events (s; ratio: times faster)"
    return [Row(name, min(ours), min(plain), ratio, f">= {TARGET:.0f}", ratio >= TARGET)]


def main() -> int:
    """Print the table; 1 when a target is missed."""
    rows = run()
    print_table(rows)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
