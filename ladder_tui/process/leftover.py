"""Find and end what a dead runner left behind, without hitting a reused process id.

A process is named by its id and its start time (clock ticks since boot, field 22 of
``/proc/PID/stat``): the id alone may belong to somebody else by now. Processes that left their
group are found by ``GROUP_VARIABLE`` in the environment they were started with. Without ``/proc``
nothing is found and nothing is killed.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

GROUP_VARIABLE = "LADDER_GROUP"
"""Set by the launcher to the process group of a command and inherited by all it starts."""
VERIFY_S = 3.0
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD in the kernel's sched.h
_CLEAN_LOOKS = 2
_UNSURE_LOOKS = 10
_LOOK_AGAIN_S = 0.002


class ProcessStat(msgspec.Struct, frozen=True):
    """One line of ``/proc/PID/stat``."""

    pid: int
    state: str
    parent: int
    group: int
    session: int
    flags: int
    start_ticks: int

    @property
    def is_running(self) -> bool:
        """False for a zombie, which holds its id and does nothing, and for kernel threads."""
        return self.state not in "ZX" and not self.flags & _KERNEL_THREAD


def read_stat(pid: int) -> ProcessStat | None:
    """Return what the kernel says about ``pid``, None where there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The name in parentheses may hold spaces and parentheses itself: cut after the last one.
    fields = text[text.rindex(b")") + 2 :].split()
    parent, group, session = (int(field) for field in fields[1:4])
    flags, ticks = int(fields[6]), int(fields[19])
    return ProcessStat(pid, fields[0].decode(), parent, group, session, flags, ticks)


def start_ticks(pid: int) -> int:
    """Return the start time of ``pid`` in clock ticks since boot, 0 where it is unknown."""
    stat = read_stat(pid)
    return stat.start_ticks if stat is not None else 0


def is_alive(pid: int, ticks: int) -> bool:
    """Say whether the process that was started at ``ticks`` under this id still runs."""
    stat = read_stat(pid)
    return stat is not None and stat.start_ticks == ticks and stat.is_running


def descendants(pid: int) -> list[int]:
    """Return the ids of all running children of ``pid``, theirs included."""
    children: dict[int, list[int]] = {}
    for stat in _running():
        children.setdefault(stat.parent, []).append(stat.pid)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def group_members(group: int, ticks: int) -> list[int]:
    """Return the running processes of a recorded group, those included that left it.

    ``ticks`` is the start time of the leader. While the leader lives it proves that the group is
    ours. When it is gone, only processes that carry our variable and are not older count.
    """
    return _look(group, ticks)[0]


def kill_groups(groups: Iterable[tuple[int, int]]) -> list[int]:
    """Kill the recorded ``(group, start ticks)`` and return the process ids that were killed.

    Looks again until nothing is left, since a process may start another while it is killed;
    gives up after 3 s per group (a process in an uninterruptible wait). Blocks.
    """
    killed: set[int] = set()
    for group, ticks in groups:
        killed |= _kill_group(group, ticks)
    return sorted(killed)


def _kill_group(group: int, ticks: int) -> set[int]:
    """One clean look is not enough: a child may be born and its parent die while we read."""
    killed: set[int] = set()
    deadline = time.monotonic() + VERIFY_S
    clean = unsure = 0
    while clean < _CLEAN_LOOKS and time.monotonic() < deadline:
        members, is_sure = _look(group, ticks)
        for pid in members:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        if members:
            clean = 0
        elif is_sure or unsure >= _UNSURE_LOOKS:
            clean += 1
        else:
            unsure += 1
        if clean < _CLEAN_LOOKS:
            time.sleep(_LOOK_AGAIN_S)
    return killed


def _look(group: int, ticks: int) -> tuple[list[int], bool]:
    """Return the members, and whether the environment of every candidate could be seen."""
    leader = read_stat(group)
    is_led = leader is not None and leader.start_ticks == ticks
    marker = f"{GROUP_VARIABLE}={group}".encode()
    found = []
    is_sure = True
    for stat in _running():
        if stat.start_ticks < ticks:
            continue
        environment = _environment(stat.pid)
        is_sure = is_sure and environment is not None
        if marker in (environment or ()) or (is_led and stat.group == group):
            found.append(stat.pid)
    return found, is_sure


def _running() -> Iterator[ProcessStat]:
    proc = Path("/proc")
    for entry in list(proc.iterdir()) if proc.is_dir() else []:
        stat = read_stat(int(entry.name)) if entry.name.isdecimal() else None
        if stat is not None and stat.is_running:
            yield stat


def _environment(pid: int) -> list[bytes] | None:
    """Return it; None where it cannot be seen now and may be later.

    For a moment of its exec a process seems to have none; and a process that has just changed its
    rights, as bubblewrap does while it sets up, shows it to root only until its next exec.
    """
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:
        return None if _is_ours(pid) else []
    except OSError:
        return []
    return environment.split(b"\0") if environment else None


def _is_ours(pid: int) -> bool:
    try:
        rows = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return False
    uid = next((row.split()[1] for row in rows if row.startswith("Uid:")), "")
    return uid == str(os.getuid())
