"""A planted configuration must never make our questions run a command."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from ladder_tui.process import git as ask
from ladder_tui.process.git_command import find_repository
from tests.process.repository import commit, git, needs_git, new_repository

pytestmark = needs_git


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"a.py": "1\n2\n3\n", "b.py": "1\n", ".gitattributes": "* filter=evil diff=evil\n"}
    return new_repository(tmp_path / "r", files)


def plant(root: Path, config: str) -> Path:
    """Append configuration in which EVIL is a command that leaves a mark."""
    mark = root.parent / "mark"
    script = root.parent / "evil.sh"
    script.write_text(f'#!/bin/sh\necho "$0 $@" >> {shlex.quote(str(mark))}\ncat\n')
    script.chmod(0o755)
    with (root / ".git" / "config").open("a") as file:
        file.write(config.replace("EVIL", str(script)))
    return mark


def ask_everything(root: Path) -> None:
    base = ask.resolve_base(root, "HEAD")
    ask.default_base(root)
    ask.head_commit(root)
    ask.branch(root)
    ask.tracked_files(root)
    ask.odd_names(root)
    ask.changes(root, base)
    ask.is_dirty(root)
    ask.tree_pin(root)


CONFIGS = {
    "fsmonitor": "[core]\n fsmonitor = EVIL\n",
    "hooks": "[core]\n hooksPath = EVIL\n",
    "pager and editor": "[core]\n pager = EVIL\n editor = EVIL\n[pager]\n diff = EVIL\n",
    "external diff": "[diff]\n external = EVIL\n",
    "diff driver": '[diff "evil"]\n command = EVIL\n textconv = EVIL\n cachetextconv = true\n',
    "clean filter": '[filter "evil"]\n clean = EVIL\n smudge = EVIL\n required = true\n',
    "process filter": '[filter "evil"]\n process = EVIL\n required\n',
    "ssh and helpers": "[core]\n sshCommand = EVIL\n askPass = EVIL\n gitProxy = EVIL\n"
    "[credential]\n helper = !EVIL\n",
    "alias": "[alias]\n diff = !EVIL\n status = !EVIL\n ls-files = !EVIL\n rev-parse = !EVIL\n",
    "alternates": "[core]\n alternateRefsCommand = EVIL\n",
    "gpg": "[gpg]\n program = EVIL\n[log]\n showSignature = true\n",
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_configured_commands_do_not_run(root: Path, config: str) -> None:
    mark = plant(root, config)
    (root / "a.py").write_text("1\n2\nthree\n")
    (root / "b.py").write_text("1\n")  # same content, other time: read again through the filter
    ask_everything(root)
    assert not mark.exists(), mark.read_text()
    assert ask.changed_lines(root, "HEAD") == {"a.py": frozenset({3})}


def test_the_attack_works_on_plain_git(root: Path) -> None:
    """Otherwise the tests above would prove nothing."""
    mark = plant(root, CONFIGS["clean filter"] + CONFIGS["diff driver"] + CONFIGS["fsmonitor"])
    (root / "a.py").write_text("1\n2\nthree\n")
    git(root, "status", "--porcelain")
    git(root, "diff", "HEAD")
    assert mark.exists()


def test_filters_with_hostile_names_and_from_an_include(root: Path) -> None:
    names = ["a=b", "x.y", "SPACE d", "ü", "evil"]
    attributes = "".join(
        f"f{n}.py filter={name}\n" for n, name in enumerate(names) if " " not in name
    )
    (root / ".gitattributes").write_text(attributes + "a.py filter=evil\n")
    for number in range(len(names)):
        (root / f"f{number}.py").write_text("x\n")
    commit(root)
    (root.parent / "included").write_text(
        "".join(f'[filter "{name}"]\n clean = {root.parent}/evil.sh\n' for name in names)
    )
    mark = plant(root, f"[include]\n path = {root.parent}/included\n")
    for number in range(len(names)):
        (root / f"f{number}.py").write_text("y\n")
    ask_everything(root)
    assert not mark.exists(), mark.read_text()
    git(root, "diff")
    assert mark.exists()


def test_a_worktree_configuration_is_seen_too(root: Path) -> None:
    git(root, "config", "extensions.worktreeConfig", "true")
    mark = plant(root, "")
    (root / ".git" / "config.worktree").write_text(
        CONFIGS["clean filter"].replace("EVIL", str(root.parent / "evil.sh"))
    )
    (root / "a.py").write_text("other\n")
    ask_everything(root)
    assert not mark.exists()


def test_core_worktree_cannot_lead_elsewhere(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x")
    plant(root, f"[core]\n worktree = {tmp_path / 'outside'}\n")
    assert ask.top_level(root) == root
    assert ask.tracked_files(root) == [".gitattributes", "a.py", "b.py"]


def test_hooks_in_the_repository_do_not_run(root: Path) -> None:
    mark = plant(root, "")
    for name in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        hook = root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text((root.parent / "evil.sh").read_text())
        hook.chmod(0o755)
    (root / "a.py").write_text("other\n")
    ask_everything(root)
    assert not mark.exists()


def test_missing_objects_are_not_fetched(root: Path) -> None:
    """A partial clone asks its remote for them, by a command the configuration names."""
    mark = plant(
        root,
        "[extensions]\n partialClone = origin\n[core]\n repositoryFormatVersion = 1\n"
        '[protocol "ext"]\n allow = always\n[protocol]\n allow = always\n'
        '[remote "origin"]\n promisor = true\n url = ext::EVIL\n uploadpack = EVIL\n',
    )
    base = ask.head_commit(root) or ""
    blob = git(root, "rev-parse", "HEAD:a.py")
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (root / "a.py").write_text("other\n")
    with pytest.raises(ask.GitError):
        ask.changed_lines(root, base)
    with pytest.raises(ask.GitError):
        ask.changed_lines(root, "1" * 40)
    assert not mark.exists(), mark.read_text()


def test_environment_of_the_user_does_not_redirect(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_repository(tmp_path / "other", {"x.py": "x\n"})
    mark = plant(root, "")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(root.parent / "evil.sh"))
    (root / "a.py").write_text("other\n")
    ask_everything(root)
    assert ask.tracked_files(root) == [".gitattributes", "a.py", "b.py"]
    assert not mark.exists()


@pytest.mark.parametrize("text", ["", "gitdir: ", "gitdir: nowhere\n", "x" * 10_000, "gitdir: \0"])
def test_a_broken_git_file_is_no_repository(tmp_path: Path, text: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".git").write_text(text)
    assert find_repository(tmp_path / "sub") is None
    assert ask.tracked_files(tmp_path / "sub") is None
