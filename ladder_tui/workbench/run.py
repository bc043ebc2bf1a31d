"""Runs: start, list, watch, steer, resume."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ladder_tui.config import Config, environment
from ladder_tui.domain.command import CancelAgent, CancelRun, Command, Continue, Pause
from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import AgentId, CommandId, RunId
from ladder_tui.domain.run import FINAL_STATES, RunLimits, RunSpec, RunState, RunSummary
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.process.service import Detached, start_detached
from ladder_tui.store import command as command_rows
from ladder_tui.store import event as event_rows
from ladder_tui.store import record as record_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database
from ladder_tui.store.lock import FileLock
from ladder_tui.workbench.feed import RunFeed
from ladder_tui.workbench.option import Preflight, RunOptions
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.runner_log import last_words

if TYPE_CHECKING:
    from ladder_tui.workbench.workflow import Workflows

START_GRACE_S = 10.0
"""How long a queued run may take until its runner holds the lock."""


class Runs:
    """All runs of a repository."""

    def __init__(
        self,
        project: Project,
        config: Config,
        database: Database,
        workflows: Callable[[], Workflows],
    ) -> None:
        """``workflows`` is asked when a run is planned, not before."""
        self._project = project
        self._config = config
        self._db = database
        self._workflows = workflows
        self._spawned: dict[RunId, Detached] = {}
        """The runners that this process started; the row of a run follows a moment later."""

    # -- before a run

    def preflight(
        self, workflow: str, inputs: Mapping[str, Any], options: RunOptions | None = None
    ) -> Preflight:
        """Say what a run would do and need. Nothing is spent and nothing is stored.

        Raises UsageError or InvalidFileError where not even a plan can be made.
        """
        # Deferred: planning reads skills, workflows, prices and sources.
        from ladder_tui.workbench.nested import nested_entries
        from ladder_tui.workbench.preflight import plan_run

        entry = self._workflows().get(workflow)
        history = [r for r in self.list(60, workflow=entry.name) if r.state == "done"]
        nested = nested_entries(entry, self._workflows().get)
        options = options or RunOptions()
        return plan_run(self._project, self._config, entry, nested, inputs, options, history)

    def start(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        options: RunOptions | None = None,
        *,
        preflight: Preflight | None = None,
    ) -> RunId:
        """Store a run and start its runner process; returns at once.

        Raises InvalidFileError with every problem of the preflight, or UsageError.
        """
        # Deferred, as in preflight: who looks at runs needs none of it.
        from ladder_tui.workbench.launch import new_spec
        from ladder_tui.workbench.skill_version import SkillVersions

        options = options or RunOptions()
        plan = preflight or self.preflight(workflow, inputs, options)
        if plan.problems:
            raise InvalidFileError(
                f"{workflow} cannot start", plan.problems, next_step="correct the inputs"
            )
        entry, root = self._workflows().get(workflow), self._project.root
        now = time.time()
        spec = new_spec(root, plan, options, self._config, now, origin=entry.origin, given=inputs)
        spec = run_rows.create_run(self._db, spec)
        record_rows.set_launch(self._db, plan.workflow.name, plan.inputs, now)
        SkillVersions(self._project, self._db).record_used(plan.skills)
        self._spawn(spec.run_id)
        return spec.run_id

    # -- looking

    def list(self, limit: int = 200, *, workflow: str = "") -> Sequence[RunSummary]:
        """Newest first, from summary rows only."""
        return [self._living(r) for r in run_rows.list_runs(self._db, limit, workflow=workflow)]

    def get(self, ref: str) -> RunSummary:
        """Find a run by ``last``, ``41``, ``#41``, its id or the beginning of it.

        Raises UsageError when it is none or more than one.
        """
        found = run_rows.find_runs(self._db, ref)
        if len(found) == 1:
            return self._living(found[0])
        if not found:
            why = "there are no runs yet" if ref == "last" else ""
            next_step = "ladder run review" if ref == "last" else "ladder runs list"
            raise UsageError(f"there is no run {ref!r}", why=why, next_step=next_step)
        raise UsageError(
            f"{ref!r} can mean {len(found)} runs",
            why=", ".join(f"#{r.number} {r.run_id}" for r in found[:8]),
            next_step="give the number",
        )

    def spec(self, run_id: RunId) -> RunSpec:
        """What the run was asked to do."""
        return run_rows.get_spec(self._db, run_id)

    def feed(self, run_id: RunId) -> RunFeed:
        """Follow a run, live or from its journal."""
        return RunFeed(self._db, run_id, is_alive=lambda: self.is_alive(run_id))

    def events(self, run_id: RunId, after_id: int = 0, limit: int = 1000) -> Sequence[EventRecord]:
        """Journalled events in order, after the record with ``after_id``."""
        return event_rows.read_events(self._db, run_id, after_id, limit)

    def is_alive(self, run_id: RunId) -> bool:
        """Whether a runner holds the lock of the run."""
        path = self._project.lock_path(run_id)
        if not path.exists():
            return False
        lock = FileLock(path)
        try:
            is_free = lock.acquire(is_shared=True)
        except OSError:  # a lock that may not be opened belongs to somebody else's run
            return False
        lock.release()
        return not is_free

    def _living(self, summary: RunSummary) -> RunSummary:
        spawned = self._spawned.get(summary.run_id)
        is_ours = spawned is not None and spawned.is_alive
        if summary.state in FINAL_STATES and not is_ours:
            return summary
        alive = self.is_alive(summary.run_id)
        state: RunState = summary.state
        if alive:
            state = state if state in ("queued", "paused", *FINAL_STATES) else "running"
        elif is_ours or self._may_start(summary, is_known=spawned is not None):
            # Its process is there, and about to take the run or about to leave it.
            state = state if state in FINAL_STATES else "queued"
        else:
            state = "interrupted"
        reason = summary.reason
        if state == "interrupted" and not reason:
            reason = self._why_gone(summary.run_id)
        return msgspec.structs.replace(summary, state=state, is_alive=alive, reason=reason)

    def _why_gone(self, run_id: RunId) -> str:
        """Why a run has no runner any more, from what its runner said last."""
        words = last_words(self._project.log_path(run_id))
        return f"its runner ended: {words}" if words else "its runner is gone without a word"

    @staticmethod
    def _may_start(summary: RunSummary, *, is_known: bool) -> bool:
        """Whether a runner that another process started may still be on its way."""
        is_young = time.time() - summary.created_at < START_GRACE_S
        return not is_known and summary.state == "queued" and is_young

    # -- steering

    def pause(self, run_id: RunId) -> CommandId:
        """Start no further model call. Raises UsageError when the run does not run."""
        return self._send(run_id, Pause())

    def continue_(self, run_id: RunId) -> CommandId:
        """Go on after a pause. Raises UsageError when the run does not run."""
        return self._send(run_id, Continue())

    def cancel(self, run_id: RunId) -> CommandId:
        """Stop the run and everything in it. Raises UsageError when it does not run."""
        return self._send(run_id, CancelRun())

    def cancel_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Stop one agent. Raises UsageError when the run does not run."""
        return self._send(run_id, CancelAgent(agent_id))

    def resume(self, run_id: RunId, limits: RunLimits | None = None) -> None:
        """Continue a paused run, or give an ended one a new runner.

        ``limits`` replaces the budget, for a run that its budget stopped. Raises UsageError for a
        run that is done or runs already.
        """
        summary = self.get(run_id)
        if summary.is_alive and limits is not None:
            raise UsageError(
                f"run #{summary.number} is {summary.state}: its budget cannot be changed now",
                next_step=f"ladder runs cancel {summary.number}, then resume it with the budget",
            )
        if summary.state == "paused" and summary.is_alive:
            self.continue_(run_id)
            return
        if summary.is_alive:
            raise UsageError(
                f"run #{summary.number} is running already",
                next_step=f"ladder runs watch {summary.number}",
            )
        if summary.state == "done":
            raise UsageError(
                f"run #{summary.number} is done: there is nothing to resume",
                next_step=f"ladder run {summary.workflow}",
            )
        if limits is not None:
            run_rows.set_limits(self._db, run_id, _checked(limits))
        # What was asked of a runner that is gone is not meant for the next one: an old pause or
        # cancel would stop it at once.
        for command_id, _ in command_rows.pending(self._db, run_id):
            command_rows.mark_applied(
                self._db, command_id, time.time(), "refused: its runner had ended"
            )
        self._spawn(run_id)

    def _send(self, run_id: RunId, command: Command) -> CommandId:
        summary = self.get(run_id)
        if summary.state in FINAL_STATES or summary.state == "interrupted":
            raise UsageError(
                f"run #{summary.number} does not run",
                why=f"it is {summary.state}",
                next_step="ladder runs list",
            )
        return command_rows.send(self._db, run_id, command, time.time())

    def _spawn(self, run_id: RunId) -> None:
        # -P keeps the repository, which may hold anything, off the module path.
        argv = [sys.executable, "-P", "-m", "ladder_tui.runner"]
        argv += ["--root", str(self._project.root), "--run", run_id]
        argv += ["--after", str(run_rows.epoch_of(self._db, run_id))]
        self._spawned[run_id] = start_detached(
            argv,
            cwd=self._project.root,
            log_path=self._project.log_path(run_id),
            env=dict(environment()),
        )


def _checked(limits: RunLimits) -> RunLimits:
    for value in (limits.usd, limits.tokens, limits.max_parallel):
        if value is not None and (not math.isfinite(value) or value < 0):
            raise UsageError(f"a limit of {value} cannot be", next_step="give a positive number")
    return limits
