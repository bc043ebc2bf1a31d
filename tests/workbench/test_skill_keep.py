"""Text that could not be saved is kept beside everything else and replaces nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.errors import UsageError
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_keep import KeptTexts


def test_each_text_gets_a_file_of_its_own(tmp_path: Path) -> None:
    kept = KeptTexts(Project(tmp_path))
    assert kept.list() == []
    first = kept.keep("~/.claude/agents/a.md", "one")
    second = kept.keep("~/.claude/agents/a.md", "two")
    assert first != second
    assert kept.list() == [first, second]
    assert [(tmp_path / path).read_text(encoding="utf-8") for path in kept.list()] == ["one", "two"]


def test_no_path_leaves_the_folder(tmp_path: Path) -> None:
    kept = KeptTexts(Project(tmp_path))
    path = kept.keep("../../outside/x.md", "text")
    assert (tmp_path / path).parent == tmp_path / ".ladder" / "drafts"
    assert not (tmp_path.parent / "outside").exists()


def test_a_folder_that_leads_elsewhere_and_a_long_path(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / ".ladder").mkdir(parents=True)
    outside.mkdir()
    kept = KeptTexts(Project(root))
    (root / ".ladder/drafts").symlink_to(outside)
    with pytest.raises(UsageError, match="symbolic link"):
        kept.keep("a.md", "text")
    assert list(outside.iterdir()) == []
    (root / ".ladder/drafts").unlink()
    path = kept.keep("é" * 300 + "/SKILL.md", "text")
    assert (root / path).read_text() == "text"
    assert kept.list() == [path]
