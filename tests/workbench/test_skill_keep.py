"""Text that could not be saved is kept beside everything else and replaces nothing."""

from __future__ import annotations

from pathlib import Path

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
