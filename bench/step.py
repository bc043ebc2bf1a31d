"""What the engine adds to each step: 200 steps without an agent, journalled in a real database.

Half of them join lists, half check an output against a schema. The reference is the same work,
called directly. Everything counts: planning, keys, events, and writing the journal to its end.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from bench.table import Row

STEPS = 200
ROUNDS = 5
TARGET_MS = 3.0
SCHEMA = {"type": "array", "items": {"type": "object", "required": ["path", "line"]}}
ITEMS = [{"path": f"src/module_{n}.py", "line": n, "message": "a finding " * 8} for n in range(8)]


def run() -> list[Row]:
    """Measure; some seconds."""
    work = statistics.median(_work_ms() for _ in range(ROUNDS))
    ours = statistics.median(asyncio.run(_measure()) for _ in range(ROUNDS))
    over = ours - work
    return [
        Row(f"engine per step over {STEPS} steps, ms beyond the work", over, work,
            over / TARGET_MS, f"≤ {TARGET_MS:g} ms", over <= TARGET_MS)
    ]  # fmt: skip


def _work_ms() -> float:
    """Milliseconds per step of the bare work."""
    from ladder_tui.gates.schema import check_schema

    began = time.perf_counter()
    for _ in range(STEPS // 2):
        check_schema(list(ITEMS), SCHEMA)
    return (time.perf_counter() - began) * 1000 / STEPS


async def _measure() -> float:
    """Milliseconds per step in a run."""
    from ladder_tui.domain.run import RunLimits
    from ladder_tui.workflow.engine import Engine
    from tests.store.build import spec as run_spec
    from tests.workflow.world import as_workflow, opened

    # The first has the items in the place of what is missing; the rest join and check them.
    steps: list[dict[str, Any]] = [
        {"id": "start", "skill": "nobody", "on_error": "fallback", "fallback": "${inputs.items}"}
    ]
    for number in range(STEPS // 2):
        over = f"join{number - 1}" if number else "start"
        steps.append({"id": f"join{number}", "aggregate": "concat", "over": over})
        steps.append({"id": f"check{number}", "gate": "schema", "over": f"join{number}"})
    workflow = as_workflow({"steps": steps, "output": SCHEMA, "result": "${inputs.items}"})
    spec = msgspec.structs.replace(run_spec(), workflow=workflow, inputs={"items": ITEMS})
    with tempfile.TemporaryDirectory() as folder:
        surroundings = opened(Path(folder), spec, {}, None, RunLimits(), [], None, 0.0)
        async with surroundings as (world, ports):
            engine = Engine(spec, ports)
            began = time.perf_counter()
            end = await engine.run()
            world.journal.emit(end)
            await world.journal.flush()
            elapsed = time.perf_counter() - began
    assert end.state == "done", end.reason
    return elapsed * 1000 / STEPS
