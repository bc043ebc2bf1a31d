"""The permission rules that a run goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.config import user_state
from ladder_tui.library.trust import TrustFile
from ladder_tui.runner.permission import run_permissions


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LADDER_CONFIG", str(tmp_path / "user.toml"))
    monkeypatch.setenv("LADDER_STATE", str(tmp_path / "state"))
    root = tmp_path / "repo"
    (root / ".ladder").mkdir(parents=True)
    (root / ".ladder/config.toml").write_text('[permissions]\nallow = ["Bash(make)"]\n')
    (tmp_path / "user.toml").write_text('[permissions]\ndeny = ["Bash(rm:*)", "Bsh"]\n')
    return root


def test_what_a_repository_allows_counts_once_it_is_trusted(root: Path) -> None:
    permissions, problems = run_permissions(root, "limits")
    assert permissions.decide("Bash", {"command": "make"}).kind == "ask"
    assert permissions.decide("Bash", {"command": "rm x"}).kind == "deny"
    assert problems == (
        'permissions: unknown tool "Bsh" (nearest: Bash)',
        "what the repository's permissions allow does not count: not trusted",
    )
    TrustFile(user_state() / "trust.json").trust(root)
    permissions, problems = run_permissions(root, "limits")
    assert permissions.decide("Bash", {"command": "make"}).kind == "allow"
    assert len(problems) == 1
