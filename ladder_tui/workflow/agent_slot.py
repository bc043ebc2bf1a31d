"""One slot of a skill step: its evidence, its agent, its attempts, and every way it can end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from ladder_tui.agent.loop import REASON_LIMIT, run_agent
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.domain.event import (
    AgentFinished,
    AgentStarted,
    AgentState,
    Escalated,
    FailureKind,
    FindingReported,
    ModelRouted,
    SkillInvoked,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import Shards
from ladder_tui.errors import LadderError, ModelError
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.printable import clean
from ladder_tui.models.routing import Route
from ladder_tui.workflow.agent_route import escalation_route, slot_route
from ladder_tui.workflow.escalation import Climb, shortfall
from ladder_tui.workflow.evidence import run_gate
from ladder_tui.workflow.executor import is_being_cancelled
from ladder_tui.workflow.plan import Slot
from ladder_tui.workflow.step import StepContext


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

    @cached_property
    def route(self) -> Route:
        """The model that it starts with."""
        return slot_route(self.slot, self.context)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What its evidence tools found."""
        return tuple(f for result in self.evidence for f in result.findings)

    async def run(self) -> AgentOutcome:
        """Run the agent to its end; failures are outcomes. Raises when the run is stopped."""
        agent_id, ports, deadline = self.slot.agent_id, self.context.ports, self.context.deadline
        if agent_id in ports.cancelled_agents:
            return self.end_cancelled()
        if deadline.has_passed():
            return self._end("failed", "timeout", deadline.reason)
        task = asyncio.ensure_future(self._attempts())
        ports.watch(agent_id, task.cancel)
        with deadline.watching(task):
            try:
                return await task
            except asyncio.CancelledError:
                if task.cancelled() and agent_id in ports.cancelled_agents:
                    return self.end_cancelled()
                if task.cancelled() and deadline.has_passed() and not is_being_cancelled():
                    return self._end("failed", "timeout", deadline.reason)
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
        outcome, usage, cost = await self._attempts_on(self.route, 0)
        above = escalation_route(self.route, self.context)
        if above is None:
            return outcome
        self.climb = Climb(self.route, above, usage, cost)
        escalate = self.context.step.escalate
        fault = None if escalate is None else shortfall(outcome, escalate)
        if fault is None:
            return outcome
        self.context.ports.agent.emit(
            Escalated(
                self.slot.agent_id,
                self.route.choice.label,
                above.choice.label,
                fault.trigger,
                clean(fault.reason, REASON_LIMIT),
                cost,
            )
        )
        outcome, _, above_cost = await self._attempts_on(above, 1)
        self.climb = msgspec.structs.replace(self.climb, shortfall=fault, above_cost=above_cost)
        return outcome

    async def _attempts_on(self, route: Route, rung: int) -> tuple[AgentOutcome, Usage, Cost]:
        """The outcome of all attempts on one model, and what they used together."""
        usage, cost = Usage(), Cost()
        try:
            ports = await self._ports(route)
        except LadderError as error:
            kind = error.kind if isinstance(error, ModelError) else "setup"
            return self._end("failed", "provider", f"{kind}: {error.what}"), usage, cost
        slot, step = self.slot, self.context.step
        rungs = 1 if step.escalate is None else 2
        first = (self.context.pass_ * rungs + rung) * (step.retry + 1)
        for attempt in range(first, first + step.retry + 1):
            await ports.gate.wait()
            self.started_at, self.evidence, self.is_reported = ports.clock(), [], False
            ports.emit(AgentStarted(slot.agent_id, attempt + 1))
            self._invoke()
            if not await self._gather_evidence():
                reason = f"its evidence tools did not end within {step.limits.seconds:g} s"
                return self._end("failed", "timeout", reason), usage, cost
            spec = self._spec(attempt)
            self.is_reported = True
            outcome = await run_agent(spec, ports, self.started_at)
            usage, cost = usage + outcome.usage, cost + outcome.cost
            # A budget, a wrong key or a deliberate stop does not get better by trying again.
            if outcome.failure not in ("crash", "invalid_output", "timeout"):
                break
        return outcome, usage, cost

    async def _ports(self, route: Route) -> AgentPorts:
        """The ports of its agent, with the model of ``route`` open. Raises LadderError."""
        ports = self.context.ports.agent
        tier = route.tier or ""
        ports.emit(ModelRouted(self.slot.agent_id, route.choice.label, tier, route.rule))
        if ports.models is None or route.choice == ports.choice:
            return ports
        return ports.using(await ports.models.get(route.choice))

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
