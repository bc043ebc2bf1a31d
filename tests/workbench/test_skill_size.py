"""Sizes in tokens, remembered by content."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.models.token import count_tokens
from ladder_tui.workbench import Workbench

TEXT = "---\nname: scan\ndescription: Scans. Use it to scan.\n---\n# Scan\n\nScan it.\n"


@pytest.fixture
def folder(wb: Workbench) -> Path:
    return (wb.root / wb.skills.new("scan", text=TEXT)).parent


def test_listing_body_and_references_are_counted_apart(wb: Workbench, folder: Path) -> None:
    size = wb.skills.size(wb.skills.entry("scan"))
    assert size.listing == count_tokens("scan: Scans. Use it to scan.")
    assert size.body == count_tokens("# Scan\n\nScan it.")
    assert size.references == 0

    (folder / "references").mkdir()
    deep = "Look at every line of it. " * 40
    (folder / "references" / "deep.md").write_text(deep)
    (folder / "assets").mkdir()
    (folder / "assets" / "logo.png").write_bytes(b"\x89PNG\0\0" * 100)
    assert wb.skills.size(wb.skills.entry("scan")).references == count_tokens(deep)
    assert wb.skills.lint_text("scan", TEXT)[2].references == count_tokens(deep)

    (folder / "references" / "deep.md").write_text(deep * 2)
    assert wb.skills.size(wb.skills.entry("scan")).references == count_tokens(deep * 2)


def test_a_huge_context_file_is_estimated_by_its_size(wb: Workbench, folder: Path) -> None:
    (folder / "assets").mkdir()
    (folder / "assets" / "big.txt").write_text("x" * (2 * 1024 * 1024 + 4))
    size = wb.skills.size(wb.skills.entry("scan"))
    assert size.references == (2 * 1024 * 1024 + 4) // 4


def test_a_broken_skill_counts_as_what_is_listed_of_it(wb: Workbench, folder: Path) -> None:
    (folder / "ladder.yaml").write_text("nonsense: true\n")
    entry = wb.skills.entry("scan")
    assert entry.skill is None
    size = wb.skills.size(entry)
    assert (size.body, size.references) == (0, 0)
    assert size.listing > 0
    broken = wb.skills.lint_text("scan", "---\na: &x [*x]\n---\n")[2]
    assert broken.body > 0
