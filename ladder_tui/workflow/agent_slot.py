"""One slot of a skill step: its evidence, its agent, its attempts, and every way it can end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from ladder_tui.agent.ledger_key import retry_key
from ladder_tui.agent.loop import run_agent
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.agent.steering import AgentSteer
from ladder_tui.domain.event import (
    AgentFinished,
    AgentStarted,
    AgentState,
    FailureKind,
    FindingReported,
    SkillInvoked,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import Shards
from ladder_tui.errors import LadderError, ModelError
from ladder_tui.gates.gate import Scope
from ladder_tui.models.routing import Route
from ladder_tui.workflow.agent_route import escalation_route, routed_ports, slot_route
from ladder_tui.workflow.deadline import all_held
from ladder_tui.workflow.escalation import Bought, Climb, climb
from ladder_tui.workflow.evidence import run_gate
from ladder_tui.workflow.executor import is_being_cancelled
from ladder_tui.workflow.plan import Slot
from ladder_tui.workflow.step import StepContext

RESTART = 10_000
"""Attempts from one restart by a person to the next: none is ever taken for another."""


@dataclass
class AgentWork:
    """One slot at work: what must outlive its agent, however that ends."""

    slot: Slot
    context: StepContext
    started_at: float = 0.0
    """Of the current attempt."""
    evidence: list[GateResult] = field(default_factory=list)
    """Of the current attempt, as far as it got."""
    is_reported: bool = False
    """Whether the evidence's findings were handed to the agent, which reports them."""
    is_ended: bool = False
    """Whether its end was told already, for example while it waited for its turn."""
    climb: Climb | None = None
    """Of a step with ``escalate``: whether the first model's answer held, once that is known."""

    restarts: int = 0
    """How often a person started it over in this pass of its step."""
    _task: asyncio.Task[AgentOutcome] | None = None
    _is_restarted: bool = False
    """Whether its task was ended to be started over."""

    @cached_property
    def route(self) -> Route:
        """The model that it starts with."""
        return slot_route(self.slot, self.context)

    def watch_retry(self, again: Callable[[], bool]) -> None:
        """Let a person start the agent over; ``again`` runs a slot that has ended once more."""
        ports, agent_id = self.context.ports.agent, self.slot.agent_id
        while ports.ledger.get(retry_key(agent_id, self.context.pass_, self.restarts + 1)):
            self.restarts += 1  # wished for while an earlier runner was at work

        def restart() -> bool:
            if self._task is not None and not self._task.done():
                self._is_restarted = True
                self._task.cancel()
            elif not again():
                return False
            self.is_ended = self._steer.has_ended = False
            self.restarts += 1
            key = retry_key(agent_id, self.context.pass_, self.restarts)
            ports.ledger.put(key, "retry", agent_id, b"true")
            return True

        self._steer.restart = restart

    def leave(self) -> None:
        """The step is over: nothing can be asked of the agent any more."""
        self._steer.restart = lambda: False
        self._steer.end()

    @property
    def _steer(self) -> AgentSteer:
        return self.context.ports.agent.steering.of(self.slot.agent_id)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What its evidence tools found."""
        return tuple(f for result in self.evidence for f in result.findings)

    async def run(self) -> AgentOutcome:
        """Run the agent to its end; failures are outcomes. Raises when the run is stopped."""
        self._steer.has_ended = False
        while True:
            self._is_restarted = False
            outcome = await self._to_its_end()
            if outcome is not None:
                self._steer.end()
                return outcome

    async def _to_its_end(self) -> AgentOutcome | None:
        """How the agent ended; None where a person wants it started over."""
        agent_id, ports, deadline = self.slot.agent_id, self.context.ports, self.context.deadline
        if agent_id in ports.cancelled_agents:
            return self.end_cancelled()
        if deadline.has_passed():
            return self._end("failed", "timeout", deadline.reason)
        task = self._task = asyncio.ensure_future(self._attempts())
        ports.watch(agent_id, task.cancel)
        with deadline.watching(task):
            try:
                return await task
            except asyncio.CancelledError:
                if task.cancelled() and agent_id in ports.cancelled_agents:
                    return self.end_cancelled()
                if task.cancelled() and deadline.has_passed() and not is_being_cancelled():
                    return self._end("failed", "timeout", deadline.reason)
                if task.cancelled() and self._is_restarted and not is_being_cancelled():
                    return None
                # The whole run is being stopped: take this agent along before going on.
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                if task.cancelled():  # else it ended by itself meanwhile, and said so
                    self.end_cancelled()
                raise

    def end_cancelled(self) -> AgentOutcome:
        """End a slot that was stopped."""
        return self._end("cancelled", "cancelled", "stopped")

    def _end(self, state: AgentState, failure: FailureKind, reason: str) -> AgentOutcome:
        """End a slot whose agent did not end by itself; what its evidence tools found stays."""
        slot, ports = self.slot, self.context.ports.agent
        if not self.is_ended:
            self.is_ended = True
            self._report()
            elapsed = ports.clock() - self.started_at if self.started_at else 0.0
            ports.emit(
                AgentFinished(
                    slot.agent_id,
                    state,
                    failure,
                    reason,
                    findings=len(self.findings),
                    elapsed_s=elapsed,
                )
            )
        return AgentOutcome(
            slot.agent_id,
            slot.name,
            state,
            failure,
            reason,
            findings=self.findings,
            evidence=tuple(self.evidence),
        )

    def _report(self) -> None:
        """Report the findings of evidence tools whose agent did not get as far as reporting."""
        if not self.is_reported:
            self.is_reported = True
            for finding in self.findings:
                self.context.ports.agent.emit(FindingReported(self.slot.agent_id, finding))

    async def _attempts(self) -> AgentOutcome:
        """Answer with the model of its route, and with a better one where that does not hold."""
        self.climb, escalate = None, self.context.step.escalate
        above = escalation_route(self.route, self.context)
        if escalate is None or above is None:
            return (await self._attempts_on(self.route, 0)).outcome
        outcome, self.climb = await climb(
            self.route, above, escalate, self._attempts_on, self.context.ports.agent.emit
        )
        return outcome

    async def _attempts_on(self, route: Route, rung: int) -> Bought:
        """The outcome of all attempts on one model, and what they used together."""
        usage, cost = Usage(), Cost()
        slot, step = self.slot, self.context.step
        try:
            ports = await routed_ports(slot, route, self.context.ports.agent)
        except LadderError as error:
            kind = error.kind if isinstance(error, ModelError) else "setup"
            return Bought(self._end("failed", "provider", f"{kind}: {error.what}"), usage, cost)
        deadlines = (*self.context.frame.deadlines, self.context.deadline)
        ports = ports.waiting(lambda: all_held(deadlines))
        rungs = 1 if step.escalate is None else 2
        first = (self.context.pass_ * rungs + rung) * (step.retry + 1) + self.restarts * RESTART
        for attempt in range(first, first + step.retry + 1):
            await ports.gate.wait()
            self.started_at, self.evidence, self.is_reported = ports.clock(), [], False
            ports.emit(AgentStarted(slot.agent_id, attempt % RESTART + self.restarts + 1))
            self._invoke()
            if not await self._gather_evidence():
                reason = f"its evidence tools did not end within {step.limits.seconds:g} s"
                return Bought(self._end("failed", "timeout", reason), usage, cost)
            spec = self._spec(attempt)
            self.is_reported = True
            outcome = await run_agent(spec, ports, self.started_at)
            usage, cost = usage + outcome.usage, cost + outcome.cost
            # A budget, a wrong key or a deliberate stop does not get better by trying again.
            if outcome.failure not in ("crash", "invalid_output", "timeout"):
                break
        return Bought(outcome, usage, cost)

    def _invoke(self) -> None:
        """Say that the skill was put to use, and each that it is composed of."""
        slot, emit = self.slot, self.context.ports.agent.emit
        emit(SkillInvoked(slot.agent_id, slot.skill.name, slot.skill.content_hash))
        for part in slot.skill.parts:
            emit(SkillInvoked(slot.agent_id, part.name, part.content_hash))

    async def _gather_evidence(self) -> bool:
        """Run the evidence tools of the slot's skill. False when they took too long."""
        context = self.context
        timer = asyncio.timeout(context.step.limits.seconds)
        try:
            async with timer:
                for name in self.slot.skill.evidence:
                    result = await run_gate(
                        *(name, context.data.spec, context.ports),
                        *(context.step_id, self.slot.agent_id),
                        scope=self.scope,
                    )
                    self.evidence.append(result)
        except TimeoutError:
            if not timer.expired():
                raise
            return False
        return True

    @property
    def scope(self) -> Scope:
        """What the agent is about: its shard where the step fans out over shards."""
        scope = self.context.ports.scope
        if not isinstance(self.context.step.for_each, Shards):
            return scope
        files = tuple(self.slot.item["paths"])
        skipped = tuple(skip for skip in scope.skipped if skip.path in files)
        return msgspec.structs.replace(scope, paths=files, files=files, skipped=skipped)

    def _spec(self, attempt: int) -> AgentSpec:
        context, slot, scope = self.context, self.slot, self.scope
        feedback = context.frame.feedback.get(context.step.id)
        changed = scope.changed or {}
        return AgentSpec(
            agent_id=slot.agent_id,
            step_id=context.step_id,
            name=slot.name,
            skill=slot.skill,
            limits=context.step.limits,
            inputs=slot.inputs,
            paths=scope.paths,
            changed={path: tuple(sorted(lines)) for path, lines in changed.items() if lines},
            evidence=tuple(self.evidence),
            attempt=attempt,
            prd=context.ports.prd,
            feedback=feedback.reason if feedback is not None else "",
            previous=feedback.previous if feedback is not None else None,
        )
