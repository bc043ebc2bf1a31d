"""Whether a run has a runner, and what its state is because of that."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import FINAL_STATES, RunState, RunSummary
from ladder_tui.process.service import Detached
from ladder_tui.store.lock import FileLock
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.runner_log import last_words

START_GRACE_S = 10.0
"""How long a queued run may take until its runner holds the lock."""


def is_alive(project: Project, run_id: RunId) -> bool:
    """Whether a runner holds the lock of the run."""
    path = project.lock_path(run_id)
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        is_free = lock.acquire(is_shared=True)
    except OSError:  # a lock that may not be opened belongs to somebody else's run
        return False
    lock.release()
    return not is_free


def living(
    project: Project, summary: RunSummary, spawned: Detached | None, now: float
) -> RunSummary:
    """The summary with the state that its runner, or the lack of one, gives it.

    ``spawned`` is the runner that this process started, ``now`` Unix time.
    """
    is_ours = spawned is not None and spawned.is_alive
    if summary.state in FINAL_STATES and not is_ours:
        return summary
    alive = is_alive(project, summary.run_id)
    state: RunState = summary.state
    if alive:
        state = state if state in ("queued", "paused", *FINAL_STATES) else "running"
    elif is_ours or _may_start(summary, now, is_known=spawned is not None):
        # Its process is there, and about to take the run or about to leave it.
        state = state if state in FINAL_STATES else "queued"
    else:
        state = "interrupted"
    reason = summary.reason
    if state == "interrupted" and not reason:
        reason = _why_gone(project, summary.run_id)
    return msgspec.structs.replace(summary, state=state, is_alive=alive, reason=reason)


def _why_gone(project: Project, run_id: RunId) -> str:
    """Why a run has no runner any more, from what its runner said last."""
    words = last_words(project.log_path(run_id))
    return f"its runner ended: {words}" if words else "its runner is gone without a word"


def _may_start(summary: RunSummary, now: float, *, is_known: bool) -> bool:
    """Whether a runner that another process started may still be on its way."""
    is_young = now - summary.created_at < START_GRACE_S
    return not is_known and summary.state == "queued" and is_young
