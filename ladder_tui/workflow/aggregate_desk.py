"""What an aggregate may use in a run: agents for its questions, gates for its looks.

Its agents are agents like all others: on the board, in the journal, in the ledger, and within the
budget of the step, so a resumed run pays for no answer twice.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import GateFinished, GateStarted
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.verdict import GateResult
from ladder_tui.errors import UsageError
from ladder_tui.gates.name import SCHEMA_GATE
from ladder_tui.gates.schema import check_schema
from ladder_tui.models.token import estimate_tokens_fast
from ladder_tui.workflow.agent_group import run_agents
from ladder_tui.workflow.candidate import Candidate
from ladder_tui.workflow.plan import DEFAULT_PARALLEL, Slot
from ladder_tui.workflow.step import StepContext
from ladder_tui.workflow.step_skill import check_inputs

PAGE_MOST = 40_000
"""Tokens of a page at the most: a model reads more, and overlooks more in it."""
TURNS_OF_A_PAGE = 2
"""How often the page is sent at least, within the tokens of the agent: once more for a repair."""
OVERHEAD = 2_000
"""Tokens of a prompt beside the skill and the page: conduct, inputs, schema."""
PAGE_LEAST = 200


class StepDesk:
    """The desk of one aggregate step."""

    def __init__(self, context: StepContext, skill: Skill | None) -> None:
        self._context = context
        self._skill = skill
        limit = context.data.spec.limits.max_parallel
        self._bound = asyncio.Semaphore(limit or DEFAULT_PARALLEL)

    @property
    def page_tokens(self) -> int:
        """Half of the window at most, so that what the skill reads beside it has room."""
        limits = self._context.step.limits
        window = self._context.ports.agent.client.capabilities.context_window
        skill = self._skill
        taken = limits.output_tokens + OVERHEAD
        taken += estimate_tokens_fast(skill.body) if skill is not None else 0
        room = min(window // 2, window - taken, limits.tokens // TURNS_OF_A_PAGE - taken)
        return max(PAGE_LEAST, min(PAGE_MOST, room))

    async def ask(self, name: str, inputs: dict[str, Any]) -> AgentOutcome:
        """Run an agent by the step's skill; a failure is an outcome.

        Raises UsageError where the inputs do not fit the skill.
        """
        context, skill = self._context, self._skill
        if skill is None:
            raise UsageError(f"step {context.step.id}: there is no skill {context.step.by!r}")
        slot = Slot(AgentId(f"{context.step_id}/{name}"), name, skill, inputs)
        check_inputs(context.step.id, [slot])
        async with self._bound:
            (outcome,) = await run_agents(context, [slot], 1)
        return outcome

    async def check(self, gate: str, candidate: Candidate) -> GateResult:
        """Look at one answer: ``schema`` at its output."""
        context, ports = self._context, self._context.ports
        agent_id = AgentId(candidate.agent_id)
        ports.agent.emit(GateStarted(gate, context.step_id, agent_id))
        started = ports.agent.clock()
        if gate == SCHEMA_GATE:
            result = check_schema(candidate.output, context.step.output or {})
        else:
            reason = f"{candidate.name} has no files of its own to look at"
            result = GateResult(gate, "", "error", 0, 0, reason=reason)
        result = msgspec.structs.replace(result, elapsed_s=ports.agent.clock() - started)
        ports.agent.emit(GateFinished(context.step_id, result, agent_id))
        return result
