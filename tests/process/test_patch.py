"""Patches in pieces, against git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladder_tui.process.patch import join_pieces, split_patch

LINES = [f"line {number}" for number in range(60)]


def git(root: Path, *words: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
        cwd=root, input=stdin, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


def repository(root: Path, files: dict[str, bytes]) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q")
    write(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    return root


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).write_bytes(content)


def patch_of(root: Path) -> bytes:
    git(root, "add", "-A")
    return git(root, "diff", "--cached", "--patch", "--binary", "--find-renames")


def text(lines: list[str], end: str = "\n") -> bytes:
    return ("\n".join(lines) + end).encode()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Two far changes in one file, a new, a deleted, a renamed, a binary and an empty file."""
    old = {"a.txt": text(LINES), "gone.txt": b"x\n", "old.txt": text(LINES[:30]), "bin": b"\0\1"}
    root = repository(tmp_path / "r", old)
    lines = ["first", *LINES[1:50], "--- a/looks like a header", "+++ b/and this", *LINES[52:]]
    write(root, {"a.txt": text(lines), "new.txt": b"no end", "bin": b"\0\2\3", "empty": b""})
    (root / "gone.txt").unlink()
    (root / "old.txt").rename(root / "moved.txt")
    return root


def test_the_pieces_are_the_patch(changed: Path) -> None:
    patch = patch_of(changed)
    pieces = split_patch(patch)
    assert join_pieces(pieces) == patch
    assert len(pieces) == 7
    assert sum(piece.is_whole_file for piece in pieces) == 3


def test_each_piece_applies_alone_and_changes_only_its_own(changed: Path) -> None:
    pieces = split_patch(patch_of(changed))
    git(changed, "reset", "-q", "--hard")
    for place in range(len(pieces)):
        git(changed, "apply", "--index", stdin=join_pieces(pieces, [place]))
        assert git(changed, "diff", "--cached", "--name-only")
        git(changed, "reset", "-q", "--hard")
        git(changed, "clean", "-q", "-fd")


def test_a_line_that_looks_like_a_header_stays_in_its_hunk(changed: Path) -> None:
    pieces = split_patch(patch_of(changed))
    second = next(piece for piece in pieces if b"looks like a header" in piece.body)
    git(changed, "reset", "-q", "--hard")
    git(changed, "apply", "--index", stdin=join_pieces(pieces, [pieces.index(second)]))
    content = (changed / "a.txt").read_text()
    assert "--- a/looks like a header\n+++ b/and this\n" in content
    assert content.startswith("line 0\n")


def test_a_place_that_is_not_there_is_refused(changed: Path) -> None:
    with pytest.raises(IndexError):
        join_pieces(split_patch(patch_of(changed)), [99])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    edits=st.lists(st.integers(0, 59), min_size=1, max_size=8, unique=True),
    wanted=st.sets(st.integers(0, 7)),
    has_end=st.booleans(),
)
def test_chosen_pieces_and_the_rest_make_the_whole(
    tmp_path_factory: pytest.TempPathFactory, edits: list[int], wanted: set[int], has_end: bool
) -> None:
    root = repository(tmp_path_factory.mktemp("r") / "r", {"a.txt": text(LINES)})
    lines = [f"changed {n}" if n in edits else line for n, line in enumerate(LINES)]
    write(root, {"a.txt": text(lines, "\n" if has_end else "")})
    patch = patch_of(root)
    pieces = split_patch(patch)
    chosen = {place for place in wanted if place < len(pieces)}
    git(root, "reset", "-q", "--hard")
    for places in (chosen, set(range(len(pieces))) - chosen):
        if places:
            git(root, "apply", stdin=join_pieces(pieces, places))
    assert patch_of(root) == patch
