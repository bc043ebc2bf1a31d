"""Skill files: nobody's text is lost, and what was not touched stays as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.workbench import Workbench
from ladder_tui.workbench.authored_file import ConflictError
from ladder_tui.workbench.skill_target import ReadOnlyError

SHOWN = ".ladder/skills/scan/SKILL.md"
TEXT = "---\nname: scan\ndescription: Scans. Use it to scan.\n---\n# Scan\n\nScan it.\n"


@pytest.fixture
def skill(wb: Workbench) -> Path:
    path = wb.root / SHOWN
    assert wb.skills.new("scan", text=TEXT) == SHOWN
    return path


def backups(wb: Workbench) -> list[bytes]:
    return [p.read_bytes() for p in (wb.project.directory / "backups").rglob("*.md")]


def test_line_ends_and_byte_order_mark_stay_where_nothing_changed(
    wb: Workbench, skill: Path
) -> None:
    before = ("\ufeff" + TEXT.replace("\n", "\r\n")).encode()
    skill.write_bytes(before)
    text, stamp = wb.skills.read(SHOWN)
    assert text == TEXT

    assert wb.skills.save(SHOWN, text, stamp) == stamp
    assert skill.read_bytes() == before
    assert backups(wb) == []

    stamp = wb.skills.save(SHOWN, text.replace("Scan it.", "Scan it\nwell."), stamp)
    assert skill.read_bytes() == before.replace(b"Scan it.", b"Scan it\r\nwell.")
    assert backups(wb) == [before]
    assert wb.skills.read(SHOWN)[1] == stamp


def test_somebody_elses_text_is_not_overwritten(wb: Workbench, skill: Path) -> None:
    _, stamp = wb.skills.read(SHOWN)
    skill.write_text("theirs")
    os.utime(skill, ns=(stamp, stamp))  # the time alone would not tell
    with pytest.raises(ConflictError, match="changed by somebody else"):
        wb.skills.save(SHOWN, "mine", stamp)
    assert skill.read_text() == "theirs"
    skill.unlink()
    with pytest.raises(ConflictError, match="was deleted"):
        wb.skills.save(SHOWN, "mine", stamp)
    wb.skills.save(SHOWN, "mine", 0)
    assert skill.read_text() == "mine"


def test_a_new_time_alone_is_no_conflict(wb: Workbench, skill: Path) -> None:
    text, stamp = wb.skills.read(SHOWN)
    os.utime(skill, ns=(stamp + 10**9, stamp + 10**9))
    wb.skills.save(SHOWN, text + "More.\n", stamp)
    assert skill.read_text() == TEXT + "More.\n"


def test_what_ships_is_copied_not_changed(wb: Workbench) -> None:
    shipped = next(s for s in wb.skills.list() if s.origin == "shipped")
    text, stamp = wb.skills.read(shipped.path)
    with pytest.raises(ReadOnlyError, match="read-only") as caught:
        wb.skills.save(shipped.path, text + "x", stamp)
    assert "ladder skills duplicate" in caught.value.next_step
    with pytest.raises(ReadOnlyError):
        wb.skills.delete(shipped.path)

    copy = wb.skills.duplicate(shipped.path, "my-own")
    assert wb.skills.get("my-own").path == copy
    assert wb.skills.get("my-own").body == shipped.body
    assert wb.skills.get("my-own").outputs == shipped.outputs
    wb.skills.save(copy, wb.skills.read(copy)[0] + "x", wb.skills.read(copy)[1])


def test_a_plugins_files_are_read_only(wb: Workbench) -> None:
    plugin = wb.root / ".claude" / "plugins" / "tools"
    for name, text in {
        ".claude-plugin/plugin.json": '{"name": "tools"}',
        "skills/probe/SKILL.md": TEXT.replace("scan", "probe"),
    }.items():
        (plugin / name).parent.mkdir(parents=True, exist_ok=True)
        (plugin / name).write_text(text)
    path = wb.skills.entry("probe").path
    text, stamp = wb.skills.read(path)
    with pytest.raises(ReadOnlyError, match="read-only") as caught:
        wb.skills.save(path, text + "x", stamp)
    assert "belongs to a plugin" in caught.value.why
    with pytest.raises(ReadOnlyError):
        wb.skills.delete(path)


def test_text_is_checked_before_it_is_saved(wb: Workbench, skill: Path) -> None:
    (skill.parent / "ladder.yaml").write_text("tier: fast\n")
    found, problems, size = wb.skills.lint_text(
        SHOWN, TEXT.replace("name: scan", "name: scan\nallowed-tools: Grpe")
    )
    assert found is not None
    assert found.tier == "fast"
    assert [(p.path, p.line, p.rule) for p in problems] == [(SHOWN, 3, "S012")]
    assert size.listing > 0
    assert size.body > 0
    longer = wb.skills.lint_text(SHOWN, TEXT + "And again. " * 50)[2]
    assert longer.body > size.body + 50

    nothing, problems, _ = wb.skills.lint_text(SHOWN, "---\na: &x [*x]\n---\n")
    assert nothing is None
    assert any(p.level == "error" for p in problems)
    assert skill.read_text() == TEXT


def test_what_is_no_text_is_not_opened(wb: Workbench, skill: Path) -> None:
    skill.write_bytes(b"a\0b")
    with pytest.raises(InvalidFileError, match="NUL"):
        wb.skills.read(SHOWN)
    with pytest.raises(UsageError, match="no skill"):
        wb.skills.read("nowhere")


def test_text_that_is_no_unicode_is_refused_whole(wb: Workbench, skill: Path) -> None:
    _, stamp = wb.skills.read(SHOWN)
    with pytest.raises(UsageError, match="not valid Unicode"):
        wb.skills.save(SHOWN, "\ud800", stamp)
    assert skill.read_text() == TEXT
    assert [p.name for p in skill.parent.iterdir()] == ["SKILL.md"]


def test_backups_are_bounded(wb: Workbench, skill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ladder_tui.workbench.skill_text.BACKUPS_KEPT", 3)
    _, stamp = wb.skills.read(SHOWN)
    for number in range(6):
        stamp = wb.skills.save(SHOWN, f"{TEXT}{number}\n", stamp)
    assert len(backups(wb)) == 3
