"""A skill step: one agent, or a fan-out of agents, each in a typed slot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from ladder_tui.agent.loop import run_agent
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    FindingReported,
    SkillInvoked,
    StepStarted,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import Step
from ladder_tui.workflow.evidence import run_gate
from ladder_tui.workflow.executor import run_slots
from ladder_tui.workflow.plan import Slot, parallel_of, plan_slots
from ladder_tui.workflow.port import RunStateData, WorkflowPorts


@dataclass
class _Work:
    """One slot at work: what must outlive its agent, however that ends."""

    slot: Slot
    started_at: float = 0.0
    """Of the current attempt."""
    evidence: list[GateResult] = field(default_factory=list)
    """Of the current attempt, as far as it got."""
    is_reported: bool = False
    """Whether the evidence's findings were handed to the agent, which reports them."""
    is_ended: bool = False
    """Whether its cancellation was told already, while it waited for its turn."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What its evidence tools found."""
        return tuple(f for result in self.evidence for f in result.findings)


async def run_skill_step(
    step: Step, state: RunStateData, ports: WorkflowPorts
) -> list[AgentOutcome]:
    """Run the step's agents. Outcomes are in slot order; failures are outcomes too."""
    names = state.names()
    slots = plan_slots(step, names, {skill.name: skill for skill in state.spec.skills})
    parallel = parallel_of(step, names, state.spec.limits.max_parallel)
    step_id = StepId(step.id)
    emit = ports.agent.emit
    emit(StepStarted(step_id, "skill", tuple(s.agent_id for s in slots), parallel))
    capabilities = ports.agent.client.capabilities
    for slot in slots:
        emit(
            AgentQueued(
                agent_id=slot.agent_id,
                step_id=step_id,
                name=slot.name,
                skill=slot.skill.name,
                skill_hash=slot.skill.content_hash,
                model=ports.agent.choice.label,
                context_window=capabilities.context_window,
                token_limit=step.limits.tokens,
                turn_limit=step.limits.turns,
                lens=slot.skill.lens,
            )
        )
    works = [_Work(slot) for slot in slots]
    for work in works:
        # One that is cancelled while it waits says so at once, not when its turn comes.
        ports.watch(work.slot.agent_id, partial(_end_cancelled, work, ports))
    return await run_slots(works, lambda work: _run_slot(work, step, state, ports), parallel)


async def _run_slot(
    work: _Work, step: Step, state: RunStateData, ports: WorkflowPorts
) -> AgentOutcome:
    agent_id = work.slot.agent_id
    if agent_id in ports.cancelled_agents:
        return _end_cancelled(work, ports)
    task = asyncio.ensure_future(_run_attempts(work, step, state, ports))
    ports.watch(agent_id, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        if task.cancelled() and agent_id in ports.cancelled_agents:
            return _end_cancelled(work, ports)
        # The whole run is being stopped: take this agent along before going on.
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if task.cancelled():  # else it ended by itself meanwhile, and said so
            _end_cancelled(work, ports)
        raise


def _end_cancelled(work: _Work, ports: WorkflowPorts) -> AgentOutcome:
    """End a slot that was stopped; the findings of its evidence tools stay."""
    slot, findings = work.slot, work.findings
    if not work.is_ended:
        work.is_ended = True
        _report(work, ports)
        elapsed = ports.agent.clock() - work.started_at if work.started_at else 0.0
        ports.agent.emit(
            AgentFinished(
                slot.agent_id,
                "cancelled",
                "cancelled",
                "stopped",
                findings=len(findings),
                elapsed_s=elapsed,
            )
        )
    return AgentOutcome(
        slot.agent_id,
        slot.name,
        "cancelled",
        "cancelled",
        "stopped",
        findings=findings,
        evidence=tuple(work.evidence),
    )


def _report(work: _Work, ports: WorkflowPorts) -> None:
    """Report the findings of evidence tools whose agent did not get as far as reporting them."""
    if not work.is_reported:
        work.is_reported = True
        for finding in work.findings:
            ports.agent.emit(FindingReported(work.slot.agent_id, finding))


async def _run_attempts(
    work: _Work, step: Step, state: RunStateData, ports: WorkflowPorts
) -> AgentOutcome:
    slot = work.slot
    attempt = 0
    while True:
        await ports.agent.gate.wait()
        work.started_at, work.evidence, work.is_reported = ports.agent.clock(), [], False
        ports.agent.emit(AgentStarted(slot.agent_id, attempt + 1))
        ports.agent.emit(SkillInvoked(slot.agent_id, slot.skill.name, slot.skill.content_hash))
        if not await _gather_evidence(work, step, state, ports):
            return _end_without_evidence(work, step, ports)
        spec = _agent_spec(work, step, ports, attempt)
        work.is_reported = True
        outcome = await run_agent(spec, ports.agent, work.started_at)
        attempt += 1
        # A budget, a wrong key or a deliberate stop does not get better by trying again.
        if outcome.failure not in ("crash", "invalid_output", "timeout") or attempt > step.retry:
            return outcome


async def _gather_evidence(
    work: _Work, step: Step, state: RunStateData, ports: WorkflowPorts
) -> bool:
    """Run the evidence tools of the slot's skill. False when they took too long."""
    timer = asyncio.timeout(step.limits.seconds)
    try:
        async with timer:
            for name in work.slot.skill.evidence:
                result = await run_gate(
                    name, state.spec, ports, StepId(step.id), work.slot.agent_id
                )
                work.evidence.append(result)
    except TimeoutError:
        if not timer.expired():
            raise
        return False
    return True


def _end_without_evidence(work: _Work, step: Step, ports: WorkflowPorts) -> AgentOutcome:
    slot, findings = work.slot, work.findings
    reason = f"its evidence tools did not end within {step.limits.seconds:g} s"
    _report(work, ports)
    ports.agent.emit(
        AgentFinished(
            slot.agent_id,
            "failed",
            "timeout",
            reason,
            findings=len(findings),
            elapsed_s=ports.agent.clock() - work.started_at,
        )
    )
    return AgentOutcome(
        slot.agent_id,
        slot.name,
        "failed",
        "timeout",
        reason,
        findings=findings,
        evidence=tuple(work.evidence),
    )


def _agent_spec(work: _Work, step: Step, ports: WorkflowPorts, attempt: int) -> AgentSpec:
    slot = work.slot
    changed = ports.scope.changed or {}
    return AgentSpec(
        agent_id=slot.agent_id,
        step_id=StepId(step.id),
        name=slot.name,
        skill=slot.skill,
        limits=step.limits,
        inputs=slot.inputs,
        paths=ports.scope.paths,
        changed={path: tuple(sorted(lines)) for path, lines in changed.items() if lines},
        evidence=tuple(work.evidence),
        attempt=attempt,
        prd=ports.prd,
    )
