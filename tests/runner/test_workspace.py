"""Workspaces of editing agents: real git, real journal, real ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from ladder_tui.agent.spec import AgentSpec
from ladder_tui.agent.workspace import WorkspaceError
from ladder_tui.domain.event import CheckpointMade, ConflictsFound, NoteAdded, WorkspaceOpened
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.run import RunSpec
from ladder_tui.process import git as ask
from ladder_tui.process.workspace_folder import private_dir, run_folder
from ladder_tui.runner.conflict_board import ConflictBoard
from ladder_tui.runner.workspace import GitWorkspace, GitWorkspaces
from tests.agent.world import World, skill, task, world
from tests.process.repository import commit, git, needs_git, new_repository
from tests.store.build import spec as run_spec

pytestmark = needs_git

FILES = {"a.txt": "one\ntwo\nthree\n", "b.txt": "b\n", "deep/c.txt": "c\n"}


def run_of(root: Path) -> RunSpec:
    return msgspec.structs.replace(run_spec(), root=str(root), tree=ask.tree_pin(root))


def agent(name: str, attempt: int = 0) -> AgentSpec:
    made = task(skill=skill("Edit"), attempt=attempt)
    return msgspec.structs.replace(made, agent_id=AgentId(f"work/{name}"), name=name)


@asynccontextmanager
async def opened(path: Path, run: RunSpec) -> AsyncIterator[tuple[World, GitWorkspaces]]:
    """One runner over the repository in ``path/repo``; again over the same path: a resume."""
    async with world(path, {}) as w:
        board = ConflictBoard(w.journal.emit)
        yield w, GitWorkspaces(run, w.root, w.journal.emit, w.ports.ledger, board)


async def edited(place: GitWorkspace, turn: int, name: str, text: str) -> None:
    (place.root / name).write_text(text)
    await place.checkpoint(turn)


async def test_an_agent_works_apart_and_every_turn_is_a_commit(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    head = git(root, "rev-parse", "HEAD")
    async with opened(tmp_path, run_of(root)) as (w, workspaces):
        place = await workspaces.open(agent("a"))
        assert git(place.root, "rev-parse", "--show-toplevel") == str(place.root)
        assert (place.root / "deep/c.txt").read_text() == "c\n"
        await edited(place, 1, "a.txt", "ONE\ntwo\nthree\n")
        await edited(place, 2, "new.txt", "x\ny\n")
        await place.checkpoint(3)

        (open_event,) = await w.of(WorkspaceOpened)
        assert open_event.kind == "worktree"
        assert open_event.base_commit == head
        first, second = await w.of(CheckpointMade)
        assert [(f.path, f.added, f.removed, f.status) for f in second.files] == [
            ("a.txt", 1, 1, "modified"),
            ("new.txt", 2, 0, "added"),
        ]
        assert git(root, "rev-parse", open_event.branch) == second.commit
        assert git(root, "rev-parse", f"{second.commit}^") == first.commit
        trailers = git(root, "log", "-1", "--format=%(trailers:only)", second.commit)
        assert "Ladder-Skill: review-security" in trailers
        assert f"Ladder-Run: {run_spec().run_id}" in trailers
        assert git(place.root, "status", "--porcelain") == ""
    assert git(root, "status", "--porcelain", "--untracked-files=no") == ""
    assert (root / "a.txt").read_text() == FILES["a.txt"]


async def test_a_resume_restores_the_turn_that_the_ledger_names(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    run = run_of(root)
    async with opened(tmp_path, run) as (_, workspaces):
        place = await workspaces.open(agent("a"))
        await edited(place, 1, "a.txt", "after turn 1\n")
        (place.root / "a.txt").write_text("in the middle of turn 2")
        (place.root / "stray.txt").write_text("stray")
        (place._place.git_dir / "index.lock").touch()
    async with opened(tmp_path, run) as (w, workspaces):
        again = await workspaces.open(agent("a"))
        assert again.kept_turn == 1
        assert (again.root / "a.txt").read_text() == "after turn 1\n"
        assert not (again.root / "stray.txt").exists()
        await edited(again, 2, "b.txt", "turn 2\n")
        last = (await w.of(CheckpointMade))[-1]
        assert [f.path for f in last.files] == ["a.txt", "b.txt"]
    # What was lost with the turn is still to be had.
    (spare,) = git(root, "for-each-ref", "--format=%(refname)", "refs/ladder/r-1/spare").split()
    assert git(root, "show", f"{spare}:stray.txt") == "stray"


async def test_a_worktree_that_is_gone_comes_back(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    run = run_of(root)
    async with opened(tmp_path, run) as (_, workspaces):
        place = await workspaces.open(agent("a"))
        await edited(place, 1, "a.txt", "kept\n")
        place.root.rename(tmp_path / "elsewhere")
    async with opened(tmp_path, run) as (_, workspaces):
        again = await workspaces.open(agent("a"))
        assert (again.root / "a.txt").read_text() == "kept\n"
        assert git(again.root, "status", "--porcelain") == ""


async def test_a_second_attempt_starts_from_the_base(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    async with opened(tmp_path, run_of(root)) as (w, workspaces):
        place = await workspaces.open(agent("a"))
        await edited(place, 1, "a.txt", "wrong\n")
        retry = await workspaces.open(agent("a", attempt=1))
        assert retry.kept_turn == 0
        assert (retry.root / "a.txt").read_text() == FILES["a.txt"]
        wrong, empty = await w.of(CheckpointMade)
        assert empty.files == ()
        assert git(root, "branch", "--list", "ladder/*", "--contains", wrong.commit) == ""
    refs = git(root, "for-each-ref", "--format=%(objectname)", "refs/ladder/r-1/spare").split()
    assert refs == [wrong.commit]


async def test_uncommitted_changes_come_along_and_stay_where_they_are(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    (root / "a.txt").write_text("not committed\n")
    (root / "untracked.txt").write_text("u")
    before = git(root, "status", "--porcelain")
    async with opened(tmp_path, run_of(root)) as (w, workspaces):
        place = await workspaces.open(agent("a"))
        assert (place.root / "a.txt").read_text() == "not committed\n"
        assert (place.root / "untracked.txt").read_text() == "u"
        (note,) = await w.of(NoteAdded)
        assert "uncommitted changes included" in note.text
        await edited(place, 1, "b.txt", "agent\n")
        (made,) = await w.of(CheckpointMade)
        assert [f.path for f in made.files] == ["b.txt"]
    after = [
        line for line in git(root, "status", "--porcelain").splitlines() if "ladder" not in line
    ]
    assert after == before.splitlines()


async def test_a_folder_without_git_gets_a_copy(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "a.txt").write_text("a\n")
    async with opened(tmp_path, run_of(root)) as (w, workspaces):
        place = await workspaces.open(agent("a"))
        await edited(place, 1, "a.txt", "copy\n")
        (opened_event,) = await w.of(WorkspaceOpened)
        assert opened_event.kind == "copy"
        assert len(await w.of(CheckpointMade)) == 1
    assert (root / "a.txt").read_text() == "a\n"
    assert not (root / ".git").exists()


async def test_a_folder_too_large_to_copy_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    for number in range(4):
        (root / f"{number}.txt").touch()
    monkeypatch.setattr("ladder_tui.process.private_repository.MAX_FILES", 3)
    async with opened(tmp_path, run_of(root)) as (_, workspaces):
        for _ in range(2):
            with pytest.raises(WorkspaceError) as caught:
                await workspaces.open(agent("a"))
            assert "too large to copy" in caught.value.why
    assert not private_dir(root, run_spec().run_id).exists()


async def test_conflicts_are_said_when_they_come_and_when_they_go(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    async with opened(tmp_path, run_of(root)) as (w, workspaces):
        places = [await workspaces.open(agent(name)) for name in ("a", "b", "c")]
        await edited(places[0], 1, "a.txt", "first\ntwo\nthree\n")
        await edited(places[1], 1, "a.txt", "second\ntwo\nthree\n")
        await edited(places[2], 1, "deep/c.txt", "alone\n")
        await edited(places[1], 2, "a.txt", "one\ntwo\nthree\n")
        found = [
            [(c.first, c.second, c.paths) for c in e.conflicts] for e in await w.of(ConflictsFound)
        ]
    assert found == [[("work/a", "work/b", ("a.txt",))], []]


@pytest.mark.parametrize("planted", ["link", "other", "folder"])
async def test_a_replaced_git_file_is_not_believed(tmp_path: Path, planted: str) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    run = run_of(root)
    async with opened(tmp_path, run) as (_, workspaces):
        place = await workspaces.open(agent("a"))
        other = new_repository(tmp_path / "other", {"o": "o"})
        entry = place.root / ".git"
        entry.unlink()
        if planted == "link":
            entry.symlink_to(root / ".git")
        elif planted == "other":
            entry.write_text(f"gitdir: {other}/.git\n")
        else:
            git(place.root, "init", "-q")
        await edited(place, 1, "a.txt", "kept\n")
        head = git(other, "rev-parse", "HEAD")
    async with opened(tmp_path, run) as (_, workspaces):
        again = await workspaces.open(agent("a"))
        assert (again.root / "a.txt").read_text() == "kept\n"
        assert (again.root / ".git").read_text().startswith(f"gitdir: {root}/.git/worktrees/")
    assert git(other, "rev-parse", "HEAD") == head
    assert [p.name for p in run_folder(root, run.run_id).iterdir()].count("work.a") == 1


async def test_a_branch_of_an_older_database_is_left_alone(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "repo", FILES)
    git(root, "branch", f"ladder/{run_spec().number}/work/a")
    theirs = commit(root, "later")
    run = run_of(root)
    for _ in range(2):
        async with opened(tmp_path, run) as (w, workspaces):
            await workspaces.open(agent("a"))
            event = (await w.of(WorkspaceOpened))[-1]
            assert event.branch == f"ladder/{run.number}/work/a-{run.run_id[-4:]}"
    assert git(root, "rev-parse", f"ladder/{run.number}/work/a") != theirs
