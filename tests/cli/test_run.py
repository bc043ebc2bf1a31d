"""``ladder run``, ``runs watch`` and ``runs resume``: in pipes, in terminals, under signals."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.domain.event import RunFinished
from ladder_tui.workbench import Workbench
from tests.cli.console import Terminal, console, document, invoke, start
from tests.conftest import QUIET, SCENARIOS, wait_for_end

MODEL = ("--model", f"scripted/{QUIET}")
SLOW = ("--model", f"scripted/{SCENARIOS / 'slow.yaml'}", "--yes")
HANGING = ("--model", f"scripted/{SCENARIOS / 'hang.yaml'}", "--yes")


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_in_a_pipe_prints_milestones_and_what_it_came_to(here: Path) -> None:
    done = console(here, "run", "review", *MODEL)

    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "review  5 agents on scripted/wheel" in done.stderr
    assert "security started" in done.stderr
    assert "documentation done" in done.stderr
    assert "5 of 5 reviewed" in done.stderr
    assert "shop/shell.py:5" in done.stderr
    assert "✗ fail: " in done.stderr
    assert "next: ladder runs show 1" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_run_as_json_is_one_event_a_line_and_ends_with_run_finished(here: Path) -> None:
    done = console(here, "run", "review", "--json", *MODEL)

    assert done.returncode == 1, done.stderr
    records = events(done.stdout)
    assert records[0]["event"]["type"] == "run_started"
    assert records[-1]["event"]["type"] == "run_finished"
    assert records[-1]["event"]["verdict"] == "fail"
    assert [r["seq"] for r in records] == list(range(1, len(records) + 1))


def test_a_run_in_a_terminal_draws_one_line_per_agent(here: Path) -> None:
    terminal = Terminal(here, "run", "review", *SLOW)
    terminal.wait_for("ctrl-c stops the run")
    terminal.wait_for("◉")

    assert terminal.end() == 1, terminal.output
    for name in ("security", "performance", "architecture", "tests", "documentation"):
        assert name in terminal.output
    assert "✗ fail" in terminal.output
    assert terminal.output.rstrip().endswith("report.md")


def test_colours_can_be_switched_off(here: Path) -> None:
    terminal = Terminal(here, "run", "review", *MODEL, NO_COLOR="1")

    assert terminal.end() == 1
    assert "\x1b[3" not in terminal.output


def test_paths_are_read_from_the_current_directory(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "tests" / "shop").mkdir()
    (here / "tests" / "shop" / "test_x.py").write_text("def test_x():\n    assert 1\n")
    monkeypatch.chdir(here / "tests")
    assert invoke("run", "review", "-i", "path=shop", "--detach", *MODEL).exit_code == 0
    assert invoke("run", "review", "-i", "path=.", "--detach", *MODEL).exit_code == 0
    assert invoke("run", "review", "-i", f"path={here}/shop", "--detach", *MODEL).exit_code == 0

    with_inputs = Workbench.open(here)
    specs = [with_inputs.runs.spec(r.run_id) for r in with_inputs.runs.list()]
    for spec in specs:
        wait_for_end(with_inputs, spec.run_id)
    with_inputs.close()
    assert [spec.inputs["path"] for spec in specs] == ["shop", "tests", "tests/shop"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-i", "path"], "is not KEY=VALUE"),
        (["-i", "path=a", "-i", "path=b"], "given twice"),
        (["-i", "path=nowhere"], "inputs.path:0: I006"),
        (["-i", "max_parallel=99", "-i", "nope=1"], "inputs.nope:0: I001"),
        (["--budget-usd", "0"], "--budget-usd"),
        (["--budget-usd", "nan"], "--budget-usd"),
        (["--budget-usd", "inf"], "--budget-usd"),
        (["--budget-tokens", "-5"], "--budget-tokens"),
        (["--max-parallel", "65"], "--max-parallel"),
        (["--max-parallel", "0"], "--max-parallel"),
        (["--model", "nonsense"], "unknown model 'nonsense'"),
        (["--prd", "nowhere.md"], "nowhere.md"),
        (["--record", "a", "--replay", "b"], "exclude each other"),
    ],
)
def test_wrong_use_ends_with_2_and_starts_nothing(
    here: Path, words: list[str], message: str
) -> None:
    result = invoke("run", "review", *MODEL, *words)

    assert result.exit_code == 2, result.stderr
    assert message in result.stderr
    assert document("runs", "list") == {"runs": []}


def test_all_wrong_inputs_are_named_at_once(here: Path) -> None:
    result = invoke(
        "run", "review", *MODEL, "-i", "path=no", "-i", "max_parallel=99", "-i", "x=1", "--json"
    )

    error = json.loads(result.stdout)["error"]
    assert {p["path"] for p in error["problems"]} == {
        "inputs.path",
        "inputs.max_parallel",
        "inputs.x",
    }
    assert result.stderr.count("inputs.") == 3


def test_an_unknown_workflow_names_the_nearest(here: Path) -> None:
    result = invoke("run", "reveiw", *MODEL)

    assert result.exit_code == 2
    assert "review" in result.stderr


def test_a_pipe_is_never_asked(here: Path) -> None:
    done = console(here, "run", "review", "--model", f"scripted/{SCENARIOS / 'slow.yaml'}")

    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert document("runs", "list") == {"runs": []}


@pytest.mark.parametrize(("answer", "code"), [("n\r", 4), ("\x03", 4), ("y\r", 1)])
def test_a_terminal_is_asked(here: Path, answer: str, code: int) -> None:
    terminal = Terminal(here, "run", "review", "--model", f"scripted/{SCENARIOS / 'slow.yaml'}")
    terminal.wait_for("Start it?")
    # A signal in the instant between the prompt and the read waits for the next key in CPython.
    time.sleep(0.3)
    terminal.type(answer)

    assert terminal.end() == code, terminal.output
    assert len(document("runs", "list")["runs"]) == (code == 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run(here: Path, wb: Workbench, number: signal.Signals) -> None:
    process = start(here, "run", "review", *HANGING)
    wait_until_running(wb)
    asked_at = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 4, err
    assert time.monotonic() - asked_at < 10
    assert "stopping the run" in err
    assert "⊘ cancelled" in err
    assert "ladder runs resume 1" in err
    assert wait_for_end(wb, wb.runs.get("1").run_id).state == "cancelled"


def test_the_second_ctrl_c_leaves_at_once(here: Path, wb: Workbench) -> None:
    process = start(here, "run", "review", *HANGING)
    wait_until_running(wb)
    runner = wb.runs.get("last").run_id
    os.kill(process.pid, signal.SIGINT)
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 4, err
    assert "Traceback" not in err
    wb.runs.cancel(runner) if wb.runs.is_alive(runner) else None
    assert wait_for_end(wb, runner).state == "cancelled"


def test_a_closed_terminal_leaves_the_run_going(here: Path, wb: Workbench) -> None:
    terminal = Terminal(here, "run", "review", *SLOW)
    terminal.wait_for("ctrl-c stops the run")
    terminal.wait_for("review #1")
    terminal.hang_up()

    assert wait_for_end(wb, wb.runs.get("last").run_id).state == "done"


def test_a_closed_pipe_leaves_the_run_going(here: Path, wb: Workbench) -> None:
    process = start(here, "run", "review", "--json", *SLOW)
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["event"]["type"] == "run_started"
    process.stdout.close()

    assert process.wait(30) == 141
    assert process.stderr.read() == ""
    process.stderr.close()
    assert wait_for_end(wb, wb.runs.get("last").run_id).state == "done"


def test_detach_prints_the_id_and_returns(here: Path, wb: Workbench) -> None:
    done = console(here, "run", "review", "--detach", *MODEL)

    assert done.returncode == 0
    summary = wait_for_end(wb, wb.runs.get(done.stdout.strip()).run_id)
    assert summary.state == "done"


def test_a_spent_budget_ends_with_3_and_resume_goes_on_with_more(here: Path) -> None:
    done = console(here, "run", "review", *SLOW, "--budget-tokens", "3000", "--json")
    assert done.returncode == 3, done.stderr

    done = console(here, "runs", "resume", "last", "--budget-tokens", "3000000", "--json")
    assert done.returncode == 1, done.stderr
    records = events(done.stdout)
    assert records[0]["event"]["type"] == "run_resumed"
    assert records[-1]["event"]["type"] == "run_finished"


def test_a_broken_off_run_ends_with_5_and_can_be_resumed(here: Path, wb: Workbench) -> None:
    process = start(here, "run", "review", *SLOW)
    wait_until_running(wb)
    kill_runner(wb)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 5, err
    assert "broke off" in err
    assert "ladder runs resume 1" in err
    assert console(here, "runs", "resume", "1").returncode == 1
    assert wb.runs.get("1").state == "done"


def test_watching_sees_the_same_events_live_and_afterwards(here: Path, wb: Workbench) -> None:
    run = start(here, "run", "review", "--json", *SLOW)
    wait_until_running(wb)
    live = console(here, "runs", "watch", "1", "--json")
    out, err = run.communicate(timeout=30)
    after = console(here, "runs", "watch", "--json")

    assert run.returncode == live.returncode == after.returncode == 1, err
    assert live.stdout == out == after.stdout


def test_ctrl_c_ends_the_watching_only(here: Path, wb: Workbench) -> None:
    assert invoke("run", "review", "--detach", *SLOW).exit_code == 0
    wait_until_running(wb)
    terminal = Terminal(here, "runs", "watch", "1")
    terminal.wait_for("ctrl-c stops watching")
    terminal.type("\x03")

    assert terminal.end() == 4
    assert "run #1 goes on" in terminal.output
    assert wait_for_end(wb, wb.runs.get("1").run_id).state == "done"


def test_record_and_replay_give_the_same_run(here: Path) -> None:
    recorded = console(here, "run", "review", "--json", "--record", "run.cassette", *MODEL)
    replayed = console(here, "run", "review", "--json", "--replay", "run.cassette", *MODEL)

    ends = [events(done.stdout)[-1]["event"] for done in (recorded, replayed)]
    assert ends[0]["output_digest"] == ends[1]["output_digest"]


def wait_until_running(wb: Workbench) -> None:
    """Wait until the last run has started its agents."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        runs = wb.runs.list(1)
        if runs and len(wb.runs.events(runs[0].run_id)) > 10:
            assert not any(isinstance(r.event, RunFinished) for r in wb.runs.events(runs[0].run_id))
            return
        time.sleep(0.02)
    raise AssertionError("no run has started")


def kill_runner(wb: Workbench) -> None:
    """Kill the runner of the last run as a crash would."""
    run_id = wb.runs.list(1)[0].run_id
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"ladder_tui.runner" in line and run_id.encode() in line:
                os.kill(int(entry.name), signal.SIGKILL)
