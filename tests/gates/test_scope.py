"""Which files are in scope, and why some cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.errors import UsageError
from ladder_tui.gates.scope import build_scope, select
from tests.gates.tree import write_tree


def test_every_file_is_in_scope_and_unreadable_ones_say_why(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "repo",
        {
            "a.py": "x = 1\n",
            "big.py": "#" * 1_000_001,
            "latin.py": b"x = '\xe9'\n",
            "nul.py": b"x = '\0'\n",
            "logo.png": b"\x89PNG",
            "notes.md": "text\n",
            "with space.py": "x = 1\n",
            "-dash.py": "x = 1\n",
            "line\nend.py": "x = 1\n",
        },
    )
    (tmp_path / "outside.py").write_text("x = 1\n")
    (root / "out.py").symlink_to(tmp_path / "outside.py")
    (root / "same.py").symlink_to(root / "a.py")
    (root / "gone.py").symlink_to(root / "nothing.py")
    os.mkfifo(root / "pipe.py")

    scope = build_scope(root)

    assert scope.files == (
        "-dash.py", "a.py", "big.py", "gone.py", "latin.py", "line\nend.py", "logo.png",
        "notes.md", "nul.py", "out.py", "pipe.py", "with space.py",
    )  # fmt: skip
    assert {skip.path: skip.reason for skip in scope.skipped} == {
        "big.py": "larger than 1 MB",
        "gone.py": "broken symbolic link",
        "latin.py": "not UTF-8",
        "logo.png": "binary",
        "nul.py": "binary",
        "out.py": "symbolic link",
        "pipe.py": "not a regular file",
    }


def test_a_gate_for_python_counts_skipped_python_files_only(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {"a.py": "", "b.pyi": "", "bad.py": b"\xff", "logo.png": b"", "m.md": "", "x.lock": ""},
    )
    scope = build_scope(root)
    python = select(scope, "python")
    assert (python.in_scope, python.files) == (3, ("a.py", "b.pyi"))
    assert [skip.path for skip in python.skipped] == ["bad.py"]
    assert select(scope, "module").files == ("a.py",)
    prose = select(scope, "prose")
    assert (prose.in_scope, prose.files) == (4, ("a.py", "b.pyi", "m.md"))


def test_other_peoples_code_is_in_scope_only_when_it_is_named(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "src/a.py": "",
            "vendor/lib/b.py": "",
            "node_modules/c.py": "",
            ".git/d.py": "",
            ".ladder/e.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/f.py": "",
        },
    )
    assert build_scope(root).files == ("src/a.py",)
    assert build_scope(root, ["vendor/lib"]).files == ("vendor/lib/b.py",)
    assert build_scope(root, [".git", ".ladder"]).files == ()


def test_paths_select_directories_and_files(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a/x.py": "", "ab/y.py": "", "z.py": ""})
    assert build_scope(root, ["a"]).files == ("a/x.py",)
    assert build_scope(root, ["a", "z.py"]).files == ("a/x.py", "z.py")
    assert build_scope(root, ["./a/../z.py"]).files == ("z.py",)
    assert build_scope(root, ["."]).files == ("a/x.py", "ab/y.py", "z.py")
    assert build_scope(root, ["missing"]).files == ()
    assert build_scope(root, [], ["z.py", "deleted.py"]).files == ("z.py",)


@pytest.mark.parametrize("path", ["..", "/etc", "a/../../b", "a\0b"])
def test_a_path_out_of_the_repository_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match="outside of the repository"):
        build_scope(tmp_path, [path])


def test_a_directory_that_leads_out_is_skipped(tmp_path: Path) -> None:
    outside = write_tree(tmp_path / "outside", {"secret.py": ""})
    root = write_tree(tmp_path / "repo", {"a.py": ""})
    (root / "link").symlink_to(outside)
    scope = build_scope(root, [], ["a.py", "link/secret.py"])
    assert [skip.path for skip in scope.skipped] == ["link/secret.py"]


def test_submodules_and_links_to_directories_are_no_files(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"src/a.py": "", "module/b.py": ""})
    (root / "link").symlink_to(root / "src")
    scope = build_scope(root, [], ["src/a.py", "module", "link"])
    assert (scope.files, scope.skipped) == (("src/a.py",), ())


def test_a_name_that_is_not_utf8_is_skipped_and_printable(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text("")
    scope = build_scope(tmp_path)
    assert scope.files == (r"caf\xe9.py",)
    assert scope.skipped[0].reason == "its name is not UTF-8"
