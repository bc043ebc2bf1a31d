"""PRDs: nobody's text is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.errors import StoreError, UsageError
from ladder_tui.workbench import Workbench
from ladder_tui.workbench.authored_file import ConflictError


@pytest.fixture
def prd(wb: Workbench) -> Path:
    return wb.prds.new("Export as CSV")


def test_save_and_read_are_exact(wb: Workbench, prd: Path) -> None:
    _, stamp = wb.prds.read(prd)
    text = "\ufeff# Title\r\n\r\nbody ü\n"
    stamp = wb.prds.save(prd, text, stamp, 3.0)
    assert prd.read_bytes() == text.encode()
    assert wb.prds.read(prd) == (text, stamp)
    prd.chmod(0o640)
    wb.prds.save(prd, "again", prd.stat().st_mtime_ns)
    assert prd.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in prd.parent.iterdir()) == [prd.name]


def test_somebody_elses_text_is_not_overwritten(wb: Workbench, prd: Path) -> None:
    _, stamp = wb.prds.read(prd)
    prd.write_text("theirs")
    os.utime(prd, ns=(stamp + 1, stamp + 1))
    with pytest.raises(ConflictError, match="changed by somebody else"):
        wb.prds.save(prd, "mine", stamp)
    assert prd.read_text() == "theirs"
    prd.unlink()
    with pytest.raises(ConflictError, match="was deleted"):
        wb.prds.save(prd, "mine", stamp)
    wb.prds.save(prd, "mine", 0)
    assert prd.read_text() == "mine"


def test_a_missing_folder_is_made(wb: Workbench) -> None:
    path = wb.project.prds / "deep" / "new.md"
    wb.prds.save(path, "# New\n", 0)
    assert path.read_text() == "# New\n"


def test_a_link_stays_a_link(wb: Workbench, tmp_path: Path) -> None:
    real = wb.root / "docs.md"
    real.write_text("old")
    link = wb.project.prds / "linked.md"
    link.symlink_to(real)
    wb.prds.save(link, "new", link.stat().st_mtime_ns)
    assert link.is_symlink()
    assert real.read_text() == "new"

    outside = tmp_path / "outside.md"
    outside.write_text("private")
    link.unlink()
    link.symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of the repository"):
        wb.prds.save(link, "new", link.stat().st_mtime_ns)
    assert outside.read_text() == "private"


def test_what_cannot_be_written_is_said(wb: Workbench, prd: Path) -> None:
    with pytest.raises(UsageError, match="not valid Unicode"):
        wb.prds.save(prd, "\ud800", prd.stat().st_mtime_ns)
    with pytest.raises(StoreError, match="was not saved"):
        wb.prds.save(prd / "below.md", "text", 0)


def test_a_file_that_is_no_text_is_listed_with_its_problem(wb: Workbench, prd: Path) -> None:
    (prd.parent / "bad.md").write_bytes(b"\xff\xfe")
    (prd.parent / "dangling.md").symlink_to("nowhere")
    entries = {e.path.name: e for e in wb.prds.list()}
    assert set(entries) == {prd.name, "bad.md"}
    assert entries["bad.md"].prd is None
    assert entries["bad.md"].problems


def test_the_same_title_twice(wb: Workbench, prd: Path) -> None:
    with pytest.raises(UsageError, match="exists already"):
        wb.prds.new("export AS csv")
    with pytest.raises(UsageError, match="needs a title"):
        wb.prds.new("…")
