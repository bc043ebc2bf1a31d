from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from ladder_tui.process.home import STALE_S, home_folder, make_private_home, remove_stale_homes
from ladder_tui.process.leftover import start_ticks


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def old(path: Path) -> Path:
    os.utime(path, (path.stat().st_mtime - STALE_S - 1,) * 2)
    return path


def test_only_old_homes_of_the_dead_are_removed(folder: Path) -> None:
    mine = old(make_private_home())
    ticks = start_ticks(os.getpid())
    dead = folder / f"ladder-home-{os.getpid()}-{ticks - 1}-abc"
    young = folder / f"ladder-home-{2**22 + 1}-1-abc"
    other = folder / "ladder-home-notes"
    link = folder / f"ladder-home-{2**22 + 1}-1-link"
    for path in (dead, young, other):
        path.mkdir()
        (path / "file").touch()
    link.symlink_to(other)
    os.utime(link, (1, 1), follow_symlinks=False)
    old(dead)
    old(other)
    assert remove_stale_homes() == [dead]
    assert sorted(folder.iterdir()) == sorted([mine, young, other, link])
    assert (other / "file").exists()


def test_a_private_home_is_private() -> None:
    assert make_private_home().stat().st_mode & 0o777 == 0o700


def test_the_users_home_may_be_unknown() -> None:
    home = home_folder()
    assert home is None or home.is_absolute()
