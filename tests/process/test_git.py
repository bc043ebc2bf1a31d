from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from ladder_tui.errors import UsageError
from ladder_tui.process import git as ask
from tests.process.repository import commit, git, needs_git, new_repository

pytestmark = needs_git

TEN = "".join(f"line {n}\n" for n in range(1, 11))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return new_repository(tmp_path / "r", {"a.py": TEN, "src/b.py": TEN})


def test_outside_a_repository_every_answer_is_clear(tmp_path: Path) -> None:
    assert ask.top_level(tmp_path) is None
    assert ask.head_commit(tmp_path) is None
    assert ask.branch(tmp_path) is None
    assert ask.default_base(tmp_path) is None
    assert ask.tracked_files(tmp_path) is None
    assert ask.odd_names(tmp_path) == []
    assert ask.tree_pin(tmp_path) == "untracked"
    assert not ask.is_dirty(tmp_path)
    with pytest.raises(ask.GitError, match="in no git repository"):
        ask.resolve_base(tmp_path, "main")
    with pytest.raises(ask.GitError, match="in no git repository"):
        ask.changed_lines(tmp_path, "0" * 40)


def test_without_git_every_answer_is_clear(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert ask.top_level(root) == root
    assert ask.head_commit(root) is None
    assert ask.branch(root) is None
    assert ask.default_base(root) is None
    assert ask.tracked_files(root) is None
    assert ask.tree_pin(root) == "untracked"
    with pytest.raises(ask.GitMissingError, match="not installed"):
        ask.resolve_base(root, "main")
    with pytest.raises(ask.GitMissingError):
        ask.changed_lines(root, "main")


def test_a_repository_without_commits(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "r")
    assert ask.head_commit(root) is None
    assert ask.branch(root) == "main"
    assert ask.default_base(root) is None
    assert ask.tracked_files(root) == []
    assert ask.tree_pin(root) == "no-commit"
    (root / "new.py").write_text("x\n")
    assert ask.tracked_files(root) == ["new.py"]
    assert ask.tree_pin(root).startswith("no-commit+")
    assert ask.is_dirty(root)
    with pytest.raises(UsageError, match="no commit"):
        ask.resolve_base(root, "HEAD")


def test_top_level_from_below_and_by_a_symlink(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root / "src")
    assert ask.top_level(root / "src") == root
    assert ask.top_level(link) == root


def test_a_working_tree_of_its_own(root: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    git(root, "worktree", "add", "-q", "-b", "side", str(tree))
    (tree / "a.py").write_text(TEN + "more\n")
    assert ask.top_level(tree / "src") == tree
    assert ask.branch(tree) == "side"
    assert ask.is_dirty(tree)
    assert not ask.is_dirty(root)
    base = ask.default_base(tree)
    assert base == ask.head_commit(root)
    assert ask.changed_lines(tree, base or "") == {"a.py": frozenset({11})}


def test_bases(root: Path) -> None:
    first = ask.head_commit(root)
    assert ask.default_base(root) is None
    git(root, "checkout", "-q", "-b", "topic")
    assert ask.default_base(root) == first
    (root / "a.py").write_text("other\n")
    second = commit(root)
    git(root, "checkout", "-q", "main")
    (root / "c.py").write_text("c\n")
    commit(root)
    git(root, "checkout", "-q", "topic")
    assert ask.default_base(root) == first
    assert ask.resolve_base(root, "main") == first
    assert ask.resolve_base(root, "HEAD") == second
    assert ask.resolve_base(root, "HEAD~1") == first
    git(root, "checkout", "-q", "--detach")
    assert ask.branch(root) is None
    assert ask.default_base(root) == first


def test_base_of_a_clone_with_an_unusual_main_branch(root: Path, tmp_path: Path) -> None:
    git(root, "branch", "-m", "trunk")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(root), str(clone))
    assert ask.default_base(clone) is None
    git(clone, "checkout", "-q", "-b", "topic")
    assert ask.default_base(clone) == ask.head_commit(root)


def test_without_a_main_branch_the_upstream_is_the_base(root: Path) -> None:
    git(root, "branch", "-m", "develop")
    assert ask.default_base(root) is None
    git(root, "checkout", "-q", "-b", "topic", "--track", "develop")
    (root / "a.py").write_text("x\n")
    commit(root)
    assert ask.default_base(root) == ask.resolve_base(root, "develop")


@pytest.mark.parametrize("base", ["nothing", "--output=x", "-h", "", "main:a.py", "a\nb", "@{9}"])
def test_a_base_that_is_no_commit_is_refused(root: Path, base: str) -> None:
    with pytest.raises(UsageError):
        ask.resolve_base(root, base)
    assert not (root / "x").exists()


def test_unrelated_histories_have_no_base(root: Path) -> None:
    git(root, "checkout", "-q", "--orphan", "other")
    commit(root, "another first one")
    with pytest.raises(UsageError, match="no common history"):
        ask.resolve_base(root, "main")


def test_changed_lines_of_every_kind(root: Path) -> None:
    (root / "gone.py").write_text(TEN)
    (root / "moved.py").write_text(TEN.replace("line", "other"))
    (root / "same.py").write_text(TEN.replace("line", "exact"))
    (root / "image.png").write_bytes(b"\x89PNG\0old")
    base = commit(root)
    (root / "a.py").write_text(TEN.replace("line 2\n", "two\ntwo more\n").replace("line 9\n", ""))
    commit(root)
    moved = TEN.replace("line", "other") + "added\n"
    (root / "moved").mkdir()
    (root / "moved.py").rename(root / "moved" / "to.py")
    (root / "moved" / "to.py").write_text(moved)
    (root / "same.py").rename(root / "renamed.py")
    (root / "gone.py").unlink()
    (root / "image.png").write_bytes(b"\x89PNG\0new")
    git(root, "add", "-A")
    (root / "src" / "b.py").write_text("no end of line")
    (root / "untracked.py").write_text("1\n2\n3")
    (root / "untracked.bin").write_bytes(b"\0\n\n")
    (root / ".gitignore").write_text("*.log\n")
    (root / "ignored.log").write_text("x\n")
    changes = ask.changes(root, base)
    assert changes.lines == {
        ".gitignore": frozenset({1}),
        "a.py": frozenset({2, 3}),
        "image.png": frozenset(),
        "moved/to.py": frozenset({11}),
        "renamed.py": frozenset(),
        "src/b.py": frozenset({1}),
        "untracked.bin": frozenset(),
        "untracked.py": frozenset({1, 2, 3}),
    }
    assert changes.renames == {"moved/to.py": "moved.py", "renamed.py": "same.py"}


def test_content_that_looks_like_a_diff_is_stepped_over(root: Path) -> None:
    base = commit(root)
    lines = ["++ b/src/b.py", "@@ -1 +1,9 @@", ":100644 100644 a b M\tevil", "-- a/x", "diff --git"]
    (root / "a.py").write_text("\n".join(lines) + "\n")
    assert ask.changed_lines(root, base) == {"a.py": frozenset({1, 2, 3, 4, 5})}


ODD = ["sp ace.py", 'quo"te.py', "back\\slash.py", "new\nline.py", "tab\t.py", "ü–☃.py", " lead",
       "-dash", "a=b.py", ":(top)x", "trail ", "\x1b[31mred"]  # fmt: skip


def test_odd_names_come_through_unharmed(root: Path) -> None:
    base = commit(root)
    for name in ODD[::2]:
        (root / name).write_text("one\n")
    git(root, "add", "-A")
    for name in ODD[1::2]:
        (root / name).write_text("one\n")
    expected = {name: frozenset({1}) for name in ODD}
    assert ask.changed_lines(root, base) == expected
    assert set(ask.tracked_files(root) or ()) == {*ODD, "a.py", "src/b.py"}
    commit(root)
    (root / ODD[3]).write_text("one\ntwo\n")
    assert ask.changed_lines(root, "HEAD") == {ODD[3]: frozenset({2})}
    assert ask.is_dirty(root)


def test_names_that_are_not_utf8_are_listed_apart(root: Path) -> None:
    for name in (b"\xff\xfe.py", b"latin-\xe9.py"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text("x\n")
    base = commit(root)
    Path(os.fsdecode(os.fsencode(root) + b"/\xff\xfe.py")).write_text("y\n")
    assert ask.tracked_files(root) == ["a.py", "src/b.py"]
    assert sorted(ask.odd_names(root)) == ["latin-\ufffd.py", "\ufffd\ufffd.py"]
    assert ask.changed_lines(root, base) == {}
    assert ask.is_dirty(root)
    assert "+" in ask.tree_pin(root)
    msgspec.json.encode([ask.tracked_files(root), ask.odd_names(root)])


def test_a_root_inside_the_repository_sees_only_itself(root: Path) -> None:
    base = commit(root)
    (root / "a.py").write_text("changed\n")
    assert not ask.is_dirty(root / "src")
    assert ask.tree_pin(root / "src") == base
    (root / "src" / "b.py").write_text(TEN + "x\n")
    (root / "src" / "new.py").write_text("x\n")
    expected = {"b.py": frozenset({11}), "new.py": frozenset({1})}
    assert ask.changed_lines(root / "src", base) == expected
    assert ask.tracked_files(root / "src") == ["b.py", "new.py"]
    assert ask.is_dirty(root / "src")


def test_listing_leaves_out_what_is_gone_ignored_or_another_repository(
    root: Path, tmp_path: Path
) -> None:
    other = new_repository(tmp_path / "other", {"x.py": "x\n"})
    git(root, "submodule", "--quiet", "add", str(other), "sub")
    new_repository(root / "nested", {"y.py": "y\n"})
    (root / ".git" / "info" / "exclude").write_text("secret.txt\n")
    (root / "secret.txt").write_text("x")
    (root / "link").symlink_to("a.py")
    os.mkfifo(root / "fifo")
    (root / "a.py").unlink()
    expected = [".gitmodules", "link", "src/b.py"]
    assert ask.tracked_files(root) == expected


def test_a_folder_that_the_repository_above_ignores_is_not_known(root: Path) -> None:
    (root / ".gitignore").write_text("other/\n")
    commit(root)
    (root / "other").mkdir()
    (root / "other" / "x.py").write_text("x\n")
    assert ask.tracked_files(root / "other") is None
    assert ask.tree_pin(root / "other") == "untracked"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_somebody_else_is_read(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        os.chown(path, 54321, 54321)
    (root / "a.py").write_text("1\n")
    assert ask.changed_lines(root, "HEAD") == {"a.py": frozenset({1})}
    assert ask.default_base(root) is None


def test_changes_inside_a_submodule_do_not_count(root: Path, tmp_path: Path) -> None:
    other = new_repository(tmp_path / "other", {"x.py": "x\n"})
    git(root, "submodule", "--quiet", "add", str(other), "sub")
    base = commit(root)
    (root / "sub" / "x.py").write_text("changed\n")
    assert ask.changed_lines(root, base) == {}
    assert ask.tree_pin(root) == base
    assert ask.top_level(root / "sub") == root / "sub"
    assert ask.changed_lines(root / "sub", "HEAD") == {"x.py": frozenset({1})}


def test_the_pin_follows_the_content_and_nothing_else(root: Path) -> None:
    clean = ask.tree_pin(root)
    assert clean == ask.head_commit(root)
    (root / "a.py").write_text("one\n")
    one = ask.tree_pin(root)
    assert one.startswith(f"{clean}+")
    git(root, "add", "a.py")
    os.utime(root / "a.py", (1, 1))
    assert ask.tree_pin(root) == one
    (root / "a.py").write_text("two\n")
    two = ask.tree_pin(root)
    (root / "new.py").write_text("x\n")
    three = ask.tree_pin(root)
    (root / "src" / "b.py").unlink()
    assert len({clean, one, two, three, ask.tree_pin(root)}) == 5
    (root / "new.py").unlink()
    git(root, "checkout", "-q", "-f", "HEAD")
    (root / ".ladder").mkdir()
    (root / ".ladder" / "prd.md").write_text("x")
    assert ask.tree_pin(root) == clean
    assert not ask.is_dirty(root)


def test_nothing_is_written(root: Path) -> None:
    (root / "a.py").write_text(TEN)  # same content, other times: git would refresh its index
    os.utime(root / "a.py", (1, 1))
    index = root / ".git" / "index"
    before = (index.read_bytes(), index.stat().st_mtime_ns)
    ask.tree_pin(root)
    ask.changed_lines(root, "HEAD")
    assert (index.read_bytes(), index.stat().st_mtime_ns) == before


def test_huge_and_strange_untracked_files_do_not_stop_us(root: Path) -> None:
    with (root / "huge.txt").open("wb") as file:
        file.truncate(ask.HASHED_BYTES + 1)
    os.mkfifo(root / "fifo")
    (root / "loop").symlink_to("loop")
    (root / "away").symlink_to("/etc/passwd")
    lines = ask.changed_lines(root, "HEAD")
    assert lines == {"away": frozenset(), "huge.txt": frozenset(), "loop": frozenset()}
    assert "+" in ask.tree_pin(root)
