"""Attacks on the machine's resources, at the level ``bwrap``: processes, memory, disk, output."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.process import watchdog
from ladder_tui.process.runner import ProcessRunner, ProcessSpec
from tests.process.attack import attack
from tests.process.level import each_level, needs_bwrap

# Each of them stops by itself at about 1,000 processes: a watchdog that failed must fail this test,
# and not take the machine along.
DOUBLING = "f(){ if [ $1 -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 100; }; f 8"
MANY = "for n in $(seq 1000); do sleep 100 & done; wait"
HIDDEN = "(for n in $(seq 1000); do (sleep 100 &) ; done) ; sleep 100"


@needs_bwrap
@pytest.mark.parametrize("bomb", [DOUBLING, MANY, HIDDEN], ids=["doubling", "many", "hidden"])
async def test_a_fork_bomb_is_ended(tmp_path: Path, bomb: str) -> None:
    done = await attack(tmp_path, bomb)
    assert done.text.endswith("[ended: more than 512 processes]")
    assert done.summary == "too many processes"


@needs_bwrap
async def test_one_process_cannot_have_all_memory(tmp_path: Path) -> None:
    done = await attack(tmp_path, "python3 -c 'bytearray(9 * 2**30)'")
    assert "MemoryError" in done.text


@needs_bwrap
async def test_many_processes_cannot_have_all_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "RAM_SHARE", 100 * 2**20 / watchdog._ram_bytes())
    eater = "python3 -c 'x = b\"x\" * (40 * 2**20); import time; time.sleep(60)' &"
    done = await attack(tmp_path, f"{eater * 4} wait")
    assert done.text.endswith("[ended: its processes held too much memory together]")


@each_level
async def test_the_runner_says_why_it_ended_a_command(tmp_path: Path, level: str) -> None:
    argv = ("sh", "-c", "for n in 1 2 3 4 5 6 7 8 9; do sleep 60 & done; wait")
    spec = ProcessSpec(argv, tmp_path, read_paths=(tmp_path,), max_processes=8)
    done = await ProcessRunner("bwrap" if level == "bwrap" else "limits").run(spec)
    assert done.excess == "processes"
    assert not done.is_timed_out
    assert done.elapsed_s < 60


@needs_bwrap
async def test_a_disk_is_not_filled_from_the_temporary_folders(tmp_path: Path) -> None:
    done = await attack(tmp_path, "head -c 600M /dev/zero > /tmp/x; stat -c %s /tmp/x")
    assert int(done.text.split()[-1]) <= 512 * 2**20
