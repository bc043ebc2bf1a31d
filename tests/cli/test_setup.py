"""``ladder init``, ``doctor``, ``demo`` and ``models``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ladder_tui.cli.progress import Progress
from ladder_tui.cli.terminal import Printer
from ladder_tui.models.weights import EMBEDDED
from ladder_tui.workbench import Workbench
from tests.cli.console import Terminal, console, document, invoke
from tests.conftest import QUIET, wait_for_end


def test_init_makes_what_is_missing_and_overwrites_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here / "shop")
    result = invoke("init")
    assert result.exit_code == 0
    assert ".ladder/config.toml" in result.stdout.splitlines()
    assert (here / ".ladder" / "ladder.db").stat().st_mode & 0o777 == 0o600

    (here / ".ladder" / "config.toml").write_text("confirm_usd = 0.1\n")
    assert document("init") == {"root": str(here), "made": []}
    assert (here / ".ladder" / "config.toml").read_text() == "confirm_usd = 0.1\n"


def test_doctor_lists_checks_with_fixes(here: Path) -> None:
    done = console(here, "doctor", "--json")
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}

    assert checks["git"]["state"] == "ok"
    assert checks["database"]["state"] == "ok"
    missing = any(check["state"] == "missing" for check in checks.values())
    assert done.returncode == (1 if missing else 0)
    assert all(check["fix"] for check in checks.values() if check["state"] != "ok")
    assert "evidence tools" in console(here, "doctor").stdout


def test_doctor_explains_what_keeps_the_others_from_working(here: Path) -> None:
    (here / ".ladder").mkdir()
    (here / ".ladder" / "ladder.db").write_bytes(b"this is no database" * 500)
    checks = {check["name"]: check for check in document("doctor", exit_code=1)["checks"]}
    assert checks["database"]["state"] == "missing"

    (here / ".ladder" / "config.toml").write_text("nonsense = [")
    (check,) = document("doctor", exit_code=1)["checks"]
    assert check["name"] == "configuration"
    assert "config.toml" in check["detail"]


def test_demo_reviews_the_current_repository(here: Path) -> None:
    done = console(here, "demo", LADDER_MODEL=f"scripted/{QUIET}")

    assert done.returncode == 0, done.stderr
    assert f"reviewing {here}" in done.stderr
    assert "✗ fail" in done.stderr
    assert "shop/shell.py:5" in done.stderr


def test_demo_writes_a_sample_where_there_is_nothing_to_review(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    empty = tmp_path / "empty"
    empty.mkdir()
    model = f"scripted/{QUIET}"
    done = console(empty, "demo", "--json", LADDER_MODEL=model, LADDER_CACHE=str(cache))

    assert done.returncode == 0, done.stderr
    assert list(empty.iterdir()) == []
    sample = Workbench.open(cache / "sample-project")
    assert sample.root == cache / "sample-project"
    found = sample.findings.of_run(sample.runs.get("last").run_id)
    sample.close()
    assert {m.finding.lens for m in found} == {
        "security",
        "performance",
        "architecture",
        "tests",
        "documentation",
    }


def test_models_are_listed(here: Path) -> None:
    listed = document("models", "list")

    assert listed["default"] == "local/smollm2-135m"
    assert any(row["model"].startswith("claude-") for row in listed["models"])
    assert "runs use it" in invoke("models", "list").stdout


def test_a_model_is_asked_for_one_word(here: Path) -> None:
    answer = document("models", "test", f"scripted/{QUIET}")

    assert answer["model"] == "scripted/wheel"
    assert answer["usage"]["output_tokens"] > 0
    assert answer["cost"]["unpriced_calls"] == 0
    assert "whole reply" in invoke("models", "test", f"scripted/{QUIET}").stdout


def test_a_model_that_is_down_ends_with_5(here: Path) -> None:
    result = invoke("models", "test", "anthropic/claude-x", "--json")

    assert result.exit_code == 5
    assert "ANTHROPIC_API_KEY" in result.stderr


def test_the_interface_opens_in_a_terminal(here: Path) -> None:
    terminal = Terminal(here)
    terminal.wait_for("review")
    terminal.type("\x11")

    assert terminal.end() == 0, terminal.output


def test_weights_that_are_there_are_not_fetched_again(here: Path, tmp_path: Path) -> None:
    path = tmp_path / "weights" / EMBEDDED.file
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(EMBEDDED.size)
    done = console(here, "models", "pull", LADDER_CACHE=str(tmp_path))

    assert (done.returncode, done.stdout) == (0, f"{path}\n")


def test_weights_that_cannot_be_had_end_with_5(here: Path, tmp_path: Path) -> None:
    done = console(here, "models", "pull", "--json", LADDER_CACHE=str(tmp_path), PIP_NO_INDEX="1")

    assert done.returncode == 5
    assert json.loads(done.stdout)["error"]["kind"] == "ModelError"
    assert "embedded model  0.0 of 92.9 MB, 0 %" in done.stderr


def test_progress_elsewhere_is_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(Printer(is_error=True), "weights")
    for percent in range(101):
        progress.update(percent * 1_000_000, 100_000_000)
    progress.close()

    assert [line.split(", ")[1] for line in capsys.readouterr().err.splitlines()] == [
        "0 %",
        "25 %",
        "50 %",
        "75 %",
        "100 %",
    ]


def test_demo_in_a_terminal_opens_the_interface_on_the_run(here: Path, wb: Workbench) -> None:
    terminal = Terminal(here, "demo", LADDER_MODEL=f"scripted/{QUIET}")
    terminal.wait_for("documentation")
    run_id = wb.runs.get("last").run_id
    assert wait_for_end(wb, run_id).state == "done"
    terminal.type("\x11")

    assert terminal.end() == 0, terminal.output
    assert "run #1 is done: ladder runs show last" in terminal.output
