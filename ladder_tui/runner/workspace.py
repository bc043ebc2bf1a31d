"""Workspaces of editing agents over git worktrees: opened, kept turn by turn, told to the journal.

The order after a turn is: the commit and its refs, then the ledger row that names it. A kill in
between costs that turn's tool calls, which run again from the checkpoint before.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import msgspec

from ladder_tui.agent.ledger_key import checkpoint_key
from ladder_tui.agent.port import Emit, LedgerPort
from ladder_tui.agent.spec import AgentSpec
from ladder_tui.agent.workspace import WorkspaceError
from ladder_tui.domain.change_name import agent_ref, branch_name, folder_name, spare_ref
from ladder_tui.domain.event import AgentState, CheckpointMade, NoteAdded, WorkspaceOpened
from ladder_tui.domain.run import RunSpec
from ladder_tui.process.checkpoint import (
    changed_files,
    commit_tree,
    is_ancestor,
    read_ref,
    set_refs,
    touched_paths,
    tree_of,
    working_tree,
)
from ladder_tui.process.git_command import GitError, Repository
from ladder_tui.process.worktree import (
    add_worktree,
    forget_worktree,
    restore_worktree,
    verified_worktree,
)
from ladder_tui.runner.conflict_board import ConflictBoard, Head
from ladder_tui.runner.workspace_source import WorkspaceSource, find_source


class _Kept(msgspec.Struct, frozen=True):
    turn: int = 0
    commit: str = ""


_decode = msgspec.json.Decoder(_Kept).decode


class GitWorkspaces:
    """Opens the workspaces of one run. Git runs in threads, several agents at a time."""

    def __init__(
        self, run: RunSpec, root: Path, emit: Emit, ledger: LedgerPort, board: ConflictBoard
    ) -> None:
        self.run = run
        self.root = root
        self.emit = emit
        self.ledger = ledger
        self.board = board
        self._source: WorkspaceSource | None = None
        self._first = asyncio.Lock()

    async def open(self, spec: AgentSpec) -> GitWorkspace:
        """Make or restore the worktree of an agent. Raises WorkspaceError."""
        try:
            source = await self._found_source()
            workspace = GitWorkspace(self, source, spec, self._kept(spec))
            await workspace.start()
        except (GitError, OSError) as error:
            raise _refusal(spec, error) from error
        return workspace

    async def _found_source(self) -> WorkspaceSource:
        async with self._first:
            if self._source is None:
                self._source = await asyncio.to_thread(find_source, self.run, self.root)
                if self._source.note:
                    self.emit(NoteAdded(self._source.note))
            return self._source

    def _kept(self, spec: AgentSpec) -> _Kept:
        """The newest checkpoint that the ledger names. A turn without tools has none."""
        for turn in range(spec.limits.turns, 0, -1):
            stored = self.ledger.get(checkpoint_key(spec.agent_id, spec.attempt, turn))
            if stored is not None:
                return _decode(stored)
        return _Kept()


class GitWorkspace:
    """The worktree of one attempt of one agent."""

    def __init__(
        self, run: GitWorkspaces, source: WorkspaceSource, spec: AgentSpec, kept: _Kept
    ) -> None:
        self._run = run
        self._source = source
        self._spec = spec
        self._path = source.folder / folder_name(spec.agent_id)
        self._branch = branch_name(run.run.number, spec.agent_id)
        self._place = Repository(self._path, source.repository.git_dir)
        self._commit = kept.commit or source.base
        self._kept = kept

    @property
    def root(self) -> Path:
        """What the agent takes for the repository."""
        return self._path / self._source.inner

    @property
    def kept_turn(self) -> int:
        """The last turn whose changes an earlier runner made durable."""
        return self._kept.turn

    async def start(self) -> None:
        """Make or restore the worktree and say so. Raises GitError or OSError."""
        await asyncio.to_thread(self._prepare)
        agent_id, base = self._spec.agent_id, self._source.base
        opened = WorkspaceOpened(agent_id, self._source.kind, str(self._path), self._branch, base)
        self._run.emit(opened)
        if self._kept.turn or self._spec.attempt:
            await self._tell(self._kept.turn)

    async def checkpoint(self, turn: int) -> None:
        """Make the state after a turn durable. Raises WorkspaceError."""
        before = self._commit
        try:
            await asyncio.to_thread(self._take, f"turn {turn}")
        except (GitError, OSError) as error:
            raise _refusal(self._spec, error) from error
        key = checkpoint_key(self._spec.agent_id, self._spec.attempt, turn)
        body = msgspec.json.encode(_Kept(turn, self._commit))
        self._run.ledger.put(key, "tool", self._spec.agent_id, body)
        if self._commit != before:
            await self._tell(turn)

    async def close(self, state: AgentState) -> None:
        """Commit what a turn that did not end left behind."""
        before = self._commit
        with suppress(GitError, OSError):
            await asyncio.to_thread(self._take, f"what it left, being {state}")
            if self._commit != before:
                await self._tell(0)

    async def _tell(self, turn: int) -> None:
        """Journal the state of the work, and compare it with that of the others."""
        agent_id, base, commit = self._spec.agent_id, self._source.base, self._commit
        repository = self._source.repository
        files = await asyncio.to_thread(changed_files, repository, base, commit)
        touched = await asyncio.to_thread(touched_paths, repository, base, commit)
        self._run.emit(CheckpointMade(agent_id, turn, commit, files))
        await self._run.board.update(agent_id, repository, Head(commit, touched))

    # Below: in a thread.

    def _prepare(self) -> None:
        repository, ref = (
            self._source.repository,
            agent_ref(self._run.run.run_id, self._spec.agent_id),
        )
        if self._kept.commit and not read_ref(repository, self._kept.commit):
            raise GitError(
                "its last checkpoint is gone", why=f"git has no {self._kept.commit[:12]}"
            )
        is_ours = bool(read_ref(repository, ref))
        self._branch = self._free_branch(repository, is_ours=is_ours)
        place = self._found() if is_ours else None
        set_refs(repository, {ref: self._commit} if place is None else {})
        if place is None:
            self._move_aside()
            forget_worktree(repository, self._path)
            self._place = add_worktree(
                repository, self._path, self._branch, self._commit, replaces=is_ours
            )
        else:
            self._place = place
            self._set_aside()
            restore_worktree(place, self._branch, self._commit)
            set_refs(repository, {ref: self._commit})
        self.root.mkdir(parents=True, exist_ok=True)

    def _free_branch(self, repository: Repository, *, is_ours: bool) -> str:
        """The branch of this agent; another name where an older database left that one."""
        other = f"{self._branch}-{self._run.run.run_id[-4:]}"
        looked_at = other if is_ours else self._branch
        is_there = bool(read_ref(repository, f"refs/heads/{looked_at}"))
        return other if is_there else self._branch

    def _found(self) -> Repository | None:
        """The worktree that an earlier runner or attempt made, where it is whole."""
        try:
            return verified_worktree(self._source.repository, self._path)
        except (GitError, OSError):
            return None

    def _set_aside(self) -> None:
        """Keep what restoring would throw away: a person may have worked there meanwhile."""
        place = self._place
        head = read_ref(place, "HEAD")
        if head and working_tree(place) != tree_of(place, head):
            head = self._committed(working_tree(place), head, "set aside")
        if head and not is_ancestor(place, head, self._commit):
            ref = spare_ref(self._run.run.run_id, self._spec.agent_id, head)
            set_refs(place, {ref: head})

    def _move_aside(self) -> None:
        """A folder that is no worktree of ours may hold anything: it is never deleted."""
        number = 0
        while self._path.exists() and any(self._path.iterdir()):
            number += 1
            spare = self._path.with_name(f"{self._path.name}.spare-{number}")
            if not spare.exists():
                self._path.rename(spare)

    def _take(self, what: str) -> None:
        place, run_id = self._place, self._run.run.run_id
        tree = working_tree(place, keeps_index=True)
        if tree == tree_of(place, self._commit):
            return
        made = self._committed(tree, self._commit, what)
        refs = (f"refs/heads/{self._branch}", agent_ref(run_id, self._spec.agent_id))
        set_refs(place, dict.fromkeys(refs, made))
        self._commit = made

    def _committed(self, tree: str, parent: str, what: str) -> str:
        spec = self._spec
        trailers = {
            "Ladder-Run": self._run.run.run_id,
            "Ladder-Agent": spec.agent_id,
            "Ladder-Skill": spec.skill.name,
            "Ladder-Skill-Version": spec.skill.content_hash,
        }
        return commit_tree(self._place, tree, (parent,), f"{spec.name}: {what}", trailers)


def _refusal(spec: AgentSpec, error: GitError | OSError) -> WorkspaceError:
    reason = (
        str(error)
        if isinstance(error, OSError)
        else ": ".join(text for text in (error.what, error.why) if text)
    )
    return WorkspaceError(f"{spec.name} has no safe place to edit in", why=reason)
