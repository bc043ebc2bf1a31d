"""The whole engine under many agents: turn loop, tools, budget, journal and ledger.

As ``bench.engine_client``, with everything around the client that a run has: every agent is an
``Agent`` with a real ``Read`` of a file between its two turns, every turn is announced and bought
in a real database, meters are published at 10 Hz. The reference for CPU is the SDK's documented
loop over ``client.messages.stream``, which keeps nothing.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.engine_client import CPU_TARGET, ROUNDS, TOKEN_DELAY_S, TOKENS, WALL_TARGET, measure
from bench.table import Row

SCRIPT = {
    "turns": [
        {
            "text": "token " * TOKENS,
            "tools": [{"name": "Read", "input": {"file_path": "app.py"}}],
            "token_delay_s": TOKEN_DELAY_S,
            "output_tokens": TOKENS,
        },
        {"text": "token " * TOKENS, "token_delay_s": TOKEN_DELAY_S, "output_tokens": TOKENS},
    ]
}


def _ideal_s() -> float:
    """Seconds that the server's script takes for the two turns."""
    import msgspec

    from tests.servers.messages import MessagesServer
    from tests.servers.reply import ScriptFile

    file = msgspec.convert(SCRIPT, ScriptFile)
    server = MessagesServer(file.script())
    return sum((len(server.frames(turn)) - 1) * TOKEN_DELAY_S for turn in file.turns)


def run() -> list[Row]:
    """Measure 50 and 200 agents; about a minute on two cores."""
    rows = []
    ideal = _ideal_s()
    for agents, target in WALL_TARGET.items():
        ours = [_measure(agents) for _ in range(ROUNDS)]
        sdk = [measure("sdk", agents) for _ in range(ROUNDS)]
        wall = statistics.median(m["wall_s"] for m in ours)
        cpu = statistics.median(m["cpu_ms"] for m in ours)
        cpu_sdk = statistics.median(m["cpu_ms"] for m in sdk)
        rows.append(
            Row(f"engine wall, {agents} agents, s (ideal)", wall, ideal, wall / ideal,
                f"≤ {target:g}", wall / ideal <= target)
        )  # fmt: skip
        rows.append(
            Row(f"engine CPU per call, {agents} agents, ms (SDK)", cpu, cpu_sdk, cpu / cpu_sdk,
                f"≤ {CPU_TARGET:g}", cpu / cpu_sdk <= CPU_TARGET)
        )  # fmt: skip
    return rows


def _measure(agents: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.json"
        script.write_text(json.dumps(SCRIPT))
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.messages", "--script", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            url = f"http://127.0.0.1:{int(server.stdout.readline())}"
            command = [sys.executable, "-m", "bench.engine", "--agents", str(agents)]
            done = subprocess.run(
                [*command, "--url", url, "--root", folder],
                stdout=subprocess.PIPE,
                check=True,
                timeout=120,
            )
        finally:
            server.stdin.close()
            server.wait(10)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


async def _child(root: Path, url: str, agents: int) -> dict[str, float]:
    from bench.engine_run import prepare

    bench = await prepare(root, url, agents)
    await bench.agent("warm-up")
    gc.collect()
    gc.freeze()
    cpu, wall = time.process_time(), time.perf_counter()
    outcomes = await bench.all_agents()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert all(outcome.is_ok for outcome in outcomes)
    await bench.aclose()
    return {"wall_s": wall, "cpu_ms": cpu * 1000 / (agents * 2)}


def main() -> None:
    """Measure one child and print it as JSON."""
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--url", required=True)
    parser.add_argument("--root", type=Path, required=True)
    options = parser.parse_args()
    print(json.dumps(uvloop.run(_child(options.root, options.url, options.agents))))


if __name__ == "__main__":
    main()
