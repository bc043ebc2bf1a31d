"""Which agents of a run are about to conflict, kept up to date after every checkpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

from ladder_tui.agent.port import Emit
from ladder_tui.domain.change import Conflict
from ladder_tui.domain.event import ConflictsFound, NoteAdded
from ladder_tui.domain.ids import AgentId
from ladder_tui.process.git_command import GitError, Repository
from ladder_tui.process.git_merge import merge_commits

_Pair = tuple[AgentId, AgentId]


class Head(msgspec.Struct, frozen=True):
    """Where an agent's work stands."""

    commit: str
    touched: frozenset[str]
    """Paths that differ from the base, old names of moved files included."""


class ConflictBoard:
    """Merges every pair of agents that touch a common path, without a checkout.

    ``known`` is what the journal of earlier runners said last.
    """

    def __init__(self, emit: Emit, known: Iterable[Conflict] = ()) -> None:
        self._emit = emit
        self._heads: dict[AgentId, Head] = {}
        self._found: dict[_Pair, tuple[str, ...]] = {(c.first, c.second): c.paths for c in known}
        self._turn = asyncio.Lock()
        self._is_broken = False

    async def update(self, agent_id: AgentId, place: Repository, head: Head) -> None:
        """Take in a checkpoint, and say so when the set of conflicts is another one now."""
        async with self._turn:
            self._heads[agent_id] = head
            before = dict(self._found)
            try:
                await self._compare(agent_id, place, head)
            except GitError as error:
                self._say_broken(error)
            if self._found != before:
                rows = sorted(self._found.items())
                self._emit(ConflictsFound(tuple(Conflict(*pair, paths) for pair, paths in rows)))

    async def _compare(self, agent_id: AgentId, place: Repository, head: Head) -> None:
        for other_id, other in list(self._heads.items()):
            if other_id == agent_id:
                continue
            first, second = sorted((agent_id, other_id))
            paths: tuple[str, ...] = ()
            if head.touched & other.touched:
                merge = await asyncio.to_thread(merge_commits, place, head.commit, other.commit)
                paths = merge.conflicts
            if paths:
                self._found[first, second] = paths
            else:
                self._found.pop((first, second), None)

    def _say_broken(self, error: GitError) -> None:
        """Once: the agents' work is safe, only the comparison is missing."""
        if not self._is_broken:
            self._is_broken = True
            text = f"conflicts between agents cannot be computed: {error.what}: {error.why}"
            self._emit(NoteAdded(text, "warning"))
