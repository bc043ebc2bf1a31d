"""``ladder runs report`` over real runs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ladder_tui.cli.run_report import moment
from ladder_tui.domain.run import RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.workbench import Workbench
from tests.cli.console import document, invoke
from tests.conftest import run_review


def test_the_morning_after(reviewed: RunSummary, wb: Workbench) -> None:
    run_review(wb, trigger="schedule")
    shown = invoke("runs", "report").stdout
    assert "2 runs since" in shown
    assert "a person" in shown
    assert "schedule" in shown
    assert "next: review #2: fail: ladder findings list 2" in shown

    made = document("runs", "report", "--since", "2h")["report"]
    assert made["triggers"] == {"": 1, "schedule": 1}
    assert made["new_total"] == reviewed.findings
    assert made["runs"][0]["new"] == reviewed.findings
    assert invoke("runs", "report", "--markdown").stdout.startswith("# Runs from ")


def test_a_second_report_knows_what_was_there_before(reviewed: RunSummary, wb: Workbench) -> None:
    time.sleep(0.01)
    since = time.time()
    run_review(wb)
    made = wb.reports.since(since, time.time())
    assert [run.summary.number for run in made.runs] == [2]
    assert made.known_total == made.runs[0].known > 0


def test_a_night_without_runs(here: Path) -> None:
    assert "nothing ran since" in invoke("runs", "report").stdout
    assert document("runs", "report")["report"]["runs"] == []


@pytest.mark.parametrize("text", ["yesterday", "", "12", "2026-13-01", "99999999h", "3000-01-01"])
def test_what_is_no_time(here: Path, text: str) -> None:
    done = invoke("runs", "report", "--since", text)
    assert done.exit_code == 2
    assert "next:" in done.stderr


def test_times_that_are_understood() -> None:
    now = time.mktime((2026, 11, 25, 8, 0, 0, 0, 0, -1))
    assert moment("12h", now) == now - 43_200
    assert moment("2026-11-24", now) == now - 32 * 3_600
    assert moment("2026-11-24T18:00", now) == now - 14 * 3_600
    with pytest.raises(UsageError, match="still to come"):
        moment("2026-11-26", now)


def test_one_form_at_a_time(here: Path) -> None:
    assert invoke("runs", "report", "--json", "--markdown").exit_code == 2
