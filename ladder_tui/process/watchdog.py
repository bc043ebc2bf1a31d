"""Ends a command whose processes together are too many, or hold too much memory.

No limit of the kernel does this everywhere: RLIMIT_NPROC does nothing for root and counts what
else the user runs, RLIMIT_AS holds for each process alone, and a cgroup has to be delegated. So
the tree below a command is counted ten times a second through ``/proc``: 0.1 ms for each process,
on a thread. Inside bubblewrap the tree is whole, since its pid namespace keeps orphans; at the
level ``limits`` an orphan leaves it and is not counted. Where the kernel lists no children
(``CONFIG_PROC_CHILDREN``), nothing is counted.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec

from ladder_tui.process.spec import MIB, ProcessSpec

INTERVAL_S = 0.1
RAM_SHARE = 0.75
"""Of the machine's memory; a command that takes more would take the machine along."""
_CHILDREN_BYTES = 16_384
_CHILDREN = 2_000
"""Fewer than fit, so that no number is cut in two."""
Excess = Literal["", "processes", "memory"]


class Tree(msgspec.Struct, frozen=True):
    """What runs below a command, itself included."""

    processes: int
    memory_bytes: int
    """Private and shared memory, files not counted."""


async def wait_for_excess(pid: int, spec: ProcessSpec) -> Excess:
    """Return when the tree of ``pid`` is over a limit of ``spec``; else never."""
    most = min(spec.total_memory_mb * MIB, int(_ram_bytes() * RAM_SHARE))
    while True:
        await asyncio.sleep(INTERVAL_S)
        tree = await asyncio.to_thread(count_tree, pid, spec.max_processes)
        if tree.processes > spec.max_processes:
            return "processes"
        if tree.memory_bytes > most:
            return "memory"


def count_tree(pid: int, enough: int) -> Tree:
    """Count the processes of a tree, no further than one more than ``enough``. Blocks."""
    waiting, processes, memory = [pid], 0, 0
    while waiting and processes <= enough:
        found = waiting.pop()
        processes += 1
        memory += _memory_bytes(found)
        waiting += _children(found)
    return Tree(processes, memory)


def _children(pid: int) -> Iterator[int]:
    """Children of every thread of ``pid``, the first of very many; none of one that has ended."""
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - many times a second
            with Path(f"/proc/{pid}/task/{task}/children").open("rb", buffering=0) as file:
                # One read: the kernel goes through the list anew for each, and a bomb grows it
                # faster than it is read to its end.
                yield from map(int, (file.read(_CHILDREN_BYTES) or b"").split()[:_CHILDREN])


def _memory_bytes(pid: int) -> int:
    try:
        rows = Path(f"/proc/{pid}/status").read_bytes().splitlines()
    except OSError:
        return 0
    kinds = (b"RssAnon:", b"RssShmem:")
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith(kinds))


def _ram_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
