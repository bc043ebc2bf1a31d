"""The turn loop of one agent.

Ask the model; run the tools it asks for; ask again with the results; at the end check the
structured output, with one repair turn. Every way of ending is an ``AgentOutcome``; only a
cancellation passes through as an exception.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from ladder_tui.agent.budget import AgentLimitError, Budget
from ladder_tui.agent.excerpt import excerpts_of
from ladder_tui.agent.interjection import add_words, hear, heard_before
from ladder_tui.agent.output import (
    MAX_FINDINGS,
    agent_findings,
    clean_lines,
    prose_of,
    read_output,
    said_last,
    surplus_findings,
)
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.prompt import (
    is_reviewer,
    nothing_found,
    repair_message,
    system_prompt,
    task_prompt,
)
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.agent.stop import Stop, stop_of
from ladder_tui.agent.summary import keep_true, summary_prompt
from ladder_tui.agent.time_limit import TimeLimit
from ladder_tui.agent.turn import take_turn
from ladder_tui.agent.work_place import WorkPlace
from ladder_tui.domain.event import (
    AgentFinished,
    AgentState,
    FailureKind,
    FindingReported,
    NoteAdded,
    OutputRejected,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.message import Message, TextBlock, user_text
from ladder_tui.domain.model import CallSite, ModelReply, ModelRequest
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.errors import StoreError
from ladder_tui.gates.printable import clean

SUMMARY_TOKENS = 40
"""Length of the summary asked of a model that can only write prose."""
SUMMARY_LIMIT = 4_000
REASON_LIMIT = 500
"""Characters kept of an agent's summary, and of why it failed."""


class Agent:
    """One agent at work. Construct, then ``run`` once."""

    def __init__(self, spec: AgentSpec, ports: AgentPorts, started_at: float | None = None) -> None:
        self.spec = spec
        self.ports = ports.within(_own_budget(spec, ports))
        self.capabilities = ports.client.capabilities
        self.usage = Usage()
        self.cost = Cost()
        self.turn = 0
        self.findings: list[Finding] = [f for r in spec.evidence for f in r.findings]
        """What the evidence tools found; it stays when the agent itself fails."""
        self.place = WorkPlace(spec, has_tools=self.capabilities.has_tools)
        self._started_at = ports.clock() if started_at is None else started_at
        self._time = TimeLimit(spec.limits.seconds)
        self._steer = ports.steering.of(spec.agent_id)
        self._messages: list[Message] = []

    async def run(self) -> AgentOutcome:
        """Work until done or stopped, and emit how it ended."""
        summary = ""
        output: dict[str, Any] | None = None
        state: AgentState = "done"
        failure: FailureKind = ""
        reason = ""
        self._report(self.findings)
        try:
            summary, output = await self._work_in_time()
        except Stop as stop:
            failure, reason = stop.failure, clean(stop.reason, REASON_LIMIT)
            state = "budget" if failure == "budget" else "failed"
            if failure in ("budget", "limit"):
                summary = said_last(self._messages)
        await self.place.close(state)
        summary = clean_lines(summary, SUMMARY_LIMIT)
        self._finish(state, failure, reason, summary)
        return AgentOutcome(
            agent_id=self.spec.agent_id,
            name=self.spec.name,
            state=state,
            failure=failure,
            reason=reason,
            summary=summary,
            output=output,
            findings=tuple(self.findings),
            evidence=self.spec.evidence,
            usage=self.usage,
            cost=self.cost,
            is_evidence_only=self._is_evidence_only,
        )

    async def _work_in_time(self) -> tuple[str, dict[str, Any] | None]:
        """Work within the time limit; every way of failing but a lost database is a ``Stop``."""
        try:
            async with self._time.timer:
                self.ports = (await self.place.open(self.ports)).waiting(self._time.held)
                return await self._work()
        except StoreError:
            # Without a journal nothing can be recorded any more, so nothing may be spent.
            raise
        except Exception as error:
            if isinstance(error, TimeoutError) and self._time.has_passed:
                raise Stop("timeout", self._time.reason) from error
            raise stop_of(error) from error

    async def _hold(self) -> None:
        """Wait while run or agent is paused. A pause does not count against the time limit."""
        if not self._steer.is_clear(self.ports.gate):
            with self._time.held():
                await self._steer.wait(self.ports.gate)

    @property
    def _is_evidence_only(self) -> bool:
        # Without evidence there is nothing to pass on: a review of nothing must not look like one.
        has_evidence = bool(self.spec.evidence)
        return self._is_prose_only and is_reviewer(self.spec.skill) and has_evidence

    @property
    def _is_prose_only(self) -> bool:
        return self.capabilities.structured_output == "none"

    def _finish(self, state: AgentState, failure: FailureKind, reason: str, summary: str) -> None:
        self.ports.emit(
            AgentFinished(
                agent_id=self.spec.agent_id,
                state=state,
                failure=failure,
                reason=reason,
                summary=summary,
                findings=len(self.findings),
                findings_unverified=sum(f.quote_state == "unverified" for f in self.findings),
                elapsed_s=self.ports.clock() - self._started_at,
                is_evidence_only=self._is_evidence_only,
            )
        )

    def _report(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.ports.emit(FindingReported(self.spec.agent_id, finding))

    async def _work(self) -> tuple[str, dict[str, Any] | None]:
        if self._is_evidence_only:
            return await self._summarise(), None
        if self._is_prose_only and self.spec.skill.outputs is not None:
            # Spending on a document that it cannot write would be dishonest.
            reason = (
                f"{self.ports.choice.label} only writes prose, and {self.spec.skill.name} needs"
            )
            raise Stop("limit", f"{reason} a model that fills a schema: give one with --model")
        messages = self._messages = [
            user_text(task_prompt(self.spec, self.capabilities, excerpts_of(self.spec, self.ports)))
        ]
        repaired = False
        while True:
            reply = await self._ask()
            if any(not isinstance(b, TextBlock) or b.text.strip() for b in reply.message.content):
                messages.append(reply.message)  # an empty message is refused by providers
            if reply.stop_reason == "tool_use" and reply.message.tool_uses:
                messages.append(await self.place.use(reply.message, self.turn, self.ports))
                continue
            if self._is_spoken_to():
                continue
            if self.spec.skill.outputs is None:
                return prose_of(reply), None
            output, problems = read_output(
                reply, self.spec.skill.outputs, self.spec.limits.output_tokens
            )
            if output is not None and not problems:
                await self._keep(output)
                return str(output.get("summary", "")), output
            self.ports.emit(OutputRejected(self.spec.agent_id, self.turn, tuple(problems)))
            if repaired:
                raise Stop("invalid_output", "; ".join(problems))
            repaired = True
            messages.append(repair_message(problems, reply.message))

    async def _keep(self, output: dict[str, Any]) -> None:
        # In a thread: comparing hundreds of quotes with their files would hold up every agent.
        own = await asyncio.to_thread(agent_findings, output, self.spec, self.ports.root)
        self._report(own)
        self.findings += own
        surplus = surplus_findings(output)
        if surplus:
            text = f"{self.spec.name}: {surplus} findings over the first {MAX_FINDINGS} left out"
            self.ports.emit(NoteAdded(text, "warning"))

    def _is_spoken_to(self) -> bool:
        """Whether an answer is not the last word, because a person said something meanwhile."""
        if self.turn >= self.spec.limits.turns:
            return False
        return self._steer.has_words or bool(heard_before(self._call(self.turn + 1), self.ports))

    async def _ask(self) -> ModelReply:
        limits = self.spec.limits
        if self.turn >= limits.turns:
            raise Stop("limit", f"no result within {limits.turns} turns")
        self.turn += 1
        add_words(self._messages, heard_before(self._call(self.turn), self.ports))
        # In the last turn there are no tools, so that the model answers with what it has.
        is_last = self.turn == limits.turns
        request = ModelRequest(
            model=self.ports.choice.model,
            system=system_prompt(self.spec),
            messages=tuple(self._messages),
            max_tokens=min(limits.output_tokens, self.capabilities.max_output_tokens),
            call=self._call(self.turn),
            tools=() if is_last else tuple(t.spec for t in self.place.tools),
            output_schema=(
                self.spec.skill.outputs if self.capabilities.structured_output == "schema" else None
            ),
        )
        return await self._take(request)

    async def _take(self, request: ModelRequest) -> ModelReply:
        turn = await take_turn(request, self.ports, self._hold, self._prepared)
        self.usage = self.usage + turn.usage
        self.cost = self.cost + turn.cost
        if turn.reply.stop_reason == "refusal":
            raise Stop("provider", "the model refused to answer")
        return turn.reply

    async def _prepared(self, request: ModelRequest) -> ModelRequest:
        """The request with what a person said until now."""
        if not self._steer.has_words or not self._messages:
            return request
        add_words(self._messages, await hear(request.call, self.ports))
        return msgspec.structs.replace(request, messages=tuple(self._messages))

    def _call(self, turn: int) -> CallSite:
        return CallSite(self.spec.agent_id, self.spec.name, turn, 0, self.spec.attempt)

    async def _summarise(self) -> str:
        prompt = summary_prompt(self.spec)
        if prompt is None:
            return nothing_found(self.spec)
        self.turn = 1
        request = ModelRequest(
            model=self.ports.choice.model,
            system=prompt.system,
            messages=prompt.messages,
            max_tokens=min(SUMMARY_TOKENS, self.spec.limits.output_tokens),
            call=self._call(self.turn),
        )
        reply = await self._take(request)
        text = reply.message.text
        # The model goes on from the begun sentence; some servers give it back with the rest.
        whole = text if text.startswith(prompt.begun) else f"{prompt.begun} {text.lstrip()}"
        return keep_true(whole)


def _own_budget(spec: AgentSpec, ports: AgentPorts) -> Budget:
    """The agent's own limits, within those of its step and its run."""
    limits, agent_id = spec.limits, spec.agent_id
    return ports.budget.part(
        *(f"agent {agent_id}", limits.usd, limits.tokens),
        scope=agent_id,
        refusal=AgentLimitError,
    )


async def run_agent(
    spec: AgentSpec, ports: AgentPorts, started_at: float | None = None
) -> AgentOutcome:
    """Run one agent to its end. Raises only asyncio.CancelledError, and then emits no end.

    ``started_at`` is when its attempt began by the clock of ``ports``, evidence included; now
    without it. A lost database is the other exception that passes through: StoreError.
    """
    return await Agent(spec, ports, started_at).run()
