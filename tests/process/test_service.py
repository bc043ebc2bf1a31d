from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ladder_tui.errors import ProcessError
from ladder_tui.process import leftover
from ladder_tui.process.service import bound_log, start_detached
from tests.process.tree import wait_until

ENV = {"PATH": os.environ["PATH"], "KEY_FOR_RUNNER": "given"}


def test_detached_process_has_its_own_session_and_our_environment(tmp_path: Path) -> None:
    log = tmp_path / "run" / "a.log"
    script = "echo $KEY_FOR_RUNNER; cat; pwd; echo err >&2; sleep 60"
    started = start_detached(["sh", "-c", script], tmp_path, log, ENV)
    try:
        assert wait_until(lambda: log.read_text().endswith("err\n"))
        assert log.read_text().splitlines() == ["given", str(tmp_path), "err"]
        assert log.stat().st_mode & 0o777 == 0o600
        stat = leftover.read_stat(started.pid)
        assert stat is not None
        assert (stat.session, stat.group) == (started.pid, started.pid)
        assert started.is_alive
    finally:
        os.killpg(started.pid, signal.SIGKILL)
    assert wait_until(lambda: not started.is_alive)
    # Reaped, too: the id is free.
    assert wait_until(lambda: leftover.read_stat(started.pid) is None)


def test_detached_process_outlives_its_parent(tmp_path: Path) -> None:
    code = (
        "import os\nfrom pathlib import Path\n"
        "from ladder_tui.process.service import start_detached\n"
        f"log = Path({str(tmp_path / 'log')!r})\n"
        "d = start_detached(['sleep', '60'], log.parent, log, dict(os.environ))\n"
        "print(d.pid, d.start_ticks, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE)
    pid, ticks = map(int, done.stdout.split())
    assert leftover.is_alive(pid, ticks)
    os.kill(pid, signal.SIGKILL)


def test_a_large_log_is_moved_once(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"old" * 3_000_000)
    started = start_detached(["echo", "new"], tmp_path, log, ENV)
    assert wait_until(lambda: not started.is_alive)
    assert log.read_bytes() == b"new\n"
    older = tmp_path / "a.log.1"
    assert older.stat().st_size == 4 * 1024 * 1024
    assert older.stat().st_mode & 0o777 == 0o600


def test_a_log_is_bounded_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    script = "echo first; read go; echo second"
    read_end, write_end = os.pipe()
    with log.open("ab") as target:
        writer = subprocess.Popen(["sh", "-c", script], stdin=read_end, stdout=target)
    os.close(read_end)
    assert wait_until(lambda: log.read_text() == "first\n")
    assert not bound_log(log, 100)
    assert bound_log(log, 3)
    os.write(write_end, b"\n")
    os.close(write_end)
    writer.wait()
    assert log.read_text() == "second\n"
    assert (tmp_path / "a.log.1").read_text() == "st\n"


def test_planted_logs_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    link = tmp_path / "link.log"
    link.symlink_to(target)
    fifo = tmp_path / "fifo.log"
    os.mkfifo(fifo)
    for log in (link, fifo):
        with pytest.raises(ProcessError, match="its log"):
            start_detached(["echo", "x"], tmp_path, log, ENV)
    assert target.read_text() == "mine"


def test_a_missing_program_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="was not started"):
        start_detached(["/no/such/program"], tmp_path, tmp_path / "log", ENV)
