"""Files that nobody meant well with: each gives a skill or says what is wrong, none more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.library.skill_folder import HEAD, library, read_all, write_file, write_skill

BOMB = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nname: *c\n---\nbody"


@pytest.mark.parametrize(
    ("data", "rule", "is_usable"),
    [
        (b"x" * 10_000_000, "S002", False),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 20, "S004", False),
        (b"---\nname: a\xff\ndescription: d\n---\nbody", "S004", False),
        (BOMB.encode(), "S006", False),
        (b"---\nname: review-x\nname: other\ndescription: d\n---\nbody", "S006", True),
        (b"---\nname: review-x\n\tdescription: d\n---\nbody", "S006", True),
        (b"---\nname: review-x\ndescription: use: with: colons\n---\nbody", "S006", True),
        (b"---\nname: !!python/object/apply:os.system [ls]\ndescription: d\n---\nb", "S006", True),
        (b"---\n" + b"- " * 30_000 + b"\n---\nbody", "S006", False),
        (b"---\na: " + b"[" * 30_000 + b"\n---\nbody", "S006", False),
        (b"---\nname: ../../../etc/passwd\ndescription: d\n---\nbody", "S008", True),
        (b'---\nname: "a\\e[2Jb"\ndescription: d\n---\nbody', "S008", True),
        ("---\nname: a\u202eb\ndescription: d\n---\nbody".encode(), "S008", True),
        (b"---\nname: review-x\ndescription: d\n---\n", "S014", True),
        (b"", "S005", False),
        (b"---", "S005", False),
        (b"\n\n\n", "S009", False),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_each_is_clear(tmp_path: Path, data: bytes, rule: str, is_usable: bool) -> None:
    folder = write_skill(tmp_path, data)
    (file,) = read_all(tmp_path)
    assert rule in {problem.rule for problem in file.problems}
    assert all(p.message and p.path.startswith(".ladder/skills") for p in file.problems)
    assert (file.skill is not None) == is_usable
    assert not set(file.name) & set("/\\\x1b\u202e\n")
    assert (folder / "SKILL.md").read_bytes() == data


def test_names_on_disk(tmp_path: Path) -> None:
    shelf = tmp_path / ".claude" / "skills"
    names = [b"a\nb", b"a\x1b[2J", b"caf\xe9", "a\u202eb".encode(), b"x" * 200, b"-", b"a b"]
    for name in names:
        folder = os.fsencode(shelf) + b"/" + name
        os.makedirs(folder)  # noqa: PTH103
        with open(folder + b"/SKILL.md", "w") as file:  # noqa: PTH123
            file.write("---\ndescription: d\n---\nbody")
    entries = [entry for entry in library(tmp_path).entries() if entry.origin == "project"]
    assert len(entries) == len(names)
    for entry in entries:
        assert entry.name.isprintable()
        assert entry.path.isprintable()
        entry.path.encode()
        assert entry.skill is not None


def test_links_that_loop(tmp_path: Path) -> None:
    shelf = tmp_path / ".claude" / "skills"
    shelf.mkdir(parents=True)
    (shelf / "one").symlink_to("two")
    (shelf / "two").symlink_to("one")
    (shelf / "here").symlink_to(".")
    (shelf / "gone").symlink_to("nowhere")
    (tmp_path / ".agents").symlink_to(".agents")
    write_file(tmp_path, ".claude/agents/a.md", "---\nname: a\ndescription: d\n---\nbody")
    (tmp_path / ".claude/agents/loop.md").symlink_to("loop.md")
    rules = {file.shown: [p.rule for p in file.problems] for file in read_all(tmp_path)}
    assert rules == {
        ".claude/skills/gone/SKILL.md": ["S001"],
        ".claude/skills/one/SKILL.md": ["S001"],
        ".claude/skills/two/SKILL.md": ["S001"],
        ".claude/agents/a.md": [],
        ".claude/agents/loop.md": ["S001"],
    }


def test_agents_may_not_be_links_out_of_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    write_file(tmp_path, "secret.md", "the secret")
    (root / ".claude" / "agents").mkdir(parents=True)
    (root / ".claude" / "agents" / "a.md").symlink_to(tmp_path / "secret.md")
    (file,) = read_all(root)
    assert [problem.rule for problem in file.problems] == ["S003"]
    assert file.skill is None


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD + "body")
    (folder / "SKILL.md").chmod(0)
    assert [p.rule for p in read_all(tmp_path)[0].problems] == ["S001"]
    folder.chmod(0)
    try:
        assert [p.rule for p in read_all(tmp_path)[0].problems] == ["S001"]
    finally:
        folder.chmod(0o755)


def test_a_skill_that_goes_while_it_is_read(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD + "body")
    books = library(tmp_path)
    assert "review-x" in {skill.name for skill in books.skills()}
    (folder / "SKILL.md").unlink()
    folder.rmdir()
    assert "review-x" not in {skill.name for skill in books.skills()}
    assert books.path(".ladder/skills/review-x/SKILL.md") is None


def test_context_files_are_listed_without_links_and_odd_names(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD + "body")
    for path in ("references/b.md", "references/deep/a.md", "scripts/run.py", "assets/x\x1b.png",
                 "assets/.hidden", "scripts/__pycache__/run.pyc", "other/c.md"):  # fmt: skip
        write_file(folder, path, "text")
    (folder / "references" / "out").symlink_to("/etc")
    (folder / "references" / "out.md").symlink_to("/etc/hostname")
    skill = read_all(tmp_path)[0].skill
    assert skill is not None
    assert skill.files == ("references/b.md", "references/deep/a.md", "scripts/run.py")
    assert skill.directory == str(folder.resolve())
