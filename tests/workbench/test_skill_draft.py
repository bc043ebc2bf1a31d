"""New skills, copies, and the trash."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ladder_tui.config import user_home
from ladder_tui.domain.skill import SkillKind
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.workbench import Workbench

FRESH = ".ladder/skills/fresh/SKILL.md"


def test_a_new_skill_is_there_and_clean(wb: Workbench) -> None:
    assert wb.skills.new("fresh") == FRESH
    assert wb.skills.get("fresh").allowed_tools == ("Read", "Grep", "Glob")
    assert [p for p in wb.skills.problems() if p.path == FRESH] == []


@pytest.mark.parametrize(
    ("kind", "place"), [("agent", ".claude/agents/x.md"), ("command", ".claude/commands/x.md")]
)
def test_new_agents_and_commands_go_where_claude_code_looks(
    wb: Workbench, kind: SkillKind, place: str
) -> None:
    assert wb.skills.new("x", kind) == place
    assert (wb.root / place).read_text().startswith("---\n")


@pytest.mark.parametrize("kind", ["skill", "agent"])
def test_the_template_says_what_holds_without_its_line_of_tools(
    wb: Workbench, kind: SkillKind
) -> None:
    path = wb.root / wb.skills.new("x", kind)
    lines = path.read_text().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if "tools:" in line and line[0] != "#")
    path.write_text("".join(lines[:place] + lines[place + 1 :]))
    tools = ", ".join(wb.skills.get("x").allowed_tools)
    assert f"Ladder gives {tools}." in lines[place - 1]


@pytest.mark.parametrize("name", ["", "Fresh", "a_b", "../x", "a/b", "a--b", "x" * 65, "a\x1bb"])
def test_a_bad_name_is_refused(wb: Workbench, name: str) -> None:
    with pytest.raises(UsageError, match="no name for a skill"):
        wb.skills.new(name)


def test_a_name_that_is_taken_is_refused(wb: Workbench) -> None:
    wb.skills.new("fresh", text="mine")
    with pytest.raises(UsageError, match="exists already"):
        wb.skills.new("fresh")
    with pytest.raises(UsageError, match="exists already"):
        wb.skills.duplicate("review-security", "fresh")
    assert (wb.root / FRESH).read_text() == "mine"


def test_a_link_out_of_the_repository_is_not_written_through(wb: Workbench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (wb.root / ".claude").mkdir()
    (wb.root / ".claude" / "agents").symlink_to(outside)
    with pytest.raises(UsageError, match="leads out"):
        wb.skills.new("x", "agent")
    assert list(outside.iterdir()) == []


def test_a_copy_has_every_file_and_differs_in_its_name_only(wb: Workbench) -> None:
    wb.skills.new("fresh")
    folder = (wb.root / FRESH).parent
    (folder / "references").mkdir()
    (folder / "references" / "deep.md").write_text("deep")
    script = folder / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    (folder / "ladder.yaml").write_text("# why\ntier: fast\n")

    shown = wb.skills.duplicate("fresh", "other")

    copy = (wb.root / shown).parent
    assert (copy / "references" / "deep.md").read_text() == "deep"
    assert (copy / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (copy / "ladder.yaml").read_text() == "# why\ntier: fast\n"
    text = (folder / "SKILL.md").read_text()
    assert (copy / "SKILL.md").read_text() == text.replace("name: fresh", "name: other")
    assert wb.skills.get("other").name == "other"


def test_a_copy_takes_nothing_from_outside(wb: Workbench, tmp_path: Path) -> None:
    wb.skills.new("fresh")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    ((wb.root / FRESH).parent / "notes").symlink_to(secret)
    with pytest.raises(InvalidFileError, match="leaves the folder"):
        wb.skills.duplicate("fresh", "other")
    assert not (wb.root / ".ladder/skills/other").exists()
    assert not list((wb.root / ".ladder/skills").glob(".other*"))


def test_a_deleted_skill_comes_back_as_it_was(wb: Workbench) -> None:
    wb.skills.new("fresh")
    folder = (wb.root / FRESH).parent
    (folder / "notes.txt").write_text("kept")
    token = wb.skills.delete("fresh")
    assert not folder.exists()
    status = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=wb.root, capture_output=True, text=True
    )
    assert "trash" not in status.stdout

    wb.skills.new("fresh", text="another")
    with pytest.raises(UsageError, match="exists already"):
        wb.skills.restore(token)
    wb.skills.delete(FRESH)
    assert wb.skills.restore(token) == FRESH
    assert (folder / "notes.txt").read_text() == "kept"
    with pytest.raises(UsageError, match="nothing was deleted"):
        wb.skills.restore(token)


@pytest.mark.parametrize(
    ("shown", "token"),
    [
        ("../evil/SKILL.md", "x"),
        (".claude/skills/../../../evil/SKILL.md", "x"),
        ("/tmp/evil/SKILL.md", "x"),
        ("~/.claude/skills/evil/SKILL.md", "x"),
        (".git/hooks/evil/SKILL.md", "x"),
        (".claude/skills/evil/SKILL.md", "another"),
    ],
)
def test_a_trash_that_came_with_the_repository_restores_nothing_elsewhere(
    wb: Workbench, shown: str, token: str
) -> None:
    folder = wb.project.directory / "trash" / "x"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "SKILL.md").write_text("evil")
    record = {"token": token, "name": "evil", "kind": "skill", "shown": shown, "at": 9e9}
    (folder / "deleted.json").write_text(json.dumps(record))
    with pytest.raises(UsageError, match="nothing was deleted"):
        wb.skills.restore("evil")
    assert wb.skills.trash() == []


def test_what_is_the_users_goes_to_the_users_trash_and_back(wb: Workbench) -> None:
    home = user_home()
    assert home is not None
    folder = home / ".claude" / "skills" / "mine"
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text("---\nname: mine\ndescription: Mine.\n---\nbody\n")
    shown = "~/.claude/skills/mine/SKILL.md"
    text, stamp = wb.skills.read("mine")
    wb.skills.save("mine", text + "more\n", stamp)
    wb.skills.delete("mine")
    assert not folder.exists()
    assert not (wb.project.directory / "trash").exists()
    assert wb.skills.restore("mine") == shown
    assert (folder / "SKILL.md").read_text().endswith("more\n")


@pytest.mark.parametrize("name", ["trash", "backups", "stage"])
def test_our_own_folders_are_not_followed_elsewhere(
    wb: Workbench, tmp_path: Path, name: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "20260101-000000.000000.md").write_text("kept")
    wb.skills.new("fresh")
    (wb.project.directory / name).symlink_to(elsewhere)
    text, stamp = wb.skills.read("fresh")
    actions: dict[str, Callable[[], object]] = {
        "trash": lambda: wb.skills.delete("fresh"),
        "backups": lambda: wb.skills.save("fresh", text + "more\n", stamp),
        "stage": lambda: wb.skills.stage(str((wb.root / FRESH).parent)),
    }
    with pytest.raises(UsageError, match="symbolic link"):
        actions[name]()
    assert (wb.root / FRESH).read_text() == text
    assert [p.name for p in elsewhere.iterdir()] == ["20260101-000000.000000.md"]
