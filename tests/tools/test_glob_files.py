from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.errors import ToolError
from tests.process.repository import needs_git, new_repository
from tests.tools.call import files, use


async def glob(root: Path, pattern: str, **given: object) -> list[str]:
    return (await use(root, "Glob", {"pattern": pattern, **given})).text.splitlines()


TREE: dict[str, str | bytes] = {
    "a.py": "", "src/b.py": "", "src/deep/c.py": "", "docs/d.md": "", "build/out.py": "",
    ".gitignore": "build/\n", ".ladder/prds/p.py": "", ".env": "",
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return files(tmp_path / "r", TREE)


@needs_git
async def test_in_a_repository_git_says_what_is_ignored(root: Path) -> None:
    new_repository(root)
    assert await glob(root, "*.py") == ["a.py", "src/b.py", "src/deep/c.py"]
    assert await glob(root, "*") == [
        ".env", ".gitignore", "a.py", "docs/d.md", "src/b.py", "src/deep/c.py",
    ]  # fmt: skip


async def test_without_a_repository_known_folders_are_left_out(root: Path) -> None:
    files(root, {"node_modules/x/y.py": "", ".venv/lib/z.py": "", "__pycache__/q.py": ""})
    assert await glob(root, "*.py") == ["a.py", "build/out.py", "src/b.py", "src/deep/c.py"]


async def test_a_folder_can_be_chosen(root: Path) -> None:
    assert await glob(root, "*.py", path="src") == ["src/b.py", "src/deep/c.py"]
    assert await glob(root, "deep/*", path="src") == ["src/deep/c.py"]
    assert await glob(root, "*.rs") == ["no file matches"]
    for path in ("a.py", "nothing", ".git", "..", "/etc"):
        with pytest.raises(ToolError):
            await glob(root, "*", path=path)


async def test_many_files_are_cut_and_counted(root: Path) -> None:
    files(root, {f"many/{n:04}.txt": "" for n in range(600)})
    output = await use(root, "Glob", {"pattern": "*.txt"})
    lines = output.text.splitlines()
    assert lines[0] == "many/0000.txt"
    assert lines[-1] == "[500 of 600 files; use a narrower pattern or path]"
    assert (len(lines), output.is_truncated, output.summary) == (501, True, "600 files")
    short = await use(root, "Glob", {"pattern": "*.txt"}, max_output_chars=100)
    assert len(short.text) < 200
    assert short.is_truncated


@pytest.mark.parametrize("is_repository", [True, False])
async def test_names_with_control_characters_are_counted_only(
    root: Path, is_repository: bool
) -> None:
    if is_repository:
        new_repository(root)
    files(root, {"new\nline.py": "", "\x1b[31m.py": ""})
    Path(os.fsdecode(os.fsencode(root) + b"/latin-\xe9.py")).touch()  # noqa: ASYNC240
    lines = await glob(root, "*.py", path=".")
    assert "a.py" in lines
    assert all(line.isprintable() for line in lines)
    assert "unprintable names are left out]" in lines[-1]


async def test_symlinks_are_named_and_not_entered(root: Path) -> None:
    (root / "up").symlink_to("..")
    (root / "etc").symlink_to("/etc")
    assert not [line for line in await glob(root, "**") if line.startswith(("up/", "etc/"))]
