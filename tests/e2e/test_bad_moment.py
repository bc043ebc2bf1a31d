"""Bad moments: signals, lost streams, small terminals, several at once, a disk that fills up."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ladder_tui.workbench import Workbench
from tests.cli.console import LADDER, Terminal, console, start
from tests.conftest import QUIET, SCENARIOS, processes_mentioning, until, wait_for_end
from tests.e2e.place import CONTROLS, refused, small_disk

MODEL = ("--model", f"scripted/{QUIET}")
SLOW = ("--model", f"scripted/{SCENARIOS / 'slow.yaml'}", "--yes")
HANGING = ("--model", f"scripted/{SCENARIOS / 'hang.yaml'}", "--yes")


def nothing_left(repo: Path) -> None:
    until(lambda: processes_mentioning(f"--root {repo} ") == [], 5)


@pytest.mark.parametrize(
    ("delay_s", "times"), [(0.15, 1), (0.35, 1), (0.5, 2), (0.7, 1), (0.9, 2), (1.2, 2)]
)
def test_ctrl_c_at_any_moment(repo: Path, delay_s: float, times: int) -> None:
    process = start(repo, "run", "review", *HANGING)
    time.sleep(delay_s)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    _, err = process.communicate(timeout=30)

    # Before the program's first line the interpreter itself dies of the signal.
    assert process.returncode in (4, -signal.SIGINT), err
    if process.returncode == 4:
        assert "Traceback" not in err
        assert "cancelled" in err
    nothing_left(repo)
    runs = json.loads(console(repo, "runs", "list", "--json").stdout)["runs"]
    assert {run["state"] for run in runs} <= {"cancelled", "interrupted"}


def test_a_closed_terminal_stops_nothing_and_head_neither(repo: Path) -> None:
    process = start(repo, "run", "review", *SLOW)
    assert process.stderr is not None
    until(lambda: "started" in process.stderr.readline())  # type: ignore[union-attr]
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=10)
    line = " ".join([*LADDER, "run", "review", "--json", *SLOW, "| head -1"])
    piped = subprocess.run(["sh", "-c", line], cwd=repo, capture_output=True, timeout=60, text=True)
    assert json.loads(piped.stdout)["event"]["type"] == "run_started"
    assert piped.stderr == ""

    wb = Workbench.open(repo)
    assert [wait_for_end(wb, run.run_id).state for run in wb.runs.list()] == ["done", "done"]
    wb.close()


@pytest.mark.parametrize(
    ("redirection", "code"),
    [(">&- 2>&- <&-", 1), ("--json >/dev/full", 5), ("2>/dev/full", 5)],
)
def test_streams_that_are_closed_or_full(repo: Path, redirection: str, code: int) -> None:
    line = " ".join([*LADDER, "run", "review", *MODEL, redirection])
    done = subprocess.run(["sh", "-c", line], cwd=repo, capture_output=True, timeout=60, text=True)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    wb = Workbench.open(repo)
    for run in wb.runs.list():  # what was started goes on
        assert wait_for_end(wb, run.run_id).state == "done"
    wb.close()


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    line = f"mkdir gone && cd gone && rmdir ../gone && {' '.join(LADDER)} skills list"
    done = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, capture_output=True, timeout=60, text=True
    )
    assert "does not exist any more" in refused(done, 2)


def test_a_terminal_of_40_by_10(repo: Path) -> None:
    run = Terminal(repo, "run", "review", *SLOW, COLUMNS="40", LINES="10")
    assert run.end() == 1, run.output
    assert "5 of 5 reviewed" in run.output.replace("\r\n", "")
    ui = Terminal(repo, COLUMNS="40", LINES="10")
    ui.wait_for("needs 60")
    ui.type("\x11")
    assert ui.end() == 0


def test_two_runs_and_two_resumes_at_once(repo: Path) -> None:
    both = [start(repo, "run", "review", *SLOW) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1, err
    wb = Workbench.open(repo)
    assert [run.state for run in wb.runs.list()] == ["done", "done"]

    console(repo, "run", "review", *SLOW, "--detach")
    until(lambda: wb.runs.get("3").state == "running")
    assert "is running already" in refused(console(repo, "runs", "resume", "3"), 2)
    assert console(repo, "runs", "cancel", "3").returncode == 0
    both = [start(repo, "runs", "resume", "3") for _ in range(2)]
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in both]
    assert wait_for_end(wb, wb.runs.get("3").run_id).state == "done"
    # Whoever came second follows the same run, or is told that it runs already.
    assert {code for _, code in ends} <= {1, 2}
    assert 1 in {code for _, code in ends}, ends
    assert all("Traceback" not in err and not CONTROLS.search(err) for err, _ in ends)
    assert "there is nothing to resume" in refused(console(repo, "runs", "resume", "3"), 2)
    wb.close()
    nothing_left(repo)


def test_a_disk_that_fills_up_in_the_middle_of_a_run(repo: Path, tmp_path: Path) -> None:
    script = f"""
$LADDER run review --yes --model scripted/{SCENARIOS / "slow.yaml"} > out 2>&1 & followed=$!
for i in $(seq 500); do grep -q 'security started' out && break; sleep 0.02; done
head -c 9000000 /dev/zero > fill 2>/dev/null
wait $followed
code=$?
rm fill
$LADDER runs resume 1 >&2 || test $? = 1 && $LADDER runs list --json
exit $code
"""
    done = small_disk(tmp_path / "disk", repo, script)
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert [run["state"] for run in json.loads(done.stdout)["runs"]] == ["done"]
