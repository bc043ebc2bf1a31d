"""Attacks on files, at the level ``bwrap``: writes outside, secrets, git's own files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from ladder_tui.process import git as git_questions
from tests.process.attack import SECRET, attack, contents, new_worktree
from tests.process.level import needs_bwrap
from tests.process.repository import git, needs_git

pytestmark = [needs_bwrap, needs_git]
PLACES = tuple(f"{folder}/ladder-attack" for folder in ("/usr", "/etc", "", "/tmp"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return new_worktree(tmp_path)


async def test_nothing_outside_the_worktree_is_written(tree: Path) -> None:
    outside = tree.parent / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    before = contents(tree.parent / "repo"), contents(outside)
    done = await attack(
        tree,
        f"ln -s {outside} link; echo evil > link/new; echo evil > {outside}/new;"
        f" echo evil > ../outside/new; rm -rf {outside} {tree.parent}/repo;"
        f" cp /bin/true {tree.parent}/repo/a.txt; "
        f" touch {' '.join(PLACES)} ~/ladder-attack; echo done",
    )
    assert done.text.endswith("done")
    assert (contents(tree.parent / "repo"), contents(outside)) == before
    assert not any(map(_exists, (*PLACES, str(Path.home() / "ladder-attack"))))


async def test_no_secret_inside_or_outside_home_is_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADDER_TEST_API_KEY", SECRET)
    outside = tree.parent / "secret"
    outside.write_text(SECRET)
    (tree / "link").symlink_to(outside)
    with tempfile.NamedTemporaryFile("w", dir=Path.home(), prefix=".ladder-test-") as inside:
        inside.write(SECRET)
        inside.flush()
        done = await attack(
            tree,
            f"cat {inside.name} {outside} link ~/.ssh/* /proc/1/root{outside}; env;"
            " cat /proc/*/environ; cat /etc/shadow /etc/passwd;"
            f" grep -rs {SECRET[:6]} / --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr"
            f" --exclude-dir=lib --exclude-dir=nix | head; echo done",
            timeout=60_000,
        )
    assert done.text.endswith("done")
    assert SECRET not in done.text
    assert "root:" not in done.text


async def test_secrets_of_gits_configuration_are_not_shown(tree: Path) -> None:
    repository = tree.parent / "repo"
    git(repository, "config", "http.extraheader", f"Authorization: {SECRET}")
    git(repository, "remote", "add", "origin", f"https://u:{SECRET}@example.org/x.git")
    done = await attack(
        tree, f"git remote -v; git config --list; cat {repository}/.git/config; git status --short"
    )
    assert SECRET not in done.text
    assert "fatal" not in done.text


async def test_gits_own_files_are_not_replaced(tree: Path) -> None:
    repository = tree.parent / "repo"
    before = contents(repository), (tree / ".git").read_bytes()
    done = await attack(
        tree,
        "echo 'gitdir: /tmp/evil' > .git; rm -f .git; mv .git old; mv ../tree ../moved;"
        " ln -sf /tmp .git; git config core.fsmonitor ./evil; git config --worktree a.b c;"
        f" H={repository}/.git; echo evil > $H/hooks/post-checkout; echo evil >> $H/config;"
        " echo evil > $H/info/attributes; rm -rf $H/objects; git update-ref refs/heads/main HEAD~0;"
        " git branch evil; git commit --allow-empty -m evil; echo done",
    )
    assert done.text.endswith("done")
    assert (contents(repository), (tree / ".git").read_bytes()) == before


async def test_what_an_agent_plants_is_not_run_by_our_git(tree: Path) -> None:
    """Hooks, filters, a monitor, and a repository of its own inside the worktree."""
    ran = tree.parent / "ran"
    await attack(
        tree,
        f"printf '#!/bin/sh\\ntouch {ran}\\n' > evil; chmod +x evil; E=$PWD/evil;"
        " echo '* filter=evil diff=evil' > .gitattributes; mkdir sub; cd sub; git init -q .;"
        " for key in core.fsmonitor filter.evil.clean diff.evil.textconv diff.external; do"
        "   git config $key $E; done; git config core.hooksPath $PWD; cp $E post-index-change;"
        " echo x > x; echo two > ../a.txt",
    )
    assert str(ran) in (tree / "evil").read_text()
    assert (tree / "sub/.git/config").exists()
    assert not ran.exists()
    changed = git_questions.changes(tree, "HEAD")
    git_questions.tree_pin(tree)
    git_questions.tracked_files(tree)
    assert "a.txt" in changed.lines
    assert not ran.exists()


def _exists(place: str) -> bool:
    return Path(place).exists()
