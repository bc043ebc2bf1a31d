"""Write: whole files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.errors import ToolError
from tests.tools.call import files, names, use


async def write(root: Path, path: str, content: str) -> str:
    return (await use(root, "Write", {"file_path": path, "content": content})).text


async def test_a_new_file_with_the_folders_it_needs(tmp_path: Path) -> None:
    shown = await write(tmp_path, "src/new/é.py", "a\nb\n")
    assert (tmp_path / "src/new/é.py").read_text() == "a\nb\n"
    assert shown == "src/new/é.py was made: 2 lines, 4 bytes"


async def test_an_old_file_keeps_mode_line_ends_and_mark(tmp_path: Path) -> None:
    files(tmp_path, {"a.bat": b"\xef\xbb\xbfold\r\n"})
    (tmp_path / "a.bat").chmod(0o700)
    assert "was written" in await write(tmp_path, "a.bat", "x\ny\n")
    assert (tmp_path / "a.bat").read_bytes() == b"\xef\xbb\xbfx\r\ny\r\n"
    assert (tmp_path / "a.bat").stat().st_mode & 0o7777 == 0o700


async def test_a_folder_a_pipe_and_a_file_on_the_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    files(tmp_path, {"file": "x"})
    for path in ("folder", "pipe", "file/below", "."):
        with pytest.raises(ToolError):
            await write(tmp_path, path, "x")
    assert names(tmp_path) == ["file", "folder", "pipe"]


async def test_a_link_that_points_nowhere_outside_makes_no_file_there(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to("../outside")
    with pytest.raises(ToolError, match="leaves the repository"):
        await write(root, "link", "x")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "path", [".git/hooks/post-checkout", "sub/.git/config", ".LADDER/x", ".env"]
)
async def test_git_ladder_and_secret_names_are_not_written(tmp_path: Path, path: str) -> None:
    with pytest.raises(ToolError, match="is refused"):
        await write(tmp_path, path, "x")
    assert names(tmp_path) == []
