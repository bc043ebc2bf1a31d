"""Ask a worker script: one JSON request in, one typed answer out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypeVar

import msgspec

from ladder_tui.gates.call import call
from ladder_tui.gates.gate import GateError
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import MIB, ProcessResult, ProcessSpec

Answer = TypeVar("Answer")

WORKERS = Path(__file__).with_name("worker")
OUTPUT_LIMIT = 16 * MIB
DEEP_STACK = {"RAYON_NUM_THREADS": "4", "RUST_MIN_STACK": str(256 * MIB)}
"""For threads of tools in Rust: on their usual 2 MiB grimp overflows at 100,000 nested operators;
with 256 MiB (of address space) every nesting that fits into a file of 1 MB was read."""


async def ask_worker(
    process: ProcessRunner,
    script: Path,
    request: dict[str, object],
    answer: type[Answer],
    *,
    root: Path,
    timeout_s: float,
    cwd: Path | None = None,
) -> tuple[Answer, ProcessResult]:
    """Run ``script`` isolated over the repository at ``root`` and return what it answered.

    Raises GateError where it failed, printed too much or something else than the answer;
    CrashError where a signal ended it.
    """
    spec = ProcessSpec(
        (sys.executable, "-I", str(script)),
        cwd=cwd or root,
        timeout_s=timeout_s,
        memory_mb=4096,
        output_limit=OUTPUT_LIMIT,
        env=DEEP_STACK,
        stdin=msgspec.json.encode({**request, "root": str(root)}),
        read_paths=(root, script.parent),
        label=script.stem.replace("_", "-"),
    )
    result = await call(process, spec)
    if result.is_truncated:
        raise GateError(f"{spec.label} printed more than {OUTPUT_LIMIT // MIB} MiB")
    try:
        return msgspec.json.decode(result.stdout, type=answer), result
    except msgspec.DecodeError as error:
        raise GateError(
            f"{spec.label} printed something else than an answer", why=str(error)
        ) from error
