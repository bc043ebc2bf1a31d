"""One runner process at work: takes the run, assembles the engine, steers it, ends it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
import traceback
from pathlib import Path

import ladder_tui
from ladder_tui.agent.budget import Budget
from ladder_tui.agent.port import AgentPorts
from ladder_tui.config import LADDER_DIR, environment, user_cache, user_state
from ladder_tui.domain.command import SetLimits
from ladder_tui.domain.event import (
    AgentFinished,
    Event,
    NoteAdded,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunRevised,
    RunStarted,
)
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunSpec, RunState
from ladder_tui.errors import LadderError, ModelError, StoreError
from ladder_tui.models.cassette import RecordingClient, ReplayClient
from ladder_tui.models.client import ModelClient
from ladder_tui.models.pool import ModelPool
from ladder_tui.models.price import price
from ladder_tui.models.registry import open_model
from ladder_tui.process import git
from ladder_tui.process.runner import ProcessRunner, SandboxLevel
from ladder_tui.process.sandbox import SandboxReport, probe_sandbox
from ladder_tui.runner.conflict_board import ConflictBoard
from ladder_tui.runner.control import Control
from ladder_tui.runner.inbox import Inbox
from ladder_tui.runner.ledger import RunLedger
from ladder_tui.runner.leftover import Past, kill_leftovers, read_past
from ladder_tui.runner.meter import PUBLISH_INTERVAL_S, MeterBoard
from ladder_tui.runner.permission import run_permissions
from ladder_tui.runner.pinned_scope import pinned_scope
from ladder_tui.runner.warm_up import warm_up
from ladder_tui.runner.workspace import GitWorkspaces
from ladder_tui.store import live as live_rows
from ladder_tui.store import process_group
from ladder_tui.store import result as result_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database, open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger
from ladder_tui.workflow.engine import Engine
from ladder_tui.workflow.port import WorkflowPorts

OUTSIDE: SandboxLevel = "limits"
"""Level of commands that may change the repository and reach the network."""


class Session:
    """A runner's hold on one run, from taking it to its last event."""

    def __init__(self, root: Path, run_id: RunId, after: int | None = None) -> None:
        self.root = root
        self.run_id = run_id
        path = root / LADDER_DIR / "ladder.db"
        self.database: Database = open_database(path)
        # Taken before it is read: from here on no earlier runner can add to what it spent.
        self.epoch = run_rows.take_run(self.database, run_id, after)
        self.spec: RunSpec = run_rows.get_spec(self.database, run_id)
        self.summary = run_rows.get_run(self.database, run_id)
        self.journal = Journal(path, run_id, self.epoch, time.time, self._on_store_error)
        self.budget = Budget(self.spec.limits, self.summary.usage, self.summary.cost)
        self.control = Control(self.emit, time.monotonic, self._change_limits)
        self.meters = MeterBoard(time.time)
        self._past = Past((), frozenset())
        self.inbox = Inbox(self.database, run_id, self.control, self.emit)
        self._end: RunFinished | None = None
        """How the workflow ended, once it did."""

    def emit(self, event: Event) -> None:
        """Journal an event; an agent that ended loses its live row."""
        self.journal.emit(event)
        if isinstance(event, AgentFinished):
            self.meters.drop(event.agent_id)

    def _on_store_error(self, error: StoreError) -> None:
        print(error, flush=True)
        if self.journal.error is not None:
            self.control.end("the database cannot be written")

    async def run(self) -> None:
        """Run to the end. Errors of the set-up end the run with state ``error``."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.control.end, f"received {number.name}")
        loop.add_signal_handler(signal.SIGHUP, lambda: None)
        try:
            await self._run_to_end()
        finally:
            await self.journal.aclose()
            self.database.close()

    async def _run_to_end(self) -> None:
        sandbox = await probe_sandbox()
        killed = kill_leftovers(self.database, self.run_id)
        self._announce(sandbox, killed=killed)
        process, outside = (
            ProcessRunner(level, on_start=self._record_group, on_end=self._forget_group)
            for level in (sandbox.level, OUTSIDE)
        )
        watcher = asyncio.create_task(self._watch())
        work = asyncio.create_task(self._work(process, outside))
        self.control.watch_run(work)
        try:
            end = await self._ending(work)
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher
            await process.kill_all()
            await outside.kill_all()
        if self.journal.error is None and end is not None:
            is_system_end = self.control.end_reason and end.state == "cancelled"
            self.emit(RunInterrupted(self.control.end_reason) if is_system_end else end)

    async def _ending(self, work: asyncio.Task[None]) -> RunFinished | None:
        """How the run ended; None where the journal is lost: then it stays resumable."""
        state: RunState = "error"
        try:
            await work
            reason = ""
        except asyncio.CancelledError:
            state, reason = "cancelled", "stopped by a person"
        except StoreError:
            if self.journal.error is None:
                raise
            return None
        except LadderError as error:
            reason = f"{error.kind}: {error}" if isinstance(error, ModelError) else str(error)
        except Exception as error:  # noqa: BLE001 - a bug of ours ends this run with its name
            traceback.print_exc()
            reason = f"internal error: {type(error).__name__}: {error}"
        if self._end is not None:
            if reason and state == "error":
                self.emit(NoteAdded(f"while ending: {reason}", "warning"))
            return self._end
        return RunFinished(
            state=state,
            verdict="none",
            reason=reason,
            usage=self.budget.spent,
            cost=self.budget.cost,
            agents_ok=0,
            agents_total=0,
            findings=0,
            elapsed_s=0.0,
        )

    def _announce(self, sandbox: SandboxReport, *, killed: int) -> None:
        spec = self.spec
        # Not by the epoch: a first runner may die before it could say that it started.
        if self.summary.started_at is None:
            self.emit(
                RunStarted(
                    workflow=spec.workflow.name,
                    workflow_hash=spec.workflow_hash,
                    number=spec.number,
                    inputs=spec.inputs,
                    model=spec.model.label,
                    root=spec.root,
                    tree=spec.tree,
                    limits=spec.limits,
                    sandbox=sandbox.level,
                    version=ladder_tui.__version__,
                    base_commit=spec.base_commit,
                    prd=spec.prd,
                    trigger=spec.trigger,
                )
            )
        else:
            self.emit(RunResumed(self.epoch))
            past = self._past = read_past(self.database, self.run_id, spec.model, spec.routing)
            if spec.revision > past.revisions:
                self.emit(RunRevised(spec.workflow_hash, spec.revised))
            self.control.cancelled_agents.update(past.cancelled)
            for change in past.limits:
                self.budget.change(change.limits, change.scope)
            for lost in past.lost:
                self.emit(lost)
                self.budget.spent = self.budget.spent + lost.usage
                self.budget.cost = self.budget.cost + lost.cost
            if git.tree_pin(self.root) != spec.tree:
                text = "files changed since the run started: finished work is kept as it was"
                self.emit(NoteAdded(text, "warning"))
        if killed:
            self.emit(NoteAdded(f"{killed} processes of an earlier runner were killed", "warning"))
        if sandbox.level != "bwrap":
            text = f"tools run without bubblewrap: {sandbox.reason}"
            self.emit(NoteAdded(text, "warning"))

    async def _work(self, process: ProcessRunner, outside: ProcessRunner) -> None:
        models = ModelPool(self._client, time.monotonic, random.random)
        try:
            model = await models.get(self.spec.model)
            warm_up(self.spec.model)
            permissions, problems = run_permissions(self.root, process.level)
            for problem in problems:
                self.emit(NoteAdded(problem, "warning"))
            ledger = RunLedger(Ledger.load(self.database, self.run_id), self.journal)
            ports = WorkflowPorts(
                agent=AgentPorts(
                    root=self.root,
                    choice=model.choice,
                    client=model.client,
                    admission=model.admission,
                    models=models,
                    emit=self.emit,
                    ledger=ledger,
                    meter=self.meters.meter,
                    budget=self.budget,
                    process=process,
                    price=price,
                    gate=self.control.gate,
                    clock=time.monotonic,
                    random=random.random,
                    permissions=permissions,
                    ask=self.control.ask,
                    steering=self.control.steering,
                    workspaces=GitWorkspaces(
                        *(self.spec, self.root, self.emit, ledger),
                        ConflictBoard(self.emit, self._past.conflicts),
                    ),
                ),
                scope=await pinned_scope(self.spec, self.root, ledger),
                cancelled_agents=self.control.cancelled_agents,
                watch=self.control.watch_agent,
                outside=outside,
                ask=self.control.ask,
                past=self._past.processes,
                prd=self.spec.prd_text,
            )
            decided = result_rows.latest_dispositions(self.database)
            dismissed = frozenset(f for f, d in decided.items() if d.decision == "dismissed")
            self._end = await Engine(self.spec, ports, dismissed).run()
        finally:
            await models.aclose()

    async def _client(self, choice: ModelChoice) -> ModelClient:
        if self.spec.replay:
            return ReplayClient(Path(self.spec.replay))
        client = await open_model(
            choice, environ=environment(), cache=user_cache(), state=user_state()
        )
        if not self.spec.record:
            return client
        secrets = [environment().get(choice.api_key_env, "")]
        return RecordingClient(client, Path(self.spec.record), secrets=[s for s in secrets if s])

    async def _watch(self) -> None:
        """Apply commands, renew leases and publish meters until cancelled."""
        while True:
            await asyncio.sleep(PUBLISH_INTERVAL_S)
            # A busy database is tried again at the next beat; a lost one ends the journal.
            with contextlib.suppress(LadderError):
                self._beat()

    def _beat(self) -> None:
        self.inbox.apply_pending()
        self.control.check_parked(is_busy=self.meters.is_busy(self.control.asking))
        self.meters.lease(live_rows.leased_agents(self.database, self.run_id, time.time()))
        rows = self.meters.changed()
        if rows:
            self.journal.live(rows)

    def _change_limits(self, command: SetLimits) -> None:
        """Let new limits hold, now and when the run is resumed."""
        limits = self.budget.change(command.limits, command.scope)
        if not command.scope:
            run_rows.set_limits(self.database, self.run_id, limits)

    def _record_group(self, group: int, ticks: int, label: str) -> None:
        process_group.record_group(self.database, self.run_id, self.epoch, group, ticks, label)

    def _forget_group(self, group: int) -> None:
        process_group.forget_group(self.database, self.run_id, group)
