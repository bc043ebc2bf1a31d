"""What became of the work of editing agents: looked at, accepted, rejected, left, removed."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ladder_tui.domain.change import AgentChange, DiffPiece
from ladder_tui.domain.event import ChangeDecided
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.store import run as run_rows
from ladder_tui.store.append import append_events
from ladder_tui.store.database import Database
from ladder_tui.store.lock import FileLock
from ladder_tui.workbench.project import Project

if TYPE_CHECKING:
    from ladder_tui.workbench.change_loss import Loss
    from ladder_tui.workbench.change_source import RunWork

LOCK_WAIT_S = 2.0
"""A runner may take this long to leave after the last event of its run."""


class RunChanges:
    """The part of ``Runs`` about changes. Everything here starts git and blocks.

    A decision is an event of the run, written under its lock: while a runner works there is none.
    """

    _project: Project
    _db: Database

    def changes(self, run_id: RunId) -> Sequence[AgentChange]:
        """What each editing agent changed, and with whom that conflicts; live too."""
        return list(self._work(run_id).changes.values())

    def pieces(self, run_id: RunId, agent_id: AgentId) -> Sequence[DiffPiece]:
        """An agent's change by hunk. Raises UsageError where it changed nothing."""
        from ladder_tui.workbench.change_merge import pieces_of

        work = self._work(run_id)
        return [
            DiffPiece(
                piece.path,
                tuple(piece.body.decode(errors="replace").splitlines()),
                piece.is_whole_file,
            )
            for piece in pieces_of(work, work.change(agent_id))
        ]

    def diff(self, run_id: RunId, agent_id: AgentId) -> Sequence[str]:
        """An agent's whole change as git shows it; untrusted text."""
        from ladder_tui.process.patch import join_pieces
        from ladder_tui.workbench.change_merge import pieces_of

        work = self._work(run_id)
        patch = join_pieces(pieces_of(work, work.change(agent_id)))
        return patch.decode(errors="replace").splitlines()

    def accept(
        self,
        run_id: RunId,
        agent_ids: Sequence[AgentId],
        *,
        paths: Sequence[str] = (),
        pieces: Collection[int] | None = None,
    ) -> str:
        """Merge changes into the checked-out branch, in this order, and return the new commit.

        ``paths`` or ``pieces`` (places in what ``pieces`` gives) take a part of one change. All or
        nothing: raises UsageError where changes conflict, files of the user's would be
        overwritten, or the run still works.
        """
        from ladder_tui.workbench.change_merge import accept_changes, pieces_of, wanted_part

        if len(agent_ids) != 1 and (paths or pieces is not None):
            raise UsageError("a part can be taken of one agent's change at a time")
        with self._deciding(run_id) as work:
            changes = [work.change(agent_id) for agent_id in agent_ids]
            part = wanted_part(pieces_of(work, changes[0]), paths, pieces)
            commit = accept_changes(work, changes, part)
            events = [
                ChangeDecided(change.agent_id, "accepted", commit, paths=part.paths)
                for change in changes
            ]
            self._record(run_id, events)
        return commit

    def reject(self, run_id: RunId, agent_id: AgentId, reason: str) -> None:
        """Turn a change down; its branch stays until the run is removed.

        Raises UsageError without a reason, and while the run works.
        """
        if not reason.strip():
            raise UsageError(
                "rejecting a change needs a reason",
                why="the agent and the next reader must be able to tell what was wrong",
                next_step="give one line with --reason",
            )
        with self._deciding(run_id) as work:
            change = work.change(agent_id)
            decided = ChangeDecided(agent_id, "rejected", change.commit, reason.strip())
            self._record(run_id, [decided])

    def leave(self, run_id: RunId, agent_id: AgentId) -> str:
        """Keep a change as a branch, which outlives the run; returns the branch.

        Raises UsageError while the run works, and for a folder without git.
        """
        with self._deciding(run_id) as work:
            change = work.change(agent_id)
            if work.kind == "copy":
                raise UsageError(
                    "there is no repository to keep a branch in",
                    next_step="accept it, or reject it",
                )
            self._record(run_id, [ChangeDecided(agent_id, "left", work.newest(change))])
        return change.branch

    def losses(self, run_id: RunId) -> Sequence[Loss]:
        """What removing the run would destroy: work that is in no commit or on no branch."""
        from ladder_tui.workbench.change_loss import losses

        return losses(self._work(run_id))

    def remove(self, run_id: RunId, *, is_forced: bool = False) -> Sequence[str]:
        """Delete a run with its worktrees; what it spent stays. Returns branches that stay.

        Raises UsageError while it works, and for work that would be lost unless ``is_forced``.
        """
        from ladder_tui.workbench.change_loss import losses, remove_work

        with self._deciding(run_id) as work:
            lost = [] if is_forced else losses(work)
            if lost:
                what = [f"{loss.name}: {', '.join(loss.paths[:5])} ({loss.why})" for loss in lost]
                raise UsageError(
                    f"run #{work.summary.number} holds work that would be lost",
                    why="; ".join(what),
                    next_step="accept it or leave it as a branch, or give --force",
                )
            branches = remove_work(work)
            run_rows.delete_run(self._db, run_id)
        for path in (self._project.log_path(run_id), self._project.lock_path(run_id)):
            path.unlink(missing_ok=True)
        return branches

    def _work(self, run_id: RunId) -> RunWork:
        from ladder_tui.workbench.change_source import read_work

        return read_work(self._db, run_rows.get_run(self._db, run_id), self._project.root)

    @contextmanager
    def _deciding(self, run_id: RunId) -> Iterator[RunWork]:
        """Hold the run's lock, so that no runner works on it meanwhile."""
        work = self._work(run_id)
        lock = FileLock(self._project.lock_path(run_id))
        is_leaving = work.summary.state in FINAL_STATES
        if not lock.acquire(wait_s=LOCK_WAIT_S if is_leaving else 0.0):
            raise _still_works(work.summary)
        try:
            yield work
        finally:
            lock.release()

    def _record(self, run_id: RunId, events: Sequence[ChangeDecided]) -> None:
        append_events(self._db, self._project.database, run_id, events, time.time())


def _still_works(summary: RunSummary) -> UsageError:
    return UsageError(
        f"run #{summary.number} is at work",
        why="its agents may change what you decide about",
        next_step=f"ladder runs cancel {summary.number}, or wait for its end",
    )
