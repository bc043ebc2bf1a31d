"""Runs: start, list, watch, steer, resume."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ladder_tui.config import Config, environment
from ladder_tui.domain.command import AnswerQuestion
from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import QuestionId, RunId
from ladder_tui.domain.question import Answer, OpenQuestion
from ladder_tui.domain.run import RunLimits, RunSpec, RunSummary
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.process.service import Detached, start_detached
from ladder_tui.store import command as command_rows
from ladder_tui.store import event as event_rows
from ladder_tui.store import past_run as past_run_rows
from ladder_tui.store import question as question_rows
from ladder_tui.store import record as record_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store import step as step_rows
from ladder_tui.store.database import Database
from ladder_tui.store.step import StepRow
from ladder_tui.workbench.change import RunChanges
from ladder_tui.workbench.feed import RunFeed
from ladder_tui.workbench.limit import checked_limits
from ladder_tui.workbench.liveness import is_alive, living
from ladder_tui.workbench.option import Preflight, RunOptions
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.question import find_question
from ladder_tui.workbench.resume import (
    check_resume,
    drop_commands,
    nothing_to_resume,
    require_trust,
    settled,
)
from ladder_tui.workbench.steer import RunSteering

if TYPE_CHECKING:
    from ladder_tui.insight.parallel_verdict import ParallelVerdict
    from ladder_tui.insight.step_explanation import StepExplanation
    from ladder_tui.workbench.revision import Revision
    from ladder_tui.workbench.workflow import Workflows


class Runs(RunSteering, RunChanges):
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
        history = past_run_rows.past_runs(self._db, entry.name)
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
        spec = new_spec(root, plan, options, now, origin=entry.origin, given=inputs)
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
        return is_alive(self._project, run_id)

    def _living(self, summary: RunSummary) -> RunSummary:
        return living(self._project, summary, self._spawned.get(summary.run_id), time.time())

    # -- questions

    def questions(self) -> Sequence[OpenQuestion]:
        """Everything that waits for a person, in all runs, oldest first."""
        return question_rows.open_questions(self._db)

    def question(self, run_id: RunId, question_id: QuestionId) -> OpenQuestion:
        """The open question of a run; an empty id means the only one. Raises UsageError."""
        return find_question(self._db, run_id, question_id)

    def answer(
        self, run_id: RunId, question_id: QuestionId, answer: Answer, waited_s: float = 0.0
    ) -> None:
        """Answer a question, and start a run again that was parked over it.

        An empty id means the only question that waits. Raises UsageError where it does not wait
        any more, and for an answer that does not fit.
        """
        # Deferred, as in preflight: checking a value needs the library.
        from ladder_tui.agent.ledger_key import answer_key
        from ladder_tui.library.answer import check_answer

        asked = self.question(run_id, question_id)
        self._require_trust(self.spec(run_id))
        checked = check_answer(asked.question, answer, self._project.root)
        seen = answer_key(asked.question)
        command = AnswerQuestion(asked.question.question_id, checked, waited_s, seen)
        command_rows.send(self._db, run_id, command, time.time())
        summary = self.get(run_id)
        if not summary.is_alive and summary.state != "queued":
            self._spawn(run_id)

    def steps(self, run_id: RunId) -> Sequence[StepRow]:
        """The steps of a run: what each was given, gave, cost and took."""
        return step_rows.steps(self._db, run_id)

    def explain(self, run_id: RunId, step_id: str = "") -> Sequence[StepExplanation]:
        """Why each step, or one and those below it, ran again or did not.

        Raises UsageError for a step that the run does not have.
        """
        from ladder_tui.workbench.explanation import explain_run

        return explain_run(self._db, run_id, step_id)

    def verdict(self, run_id: RunId) -> ParallelVerdict | None:
        """Whether its agents were worth it together; None for a run that has not two.

        Findings that people dismissed do not count. Raises UsageError for an unknown run.
        """
        from ladder_tui.workbench.verdict import run_verdict

        return run_verdict(self._db, run_id)

    def resume(
        self, run_id: RunId, limits: RunLimits | None = None, *, as_started: bool = False
    ) -> Sequence[str]:
        """Continue a paused run, or give an ended one a new runner.

        Edited workflow and skill files are taken over, unless it is to go on ``as_started``;
        their names are returned. ``limits`` replaces the budget, for a run that its budget
        stopped. Raises UsageError for a run that runs already, and for one that is done where
        nothing changed; InvalidFileError where an edited file cannot be used.
        """
        summary = settled(lambda: self.get(run_id))
        check_resume(summary, has_limits=limits is not None)
        if summary.is_alive:
            self.continue_(run_id)
            return ()
        revision = None if as_started else self._revised(run_id)
        if summary.state == "done" and (revision is None or not revision.changed):
            raise nothing_to_resume(summary)
        self._require_trust(self.spec(run_id) if revision is None else revision.spec)
        if revision is not None and revision.changed:
            run_rows.set_spec(self._db, revision.spec)
        if limits is not None:
            run_rows.set_limits(self._db, run_id, checked_limits(limits))
        drop_commands(self._db, run_id, time.time())
        self._spawn(run_id)
        return revision.changed if revision is not None else ()

    def _revised(self, run_id: RunId) -> Revision:
        from ladder_tui.workbench.revision import revised_now

        return revised_now(self.spec(run_id), self._workflows(), self._project)

    def _require_trust(self, spec: RunSpec) -> None:
        require_trust(spec, self._project, lambda name: self._workflows().get(name))

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
