"""Every outside change of the library is noticed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ladder_tui.workbench.skill_watch import SkillWatch


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "skills" / "scan"
    (folder / "references").mkdir(parents=True)
    (folder / "SKILL.md").write_text("one")
    (folder / "references" / "a.md").write_text("a")
    return tmp_path / "skills"


def keep_time(path: Path) -> None:
    status = path.stat()
    path.write_text(path.read_text() + "!")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "write": lambda s: (s / "scan/SKILL.md").write_text("two"),
    "write with an old time": lambda s: keep_time(s / "scan/SKILL.md"),
    "write below": lambda s: (s / "scan/references/a.md").write_text("b"),
    "add": lambda s: (s / "scan/ladder.yaml").write_text("tier: fast"),
    "remove": lambda s: (s / "scan/SKILL.md").unlink(),
    "remove all": shutil.rmtree,
    "rename": lambda s: (s / "scan").rename(s / "other"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed_once(shelf: Path, change: str) -> None:
    watch, missing = SkillWatch(), shelf.parent / "missing"
    before = watch.changed_at([shelf, missing])
    assert watch.changed_at([shelf, missing]) == before
    CHANGES[change](shelf)
    after = watch.changed_at([shelf, missing])
    assert after > before
    assert watch.changed_at([shelf, missing]) == after


def test_a_time_in_the_future_hides_no_later_change(shelf: Path) -> None:
    far = 4_000_000_000
    os.utime(shelf / "scan/SKILL.md", (far, far))
    watch = SkillWatch()
    before = watch.changed_at([shelf])
    assert before < far
    (shelf / "scan/ladder.yaml").write_text("tier: fast")
    assert watch.changed_at([shelf]) > before


def test_links_in_a_circle_end(shelf: Path) -> None:
    (shelf / "scan" / "loop").symlink_to(shelf)
    (shelf / "self").symlink_to("self")
    assert SkillWatch().changed_at([shelf]) > 0


def test_a_skill_behind_a_link_is_watched(shelf: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "SKILL.md").write_text("one")
    (shelf / "linked").symlink_to(elsewhere)
    watch = SkillWatch()
    before = watch.changed_at([shelf])
    (elsewhere / "SKILL.md").write_text("two!")
    assert watch.changed_at([shelf]) > before


def test_context_files_of_a_large_library_take_turns(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ladder_tui.workbench.skill_watch.CONTEXT_AT_ONCE", 2)
    for number in range(7):
        (shelf / "scan" / "references" / f"{number}.md").write_text("a")
    watch = SkillWatch()
    before = [watch.changed_at([shelf]) for _ in range(6)][-1]
    (shelf / "scan" / "references" / "3.md").write_text("longer")
    assert [watch.changed_at([shelf]) for _ in range(6)][-1] > before
