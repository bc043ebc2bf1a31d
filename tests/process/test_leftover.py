from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ladder_tui.process import leftover
from ladder_tui.process.runner import SandboxLevel
from tests.process.level import each_level, needs_bwrap
from tests.process.tree import running, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield process
        process.kill()


@each_level
def test_nothing_survives_the_kill_of_a_runner(level: SandboxLevel) -> None:
    word = f"305.{os.getpid()}"
    victim = [sys.executable, "-m", "tests.process.kill_victim", level]
    environment = {**os.environ, "WORD": word}
    with subprocess.Popen(victim, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        group, ticks = map(int, process.stdout.readline().split())
        assert wait_until(lambda: len(running(word)) == 4)
        assert leftover.is_alive(group, ticks)
        process.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not leftover.is_alive(group, ticks))
    if level == "limits":  # what is in a sandbox is gone without this
        assert len(leftover.kill_groups([(group, ticks)])) == 4
    assert wait_until(lambda: not running(word))
    assert leftover.kill_groups([(group, ticks)]) == []


@needs_bwrap
def test_a_sandbox_that_is_killed_while_it_is_set_up_does_not_run_on() -> None:
    """bubblewrap alone would: it asks to die with its parent only at the end of its set-up."""
    word = f"308.{os.getpid()}"
    victim = [sys.executable, "-m", "tests.process.kill_victim", "bwrap"]
    environment = {**os.environ, "WORD": word}
    for after_s in (0.001, 0.003, 0.006, 0.009):
        with subprocess.Popen(victim, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(after_s)
            process.send_signal(signal.SIGKILL)
    # A sandbox may be on its way to the command when we look the first time.
    time.sleep(0.2)
    assert wait_until(lambda: not running(word))


def test_killed_before_the_release_the_command_never_runs(tmp_path: Path) -> None:
    code = (
        "import os, asyncio\n"
        "from pathlib import Path\n"
        "from ladder_tui.process.runner import ProcessRunner, ProcessSpec\n"
        "def stop(group, ticks, label):\n"
        "    print(group, ticks, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        f"spec = ProcessSpec(('touch', 'made'), Path({str(tmp_path)!r}),"
        f" write_paths=(Path({str(tmp_path)!r}),))\n"
        "asyncio.run(ProcessRunner('limits', on_start=stop).run(spec))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    group, ticks = map(int, done.stdout.split())
    assert wait_until(lambda: not leftover.is_alive(group, ticks))
    assert list(tmp_path.iterdir()) == []


def test_a_reused_id_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    ticks = leftover.start_ticks(sleeper.pid)
    assert leftover.kill_groups([(sleeper.pid, ticks - 1), (sleeper.pid, ticks + 1)]) == []
    assert leftover.is_alive(sleeper.pid, ticks)
    assert leftover.kill_groups([(sleeper.pid, ticks)]) == [sleeper.pid]
    assert wait_until(lambda: not leftover.is_alive(sleeper.pid, ticks))


def test_members_of_a_group_without_leader_need_our_mark() -> None:
    # The leader ends at once; its child stays in the group and carries no variable of ours.
    script = "sleep 60 >/dev/null & echo $!"
    done = subprocess.Popen(["sh", "-c", script], start_new_session=True, stdout=subprocess.PIPE)
    child = int(done.communicate()[0])
    ticks = leftover.start_ticks(child)
    try:
        assert leftover.kill_groups([(done.pid, ticks - 100)]) == []
        assert leftover.is_alive(child, ticks)
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_marked_process_older_than_the_group_is_not_ours() -> None:
    group = 2**22 + os.getpid()  # over pid_max: no such leader
    environment = {leftover.GROUP_VARIABLE: str(group), "PATH": os.environ["PATH"]}
    with subprocess.Popen(["sleep", "60"], env=environment) as process:
        ticks = leftover.start_ticks(process.pid)
        assert wait_until(lambda: leftover.group_members(group, ticks) == [process.pid])
        assert leftover.group_members(group, ticks + 1) == []
        assert leftover.group_members(group + 1, ticks) == []
        assert leftover.kill_groups([(group, ticks)]) == [process.pid]


def test_descendants_are_found_below_their_parents() -> None:
    word = f"306.{os.getpid()}"
    script = f"sh -c 'sleep {word}; :' & sleep {word} & wait"
    with subprocess.Popen(["sh", "-c", script], start_new_session=True) as process:
        assert wait_until(lambda: len(running(word)) == 2)
        assert set(running(word)) < set(leftover.descendants(process.pid))
        os.killpg(process.pid, signal.SIGKILL)


def test_a_name_with_parentheses_is_parsed(tmp_path: Path) -> None:
    program = tmp_path / "a) S 1 (b"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([str(program), "60"]) as process:
        assert wait_until(lambda: b"a) S" in Path(f"/proc/{process.pid}/stat").read_bytes())
        stat = leftover.read_stat(process.pid)
        assert stat is not None
        assert (stat.parent, stat.is_running) == (os.getpid(), True)
        process.kill()


def test_a_zombie_is_not_alive() -> None:
    process = subprocess.Popen(["true"])
    ticks = leftover.start_ticks(process.pid)
    assert wait_until(lambda: not leftover.is_alive(process.pid, ticks))
    process.wait()
    assert leftover.read_stat(process.pid) is None
