"""Repositories of strangers: fetched within limits, and nothing in them runs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ladder_tui.process.git_address import GitAddress, local_address
from ladder_tui.process.git_command import GitError
from ladder_tui.process.git_fetch import TreeEntry, fetch_commit, list_tree, read_blobs
from tests.process.repository import commit, git, needs_git, new_repository

pytestmark = needs_git


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return new_repository(tmp_path / "source", {"a/SKILL.md": "one\n", "b.txt": "two"})


def test_one_commit_and_its_files(source: Path, tmp_path: Path) -> None:
    (source / "run.sh").write_text("#!/bin/sh\n")
    (source / "run.sh").chmod(0o755)
    (source / "link").symlink_to("/etc/passwd")
    head = commit(source)

    found = fetch_commit(local_address(source), tmp_path / "bare", {})

    assert found == head
    entries = {entry.path: entry for entry in list_tree(tmp_path / "bare", found)}
    assert {path: (e.mode, e.size, e.is_file) for path, e in entries.items()} == {
        "a/SKILL.md": ("100644", 4, True),
        "b.txt": ("100644", 3, True),
        "link": ("120000", 11, False),
        "run.sh": ("100755", 10, True),
    }
    asked = [entries["b.txt"].object, entries["a/SKILL.md"].object]
    assert read_blobs(tmp_path / "bare", asked, 100) == [b"two", b"one\n"]
    assert read_blobs(tmp_path / "bare", [], 100) == []
    assert not list(tmp_path.glob("bare/**/SKILL.md"))


def test_a_branch_a_tag_and_a_commit_can_be_named(source: Path, tmp_path: Path) -> None:
    first = git(source, "rev-parse", "HEAD")
    git(source, "tag", "v1")
    (source / "b.txt").write_text("three")
    second = commit(source)
    for number, (ref, wanted) in enumerate([("v1", first), ("main", second), ("", second)]):
        directory = tmp_path / str(number)
        assert fetch_commit(local_address(source, ref), directory, {}) == wanted
    with pytest.raises(GitError, match="cannot be fetched") as caught:
        fetch_commit(local_address(source, "nowhere"), tmp_path / "none", {})
    assert "nowhere" in caught.value.why


def test_nothing_in_the_repository_or_in_the_environment_runs(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {ran}\n")
    evil.chmod(0o755)
    (source / ".gitattributes").write_text("* filter=x\n")
    commit(source)
    for hook in ("post-checkout", "reference-transaction", "post-merge", "pre-auto-gc"):
        (source / ".git" / "hooks").mkdir(exist_ok=True)
        (source / ".git" / "hooks" / hook).write_text(evil.read_text())
        (source / ".git" / "hooks" / hook).chmod(0o755)
    git(source, "config", "uploadpack.packObjectsHook", str(evil))
    git(source, "config", "core.fsmonitor", str(evil))
    git(source, "config", "filter.x.smudge", str(evil))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(evil))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(evil.parent))

    env = {**os.environ, "GIT_SSH": str(evil), "GIT_PROXY_COMMAND": str(evil)}
    found = fetch_commit(local_address(source), tmp_path / "bare", env)
    blobs = [entry.object for entry in list_tree(tmp_path / "bare", found)]
    read_blobs(tmp_path / "bare", blobs, 10_000)
    assert not ran.exists()


def test_another_protocol_than_the_address_allows_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(GitError, match="cannot be fetched") as caught:
        fetch_commit(GitAddress(source.as_uri(), "https"), tmp_path / "bare", {})
    assert "not allowed" in caught.value.why


def test_a_huge_repository_is_given_up(source: Path, tmp_path: Path) -> None:
    (source / "big").write_bytes(os.urandom(8 * 1024 * 1024))
    commit(source)
    with pytest.raises(GitError, match="refused") as caught:
        fetch_commit(local_address(source), tmp_path / "bare", {}, limit=1024 * 1024)
    assert "over 1 MiB" in caught.value.why


def test_an_address_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    fifo = tmp_path / "slow"
    fifo.mkdir()
    git(tmp_path, "init", "-q", "--bare", str(fifo))
    (fifo / "HEAD").unlink()
    os.mkfifo(fifo / "HEAD")  # who reads it waits
    with pytest.raises(GitError):
        fetch_commit(local_address(fifo), tmp_path / "bare", {}, timeout_s=0.5)


def test_trees_that_unfold_without_end_are_refused(source: Path, tmp_path: Path) -> None:
    blob = git(source, "hash-object", "-w", "b.txt")
    kind, oid = "100644 blob", blob
    for _ in range(8):
        rows = "".join(f"{kind} {oid}\tf{n}\n" for n in range(10))
        made = subprocess.run(
            ["git", "mktree"], cwd=source, input=rows, capture_output=True, text=True, check=True
        )
        kind, oid = "040000 tree", made.stdout.strip()
    bomb = git(source, "commit-tree", oid, "-m", "bomb")
    git(source, "update-ref", "refs/heads/bomb", bomb)
    found = fetch_commit(local_address(source, "bomb"), tmp_path / "bare", {})
    with pytest.raises(GitError, match="refused"):
        list_tree(tmp_path / "bare", found)


def test_an_object_that_is_no_file_is_not_read(source: Path, tmp_path: Path) -> None:
    found = fetch_commit(local_address(source), tmp_path / "bare", {})
    with pytest.raises(GitError, match="cannot be read"):
        read_blobs(tmp_path / "bare", [found], 1_000)
    with pytest.raises(GitError, match="cannot be read"):
        read_blobs(tmp_path / "bare", ["0" * 40], 1_000)
    assert TreeEntry("sub", "160000", found, 0).is_file is False
