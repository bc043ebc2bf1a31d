"""A skill step: one agent, or a fan-out of agents, each in a typed slot."""

from __future__ import annotations

import asyncio

from ladder_tui.agent.loop import run_agent
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    SkillInvoked,
    StepStarted,
)
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.workflow import Step
from ladder_tui.workflow.evidence import run_gate
from ladder_tui.workflow.executor import run_slots
from ladder_tui.workflow.plan import Slot, parallel_of, plan_slots
from ladder_tui.workflow.port import RunStateData, WorkflowPorts


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
    return await run_slots(slots, lambda slot: _run_slot(slot, step, state, ports), parallel)


async def _run_slot(
    slot: Slot, step: Step, state: RunStateData, ports: WorkflowPorts
) -> AgentOutcome:
    if slot.agent_id in ports.cancelled_agents:
        return _cancelled(slot, ports)
    task = asyncio.ensure_future(_run_attempts(slot, step, state, ports))
    ports.watch(slot.agent_id, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        if task.cancelled() and slot.agent_id in ports.cancelled_agents:
            return _cancelled(slot, ports)
        # The whole run is being stopped: take this agent along before going on.
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        _cancelled(slot, ports)
        raise


def _cancelled(slot: Slot, ports: WorkflowPorts) -> AgentOutcome:
    ports.agent.emit(AgentFinished(slot.agent_id, "cancelled", "cancelled", "stopped"))
    return AgentOutcome(slot.agent_id, slot.name, "cancelled", "cancelled", "stopped")


async def _run_attempts(
    slot: Slot, step: Step, state: RunStateData, ports: WorkflowPorts
) -> AgentOutcome:
    outcome: AgentOutcome | None = None
    for attempt in range(step.retry + 1):
        await ports.agent.gate.wait()
        ports.agent.emit(AgentStarted(slot.agent_id, attempt + 1))
        ports.agent.emit(SkillInvoked(slot.agent_id, slot.skill.name, slot.skill.content_hash))
        spec = await _agent_spec(slot, step, state, ports, attempt)
        if isinstance(spec, AgentOutcome):
            return spec
        outcome = await run_agent(spec, ports.agent)
        # A budget, a wrong key or a deliberate stop does not get better by trying again.
        if outcome.is_ok or outcome.failure not in ("crash", "invalid_output", "timeout"):
            break
    assert outcome is not None
    return outcome


async def _agent_spec(
    slot: Slot, step: Step, state: RunStateData, ports: WorkflowPorts, attempt: int
) -> AgentSpec | AgentOutcome:
    step_id = StepId(step.id)
    started = ports.agent.clock()
    try:
        async with asyncio.timeout(step.limits.seconds):
            evidence = [
                await run_gate(name, state.spec, ports, step_id, slot.agent_id)
                for name in slot.skill.evidence
            ]
    except TimeoutError:
        reason = f"its evidence tools did not end within {step.limits.seconds:g} s"
        elapsed = ports.agent.clock() - started
        ports.agent.emit(
            AgentFinished(slot.agent_id, "failed", "timeout", reason, elapsed_s=elapsed)
        )
        return AgentOutcome(slot.agent_id, slot.name, "failed", "timeout", reason)
    changed = ports.scope.changed or {}
    return AgentSpec(
        agent_id=slot.agent_id,
        step_id=step_id,
        name=slot.name,
        skill=slot.skill,
        limits=step.limits,
        inputs=slot.inputs,
        paths=ports.scope.paths,
        changed={path: tuple(sorted(lines)) for path, lines in changed.items() if lines},
        evidence=tuple(evidence),
        attempt=attempt,
        prd=ports.prd,
    )
