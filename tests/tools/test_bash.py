"""Bash: what a command says, how it ended, and what its place is like."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.errors import ToolError
from ladder_tui.process.runner import SandboxLevel
from ladder_tui.tools.tool import ToolOutput
from tests.process.level import each_level, needs_bwrap
from tests.process.repository import git, needs_git, new_repository
from tests.tools.call import files, use


async def bash(
    root: Path, command: str, level: SandboxLevel = "limits", **more: object
) -> ToolOutput:
    return await use(root, "Bash", {"command": command, **more}, level=level)


@each_level
async def test_output_errors_and_exit_code_in_their_order(
    tmp_path: Path, level: SandboxLevel
) -> None:
    done = await bash(tmp_path, "echo one; echo two >&2; echo three; exit 3", level)
    assert done.text == "one\ntwo\nthree\n[exit code 3]"
    assert done.summary == "exit 3"


@each_level
async def test_it_works_in_the_workspace_and_forgets_between_calls(
    tmp_path: Path, level: SandboxLevel
) -> None:
    (tmp_path / "sub").mkdir()
    await bash(tmp_path, "cd sub && X=1 && echo made > file", level)
    assert (tmp_path / "sub/file").read_text() == "made\n"
    done = await bash(tmp_path, 'basename "$PWD"; echo "[$X]"', level)
    assert done.text == f"{tmp_path.name}\n[]"


@each_level
async def test_a_command_that_never_ends_is_ended(tmp_path: Path, level: SandboxLevel) -> None:
    done = await bash(tmp_path, "echo begun; sleep 60", level, timeout=300)
    assert done.text == "begun\n[ended by the time limit of 0.3 s]"
    assert done.summary == "timed out"


async def test_long_output_keeps_its_beginning_and_its_end(tmp_path: Path) -> None:
    done = await use(tmp_path, "Bash", {"command": "seq 100000"}, max_output_chars=2_000)
    assert done.is_truncated
    assert len(done.text) < 2_000
    assert done.text.startswith("1\n2\n")
    assert done.text.endswith("99999\n100000")
    assert "characters left out" in done.text


async def test_endless_output_is_ended(tmp_path: Path) -> None:
    done = await bash(tmp_path, "yes")
    assert done.is_truncated
    assert done.text.endswith("[ended: it wrote more than 4 MiB]")


async def test_no_output_and_no_input(tmp_path: Path) -> None:
    assert (await bash(tmp_path, "read line || true")).text == "(no output)"
    with pytest.raises(ToolError, match="NUL"):
        await bash(tmp_path, "echo \0")


@needs_bwrap
@needs_git
async def test_git_of_a_worktree_can_be_read_and_not_written(tmp_path: Path) -> None:
    repository, tree = new_repository(tmp_path / "repo", {"a.txt": "one\n"}), tmp_path / "tree"
    git(repository, "worktree", "add", "-q", str(tree))
    files(tree, {"a.txt": "two\n"})
    shown = await bash(tree, "git status --short; git log --format=%s; git diff | tail -1", "bwrap")
    assert shown.text == " M a.txt\nm\n+two"
    refused = await bash(tree, "git -c user.name=a -c user.email=b commit -qam x", "bwrap")
    assert "Read-only file system" in refused.text
