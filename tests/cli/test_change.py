"""``ladder runs changes|diff|accept|reject|leave|rm``."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.workbench import Workbench
from tests.cli.console import document, invoke
from tests.conftest import git, wait_for_end
from tests.e2e.edit_run import edit, prepare, start, write

SCRIPTS = {
    "one": [[edit("README.md", "seperate", "separate")]],
    "two": [[edit("README.md", "seperate", "second")]],
    "three": [[write("new\x1b[31m.md", "x\n"), write("plain.md", "\x1b]0;title\x07\n")]],
    "idle": [],
}


@pytest.fixture
def run(here: Path, wb: Workbench) -> str:
    run_id = start(wb, prepare(here, SCRIPTS))
    assert wait_for_end(wb, run_id).state == "done"
    return run_id


def test_changes_names_files_conflicts_and_the_next_step(run: str) -> None:
    done = invoke("runs", "changes")
    assert "work/one and work/two in README.md" in done.stdout
    assert "plain.md" in done.stdout
    assert "no change" in done.stdout
    assert "ladder runs accept 1 work/one work/two work/three" in done.stderr
    assert "\x1b" not in done.stdout
    found = {change["name"]: change for change in document("runs", "changes", "1")["changes"]}
    assert found["one"]["files"] == [
        {"path": "README.md", "added": 1, "removed": 1, "status": "modified"}
    ]
    assert found["two"]["conflicts"][0]["paths"] == ["README.md"]
    assert found["idle"]["added"] == 0


def test_diff_is_printable(run: str) -> None:
    done = invoke("runs", "diff", "1", "three")
    assert "+x" in done.stdout or "plain.md" in done.stdout
    assert "\x1b" not in done.stdout
    assert any("separate" in line for line in document("runs", "diff", "1", "one")["diff"])
    refused = invoke("runs", "diff", "1", "four")
    assert refused.exit_code == 2
    assert "work/one" in refused.stderr


def test_accept_merges_or_says_what_is_in_the_way(run: str, here: Path) -> None:
    refused = invoke("runs", "accept", "1", "one", "two")
    assert refused.exit_code == 2
    assert "work/two: README.md" in refused.stderr
    made = document("runs", "accept", "1", "one", "--path", "README.md")
    assert git(here, "rev-parse", "HEAD").strip() == made["commit"]
    assert "separate" in (here / "README.md").read_text()
    again = invoke("runs", "accept", "1", "two", "--path", "nowhere")
    assert again.exit_code == 2
    assert invoke("runs", "reject", "1", "two", "--reason", " ").exit_code == 2
    assert invoke("runs", "reject", "1", "two", "--reason", "the other word").exit_code == 0
    states = {c["name"]: c["decision"] for c in document("runs", "changes")["changes"]}
    assert states == {"one": "accepted", "two": "rejected", "three": None, "idle": None}


def test_rm_says_what_it_would_lose(run: str, here: Path) -> None:
    said = invoke("runs", "rm", "1", "--dry-run")
    assert "work/one: neither accepted" in said.stdout
    assert len(document("runs", "rm", "1", "--dry-run")["losses"]) == 3
    refused = invoke("runs", "rm", "1")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    branch = document("runs", "leave", "1", "one")["branch"]
    removed = invoke("runs", "rm", "1", "--force")
    assert removed.exit_code == 0
    assert branch in removed.stderr
    assert git(here, "branch", "--list", "ladder/*").split() == [branch]
    assert invoke("runs", "changes", "1").exit_code == 2


def test_a_run_without_editing_agents_says_so(reviewed: object) -> None:
    assert "no agent of it may edit" in invoke("runs", "changes").stderr
    assert invoke("runs", "rm", "last").exit_code == 0
