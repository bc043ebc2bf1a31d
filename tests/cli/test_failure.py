from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ladder_tui.cli.failure import as_ladder_error, report_failure
from ladder_tui.domain.problem import Problem
from ladder_tui.errors import (
    BudgetError,
    CancelledError,
    InvalidFileError,
    LadderError,
    ModelError,
    UsageError,
)
from tests.cli.console import LADDER, console, invoke


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("wrong"), 2),
        (InvalidFileError("bad", [Problem("a.md", 3, "P01", "no title")]), 2),
        (BudgetError("spent"), 3),
        (CancelledError("stopped"), 4),
        (KeyboardInterrupt(), 4),
        (click.Abort(), 4),
        (ModelError("down", kind="connection"), 5),
        (FileNotFoundError(2, "No such file or directory", "x"), 5),
        (LadderError("ours"), 5),
        (click.UsageError("no such thing"), 2),
    ],
)
def test_every_error_has_a_message_and_a_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_failure(error, is_json=True) == code

    captured = capsys.readouterr()
    described = json.loads(captured.out)["error"]
    assert described["exit_code"] == code
    assert captured.err.count("ladder: ") == 1
    assert described["what"] in captured.err


def test_all_problems_are_printed_as_path_line_rule_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problems = [Problem("a.yaml", 3, "W01", "no steps"), Problem("a.yaml", 9, "W02", "cycle")]
    report_failure(InvalidFileError("a.yaml cannot be used", problems), is_json=False)

    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["a.yaml:3: W01 no steps", "a.yaml:9: W02 cycle"]


def test_an_unexpected_error_goes_to_the_crash_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".ladder").mkdir()
    monkeypatch.chdir(tmp_path)
    try:
        raise ZeroDivisionError("never divide")
    except ZeroDivisionError as error:
        code = report_failure(error, is_json=False)

    assert code == 5
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    assert "ZeroDivisionError: never divide" in shown
    log = (tmp_path / ".ladder" / "run" / "crash.log").read_text()
    assert "Traceback" in log
    assert str(tmp_path / ".ladder" / "run" / "crash.log") in shown


def test_without_a_ladder_folder_the_crash_log_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LADDER_STATE", str(tmp_path / "state"))

    described = as_ladder_error(RuntimeError("x"))

    assert str(tmp_path / "state" / "crash.log") in described.next_step
    assert list(tmp_path.iterdir()) == [tmp_path / "state"]


def test_a_configuration_error_names_file_and_reason(here: Path) -> None:
    (here / ".ladder").mkdir()
    (here / ".ladder" / "config.toml").write_text("confirm_usd = 'much'\n")

    result = invoke("runs", "list", "--json")

    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "ConfigError"
    assert "config.toml" in error["what"]
    assert "confirm_usd" in error["why"]


def test_a_damaged_database_is_one_clear_message(here: Path) -> None:
    (here / ".ladder").mkdir()
    (here / ".ladder" / "ladder.db").write_bytes(b"this is no database" * 500)

    done = console(here, "runs", "list")

    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    assert "ladder.db" in done.stderr


@pytest.mark.parametrize("words", [["runs", "show", "last"], ["findings", "list"]])
def test_no_runs_yet_is_wrong_use(here: Path, words: list[str]) -> None:
    result = invoke(*words)

    assert result.exit_code == 2
    assert "there are no runs yet" in result.stderr


def test_a_closed_pipe_is_a_quiet_end(here: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*LADDER, "skills", "list"], cwd=here, stdout=write, stderr=subprocess.PIPE, timeout=60
    )
    os.close(write)

    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_error(here: Path, closed: str) -> None:
    line = f"{sys.executable} -m ladder_tui skills list {closed}"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=here, capture_output=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_missing_option_is_said_on_one_line() -> None:
    missing = invoke("workflows", "schedule", "review", "--at", "02:00")
    assert missing.exit_code == 2
    first = missing.stderr.splitlines()[0]
    assert first == "ladder: Missing option '--as'. Choose from: cron, systemd"
