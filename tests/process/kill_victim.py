"""Run by a test, which kills it: a runner with a command whose tree has left its group."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import cast

from ladder_tui.process.runner import ProcessRunner, ProcessSpec, SandboxLevel


def record(group: int, ticks: int, _label: str) -> None:
    print(group, ticks, flush=True)


async def main(level: SandboxLevel, word: str) -> None:
    script = f"sleep {word} & setsid sleep {word} & (setsid sleep {word} &) ; sleep {word}"
    runner = ProcessRunner(level, on_start=record)
    await runner.run(ProcessSpec(("sh", "-c", script), Path("/tmp")))


if __name__ == "__main__":
    asyncio.run(main(cast("SandboxLevel", sys.argv[1]), os.environ["WORD"]))
