"""``ladder runs list|show|cancel|pause|resume|export``."""

from __future__ import annotations

import json
from pathlib import Path

from ladder_tui.domain.run import RunSummary
from ladder_tui.workbench import Workbench
from tests.cli.console import document, invoke
from tests.cli.test_run import HANGING, SLOW, wait_until_running
from tests.conftest import wait_for_end


def test_list_shows_runs_newest_first(reviewed: RunSummary, wb: Workbench) -> None:
    assert invoke("run", "review", "--detach", *SLOW).exit_code == 0
    listed = document("runs", "list")["runs"]

    assert [run["number"] for run in listed] == [2, 1]
    assert listed[1]["run_id"] == reviewed.run_id
    assert listed[1]["usage"]["cache_read_input_tokens"] == 0
    shown = invoke("runs", "list").stdout.splitlines()
    assert shown[0].split()[:3] == ["run", "workflow", "state"]
    assert shown[2].split()[0] == "#1"
    wait_for_end(wb, wb.runs.get("2").run_id)
    assert len(document("runs", "list", "--limit", "1")["runs"]) == 1
    assert document("runs", "list", "--workflow", "other") == {"runs": []}


def test_an_empty_list_says_what_to_do(here: Path) -> None:
    result = invoke("runs", "list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "ladder run review" in result.stderr


def test_show_names_agents_gates_and_findings(reviewed: RunSummary) -> None:
    text = invoke("runs", "show", f"#{reviewed.number}").stdout

    for word in ("scripted/defect", "security", "ruff-security", "wrong-unit", "✗ fail"):
        assert word in text
    shown = document("runs", "show", reviewed.run_id[:-1])
    assert shown["summary"]["run_id"] == reviewed.run_id
    assert shown["run"]["state"] == "done"
    assert len(shown["run"]["agents"]) == 5


def test_pause_resume_and_cancel(here: Path, wb: Workbench) -> None:
    assert invoke("run", "review", "--detach", *HANGING).exit_code == 0
    wait_until_running(wb)

    assert document("runs", "pause", "1")["run"]["state"] == "paused"
    assert document("runs", "resume", "1", "--detach") == {
        "run_id": wb.runs.get("1").run_id,
        "number": 1,
    }
    assert document("runs", "cancel", "1")["run"]["state"] == "cancelled"
    again = invoke("runs", "cancel", "1")
    assert (again.exit_code, again.stderr) == (0, "run #1 is cancelled\n")
    assert invoke("runs", "pause", "1").exit_code == 2
    wait_for_end(wb, wb.runs.get("1").run_id)


def test_what_is_done_cannot_be_resumed(reviewed: RunSummary) -> None:
    result = invoke("runs", "resume", str(reviewed.number))

    assert result.exit_code == 2
    assert "done" in result.stderr


def test_export_in_three_formats(reviewed: RunSummary, here: Path) -> None:
    assert invoke("runs", "export").stdout.startswith("# ")
    sarif = json.loads(invoke("runs", "export", "last", "--format", "sarif").stdout)
    assert sarif["version"] == "2.1.0"
    assert sarif["runs"][0]["results"]

    result = invoke("runs", "export", "1", "--format", "json", "-o", "report.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads((here / "report.json").read_text())
    assert sorted(p.name for p in here.glob("*report*")) == ["report.json"]


def test_export_into_nowhere_is_wrong_use(reviewed: RunSummary) -> None:
    result = invoke("runs", "export", "-o", "no/such/folder/report.md")

    assert result.exit_code in (2, 5)
    assert "no/such/folder" in result.stderr


def test_limits_are_shown_and_changed_while_a_run_is_at_work(here: Path, wb: Workbench) -> None:
    assert invoke("run", "review", "--detach", *HANGING, "--budget-usd", "2").exit_code == 0
    wait_until_running(wb)
    assert document("runs", "limits", "1")["limits"]["usd"] == 2.0

    after = document("runs", "limits", "1", "--budget-tokens", "500000", "--max-parallel", "3")
    assert after["limits"] == {"usd": 2.0, "tokens": 500_000, "max_parallel": 3}
    part = document("runs", "limits", "1", "--budget-tokens", "900", "--scope", "specialists")
    assert part["limits"]["tokens"] == 500_000
    assert part["scopes"]["specialists"]["tokens"] == 900
    assert "500,000 tokens, 3 agents at once" in invoke("runs", "limits", "1").stdout

    assert document("runs", "cancel", "1")["run"]["state"] == "cancelled"
    wait_for_end(wb, wb.runs.get("1").run_id)
    assert document("runs", "limits", "1", "--budget-usd", "7")["limits"]["usd"] == 7.0
    wrong = invoke("runs", "limits", "1", "--budget-usd", "7", "--scope", "specialists")
    assert (wrong.exit_code, "does not run" in wrong.stderr) == (2, True)
