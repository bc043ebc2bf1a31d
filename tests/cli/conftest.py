"""A repository with a finished review, and the current directory inside a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.run import RunSummary
from ladder_tui.workbench import Workbench
from tests.conftest import SCENARIOS, run_review


@pytest.fixture
def here(repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository, as the current directory."""
    monkeypatch.chdir(repo)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return repo


@pytest.fixture
def reviewed(here: Path, wb: Workbench) -> RunSummary:
    """A finished review of the repository that is the current directory."""
    summary = run_review(wb, SCENARIOS / "defect.yaml")
    assert summary.state == "done", wb.project.log_path(summary.run_id).read_text()
    return summary
