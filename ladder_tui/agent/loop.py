"""The turn loop of one agent.

Ask the model; run the tools it asks for; ask again with the results; at the end check the
structured output, with one repair turn. Every way of ending is an ``AgentOutcome``; only a
cancellation passes through as an exception.
"""

from __future__ import annotations

import asyncio
import traceback
from typing import Any

from ladder_tui.agent.output import agent_findings, parse_output
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.prompt import summary_prompt, system_prompt, task_prompt
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.agent.summary import keep_true
from ladder_tui.agent.tool_use import run_tools
from ladder_tui.agent.turn import take_turn
from ladder_tui.domain.event import (
    AgentFinished,
    AgentState,
    FailureKind,
    FindingReported,
    OutputRejected,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.message import Message, user_text
from ladder_tui.domain.model import CallSite, ModelReply, ModelRequest
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.errors import BudgetError, LadderError, ModelError, StoreError
from ladder_tui.tools.registry import find_tools

SUMMARY_TOKENS = 64
"""Length of the summary asked of a model that can only write prose."""


class _Stop(Exception):  # noqa: N818 - control flow within this module, never seen outside
    def __init__(self, failure: FailureKind, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure
        self.reason = reason


class Agent:
    """One agent at work. Construct, then ``run`` once."""

    def __init__(self, spec: AgentSpec, ports: AgentPorts) -> None:
        self.spec = spec
        self.ports = ports
        self.capabilities = ports.client.capabilities
        self.usage = Usage()
        self.cost = Cost()
        self.turn = 0
        self.findings: list[Finding] = [f for r in spec.evidence for f in r.findings]
        """What the evidence tools found; it stays when the agent itself fails."""
        self.tools = find_tools(spec.skill.allowed_tools) if self.capabilities.has_tools else ()

    async def run(self) -> AgentOutcome:
        """Work until done or stopped, and emit how it ended."""
        started = self.ports.clock()
        summary = ""
        output: dict[str, Any] | None = None
        state: AgentState = "done"
        failure: FailureKind = ""
        reason = ""
        self._report(self.findings)
        try:
            async with asyncio.timeout(self.spec.limits.seconds):
                summary, output = await self._work()
        except TimeoutError:
            failure, reason = "timeout", f"no result after {self.spec.limits.seconds:g} s"
        except _Stop as stop:
            failure, reason = stop.failure, stop.reason
        except BudgetError as error:
            failure, reason = "budget", f"{error.what}: {error.why}"
        except ModelError as error:
            failure, reason = "provider", f"{error.kind}: {error.what}"
        except StoreError:
            # Nothing can be recorded any more, so nothing may be spent: this ends the run.
            raise
        except LadderError as error:
            failure, reason = "crash", error.what
        except Exception as error:  # noqa: BLE001 - a bug in one agent must not take the others along
            frame = traceback.extract_tb(error.__traceback__)[-1]
            failure = "crash"
            reason = f"{type(error).__name__}: {error} (at {frame.name}:{frame.lineno})"
        if failure:
            state = "budget" if failure == "budget" else "failed"
        self._finish(state, failure, reason, summary, started)
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

    @property
    def _is_evidence_only(self) -> bool:
        return self.capabilities.structured_output == "none"

    def _finish(
        self, state: AgentState, failure: FailureKind, reason: str, summary: str, started: float
    ) -> None:
        self.ports.emit(
            AgentFinished(
                agent_id=self.spec.agent_id,
                state=state,
                failure=failure,
                reason=reason,
                summary=summary,
                findings=len(self.findings),
                findings_unverified=sum(f.quote_state == "unverified" for f in self.findings),
                elapsed_s=self.ports.clock() - started,
                is_evidence_only=self._is_evidence_only,
            )
        )

    def _report(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.ports.emit(FindingReported(self.spec.agent_id, finding))

    async def _work(self) -> tuple[str, dict[str, Any] | None]:
        if self._is_evidence_only:
            return await self._summarise(), None
        messages = [user_text(task_prompt(self.spec, self.capabilities, self.ports.root))]
        repaired = False
        while True:
            reply = await self._ask(messages)
            messages.append(reply.message)
            if reply.stop_reason == "tool_use" and reply.message.tool_uses:
                messages.append(
                    await run_tools(reply.message, self.turn, self.spec, self.tools, self.ports)
                )
                continue
            if self.spec.skill.outputs is None:
                return reply.message.text, None
            output, problems = self._read(reply, self.spec.skill.outputs)
            if output is not None and not problems:
                own = agent_findings(output, self.spec, self.ports.root)
                self._report(own)
                self.findings += own
                return str(output.get("summary", "")), output
            self.ports.emit(OutputRejected(self.spec.agent_id, self.turn, tuple(problems)))
            if repaired:
                raise _Stop("invalid_output", "; ".join(problems))
            repaired = True
            messages.append(_repair(problems))

    def _read(
        self, reply: ModelReply, schema: dict[str, Any]
    ) -> tuple[dict[str, Any] | None, list[str]]:
        if reply.stop_reason == "refusal":
            raise _Stop("provider", "the model refused to answer")
        output, problems = parse_output(reply.message.text, schema)
        if reply.stop_reason == "max_tokens":
            problems = [
                f"the reply was cut at {self.spec.limits.output_tokens} tokens: be shorter",
                *problems,
            ]
        return output, problems

    async def _ask(self, messages: list[Message]) -> ModelReply:
        limits = self.spec.limits
        if self.turn >= limits.turns:
            raise _Stop("limit", f"no result within {limits.turns} turns")
        if self.usage.total_tokens >= limits.tokens:
            raise _Stop("limit", f"{self.usage.total_tokens:,} of {limits.tokens:,} tokens used")
        if limits.usd is not None and self.cost.usd >= limits.usd:
            raise _Stop("limit", f"${self.cost.usd:.4f} of ${limits.usd:.2f} used")
        self.turn += 1
        # In the last turn there are no tools, so that the model answers with what it has.
        is_last = self.turn == limits.turns
        request = ModelRequest(
            model=self.ports.choice.model,
            system=system_prompt(self.spec),
            messages=tuple(messages),
            max_tokens=min(limits.output_tokens, self.capabilities.max_output_tokens),
            call=self._call(),
            tools=() if is_last else tuple(t.spec for t in self.tools),
            output_schema=(
                self.spec.skill.outputs if self.capabilities.structured_output == "schema" else None
            ),
        )
        return await self._take(request)

    async def _take(self, request: ModelRequest) -> ModelReply:
        turn = await take_turn(request, self.ports)
        self.usage = self.usage + turn.usage
        self.cost = self.cost + turn.cost
        return turn.reply

    def _call(self) -> CallSite:
        return CallSite(self.spec.agent_id, self.spec.name, self.turn, 0, self.spec.attempt)

    async def _summarise(self) -> str:
        self.turn = 1
        system, user = summary_prompt(self.spec)
        request = ModelRequest(
            model=self.ports.choice.model,
            system=system,
            messages=(user_text(user),),
            max_tokens=min(SUMMARY_TOKENS, self.spec.limits.output_tokens),
            call=self._call(),
        )
        reply = await self._take(request)
        return keep_true(reply.message.text, user)


def _repair(problems: list[str]) -> Message:
    listed = "\n".join(f"- {p}" for p in problems)
    return user_text(
        f"Your answer does not fit the schema:\n{listed}\n"
        "Answer again with the whole JSON document, corrected, and nothing else."
    )


async def run_agent(spec: AgentSpec, ports: AgentPorts) -> AgentOutcome:
    """Run one agent to its end. Raises only asyncio.CancelledError, and then emits no end."""
    return await Agent(spec, ports).run()
