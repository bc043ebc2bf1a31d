"""Many agents on one model client: wall time against the ideal, CPU per call against the SDK.

A loopback server in its own process plays two turns of 60 tokens, 20 ms apart, with one tool call
between them, to 50 and to 200 agents at once. *Ideal* is the time that the server's script takes
for two turns. Each variant runs in its own process: ``ours`` is ``ladder_tui.models.anthropic``,
``sdk`` the loop over ``client.messages.stream`` that the SDK's documentation shows. Both run on
uvloop, after one warm-up call, with what is imported by then frozen for the garbage collector.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.table import Row, print_table

TOKENS = 60
TOKEN_DELAY_S = 0.02
WALL_TARGET = {50: 1.05, 200: 1.10}
CPU_TARGET = 0.4
ROUNDS = 3

Variant = tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]
"""One agent's work, and the end of the client."""


def ideal_s() -> float:
    """Return the seconds that the server's script takes for two turns."""
    from tests.servers.messages import MessagesServer, bench_script
    from tests.servers.reply import Seen

    script = bench_script(TOKENS, TOKEN_DELAY_S, has_tool=True)
    server = MessagesServer(script)
    seen = [Seen(1, "", {}, b"", 0.0), Seen(2, "", {}, b'"role":"assistant"', 0.0)]
    return sum((len(server.frames(script(s))) - 1) * TOKEN_DELAY_S for s in seen)


def run() -> list[Row]:
    """Measure everything; about a minute on two cores."""
    rows = []
    ideal = ideal_s()
    for agents, target in WALL_TARGET.items():
        ours = [measure("ours", agents) for _ in range(ROUNDS)]
        sdk = [measure("sdk", agents) for _ in range(ROUNDS)]
        wall = statistics.median(m["wall_s"] for m in ours)
        cpu = statistics.median(m["cpu_ms"] for m in ours)
        cpu_sdk = statistics.median(m["cpu_ms"] for m in sdk)
        wall_sdk = statistics.median(m["wall_s"] for m in sdk)
        rows += [
            _row(f"client wall, {agents} agents, s (ideal)", wall, ideal, target),
            _row(f"client wall, {agents} agents, s (SDK)", wall, wall_sdk, 1.0),
            _row(f"client CPU per call, {agents} agents, ms (SDK)", cpu, cpu_sdk, CPU_TARGET),
        ]
    return rows


def _row(name: str, ours: float, reference: float, target: float) -> Row:
    ratio = ours / reference
    return Row(name, ours, reference, ratio, f"≤ {target:g}", ratio <= target)


def measure(variant: str, agents: int) -> dict[str, float]:
    script = ["--tool", "--tokens", str(TOKENS), "--token-delay", str(TOKEN_DELAY_S)]
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.messages", *script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        command = [sys.executable, "-m", "bench.engine_client", "--variant", variant]
        done = subprocess.run(
            [*command, "--agents", str(agents), "--url", url],
            stdout=subprocess.PIPE,
            check=True,
            timeout=120,
        )
    finally:
        server.stdin.close()
        server.wait(10)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


async def _time(variant: str, agents: int, url: str) -> dict[str, float]:
    agent, close = _ours(url) if variant == "ours" else _sdk(url)
    await agent()
    # As the runner does once its imports are done: without it a collection walks the SDK's 85 MB.
    gc.collect()
    gc.freeze()
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(agent() for _ in range(agents)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await close()
    return {"wall_s": wall, "cpu_ms": cpu * 1000 / (agents * 2)}


def _ours(url: str) -> Variant:
    from ladder_tui.domain.ids import AgentId
    from ladder_tui.domain.message import Message, ToolResultBlock, user_text
    from ladder_tui.domain.model import CallSite, ModelRequest, ToolSpec
    from ladder_tui.models.anthropic import AnthropicClient
    from ladder_tui.models.client import ignore_delta

    client = AnthropicClient("loopback", "key", base_url=url)
    tool = ToolSpec("Grep", "Search files.", _TOOL["input_schema"])

    async def agent() -> None:
        messages: list[Message] = [user_text(_PROMPT)]
        for turn in (1, 2):
            request = ModelRequest(
                model="loopback",
                system=_SYSTEM,
                messages=tuple(messages),
                max_tokens=1024,
                call=CallSite(AgentId("bench/1"), "bench", turn),
                tools=(tool,),
            )
            reply = await client.complete(request, ignore_delta)
            messages.append(reply.message)
            results = [ToolResultBlock(u.id, _RESULT) for u in reply.message.tool_uses]
            assert bool(results) == (turn == 1)
            messages.append(Message("user", tuple(results)))

    return agent, client.aclose


def _sdk(url: str) -> Variant:
    import anthropic

    client = anthropic.AsyncAnthropic(api_key="key", base_url=url, max_retries=0)

    async def agent() -> None:
        messages: list[Any] = [{"role": "user", "content": _PROMPT}]
        for turn in (1, 2):
            async with client.messages.stream(
                model="loopback",
                system=_SYSTEM,
                messages=messages,
                max_tokens=1024,
                tools=[_TOOL],  # type: ignore[list-item]
            ) as stream:
                async for _ in stream:
                    pass
                message = await stream.get_final_message()
            results = [
                {"type": "tool_result", "tool_use_id": block.id, "content": _RESULT}
                for block in message.content
                if block.type == "tool_use"
            ]
            assert bool(results) == (turn == 1)
            messages += [message.to_param(), {"role": "user", "content": results}]

    return agent, client.close


_SYSTEM = "You review code for security. " * 60
_PROMPT = "Review this file.\n" + "def main() -> None:\n    print('hello')\n" * 100
_RESULT = "src/main.py:1: def main() -> None:\n" * 50
_TOOL: dict[str, Any] = {
    "name": "Grep",
    "description": "Search files.",
    "input_schema": {"type": "object", "properties": {"pattern": {"type": "string"}}},
}


def main() -> None:
    """Print the table, or as a child measure one variant and print it as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", choices=["ours", "sdk"])
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    if options.variant is None:
        print_table(run())
        return
    import uvloop

    print(json.dumps(uvloop.run(_time(options.variant, options.agents, options.url))))


if __name__ == "__main__":
    main()
