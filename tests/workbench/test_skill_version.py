"""Versions of skills and what is between them."""

from __future__ import annotations

import pytest

from ladder_tui.errors import UsageError
from ladder_tui.workbench import Workbench

SHOWN = ".ladder/skills/scan/SKILL.md"
TEXT = "---\nname: scan\ndescription: Scans. Use it to scan.\n---\n# Scan\n\nScan it.\n"


def hashes(wb: Workbench) -> list[str]:
    return [v.content_hash for v in wb.skills.versions(SHOWN)]


def test_every_save_is_a_version_and_the_file_as_it_is_comes_first(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    _, stamp = wb.skills.read(SHOWN)
    first = hashes(wb)
    assert first == [wb.skills.get("scan").content_hash]
    stamp = wb.skills.save(SHOWN, TEXT + "More.\n", stamp)
    assert hashes(wb)[1:] == first
    wb.skills.save(SHOWN, TEXT, stamp)  # back to what it was: the newest again, once
    assert hashes(wb)[0] == first[0]
    assert len(hashes(wb)) == 2


def test_an_edit_by_another_program_is_a_version_too(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    wb.skills.read(SHOWN)
    (wb.root / SHOWN).write_text(TEXT + "Outside.\n")
    known = wb.skills.versions(SHOWN)
    assert [v.text for v in known] == [TEXT + "Outside.\n", TEXT]
    assert "+Outside." in wb.skills.diff(SHOWN, known[1].content_hash)


def test_the_sidecar_belongs_to_a_version(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    wb.skills.read(SHOWN)
    (wb.root / SHOWN).with_name("ladder.yaml").write_text("tier: fast\n")
    new, old = wb.skills.versions(SHOWN)
    assert (new.sidecar, old.sidecar) == ("tier: fast\n", "")
    assert new.content_hash == wb.skills.get("scan").content_hash
    lines = wb.skills.diff(SHOWN, old.content_hash[:8])
    assert lines == wb.skills.diff(SHOWN, old.content_hash[:8], new.content_hash)
    assert lines[0].startswith("--- ladder.yaml ")
    assert "+tier: fast" in lines


def test_a_diff_carries_no_control_characters(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    _, stamp = wb.skills.read(SHOWN)
    old = hashes(wb)[0]
    wb.skills.save(SHOWN, TEXT + "\tevil \x1b[2J\u202e\n", stamp)
    lines = wb.skills.diff(SHOWN, old)
    assert any(line.startswith("+") and "evil" in line for line in lines)
    assert not any(c in line for line in lines for c in "\x1b\u202e\n\t")


def test_line_ends_alone_are_said(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    wb.skills.read(SHOWN)
    old = hashes(wb)[0]
    (wb.root / SHOWN).write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert wb.skills.diff(SHOWN, old) == ["SKILL.md: only line ends or a byte order mark differ"]


def test_a_version_that_is_not_there_names_those_that_are(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    with pytest.raises(UsageError, match=hashes(wb)[0][:10]):
        wb.skills.diff(SHOWN, "ffff")


def test_a_deleted_file_keeps_its_versions(wb: Workbench) -> None:
    wb.skills.new("scan", text=TEXT)
    wb.skills.delete("scan")
    assert [v.text for v in wb.skills.versions(SHOWN)] == [TEXT]
    with pytest.raises(UsageError, match="no skill"):
        wb.skills.versions("other")
