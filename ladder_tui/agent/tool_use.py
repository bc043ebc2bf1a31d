"""Runs the tool calls of a turn and gives the results back as a message."""

from __future__ import annotations

import msgspec

from ladder_tui.agent.ledger_key import tool_key
from ladder_tui.agent.permit import require_permission
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.event import ToolFinished, ToolStarted
from ladder_tui.domain.message import Message, ToolResultBlock, ToolUseBlock
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.tool_call import call_subject
from ladder_tui.errors import StoreError, ToolError
from ladder_tui.gates.printable import clean
from ladder_tui.tools.input import check_input
from ladder_tui.tools.registry import run_tool
from ladder_tui.tools.tool import Tool, ToolContext

_decode = msgspec.json.Decoder(ToolFinished).decode


async def run_tools(
    message: Message,
    turn: int,
    spec: AgentSpec,
    tools: tuple[Tool, ...],
    ports: AgentPorts,
    *,
    is_undone: bool = False,
) -> Message:
    """Run every tool call of ``message`` in order; a failing call is an error result.

    Results are kept in the ledger, so that a resumed run sees the files as the agent saw them.
    They do not count where ``is_undone``: what the calls changed was lost with an earlier runner.
    """
    results = []
    for index, use in enumerate(message.tool_uses):
        key = tool_key(spec.agent_id, spec.attempt, turn, index, use.name, use.input)
        stored = None if is_undone else ports.ledger.get(key)
        place = f"{turn}.{index + 1}"
        finished = _decode(stored) if stored else await _run(use, place, spec, tools, ports)
        if not stored:
            ports.ledger.put(key, "tool", spec.agent_id, msgspec.json.encode(finished))
            ports.emit(finished)
        results.append(ToolResultBlock(use.id, finished.output, finished.is_error))
    return Message("user", tuple(results))


async def _run(
    use: ToolUseBlock, place: str, spec: AgentSpec, tools: tuple[Tool, ...], ports: AgentPorts
) -> ToolFinished:
    ports.emit(ToolStarted(spec.agent_id, use.id, use.name, use.input))
    shown = call_subject(use.input)
    ports.meter(spec.agent_id).activity(clean(f"{use.name} {shown}"[:400], 120))
    started = ports.clock()
    summary = ""
    is_error = is_truncated = False
    try:
        tool = next((tool for tool in tools if tool.spec.name == use.name), None)
        if tool is not None:  # else there is nothing to permit, and `run_tool` says so
            check_input(tool.spec, use.input)
            await require_permission(use, place, spec, ports)
            started = ports.clock()
        context = _context(spec.skill, ports)
        output = await run_tool(tools, use.name, use.input, context)
        text, summary, is_truncated = output.text, output.summary, output.is_truncated
    except ToolError as error:
        text, is_error = str(error), True
        summary = error.what
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug in a tool is the model's to work around
        text, is_error = f"{use.name} failed: {type(error).__name__}: {error}"[:2000], True
        summary = "failed"
    return ToolFinished(
        agent_id=spec.agent_id,
        tool_use_id=use.id,
        tool=use.name,
        output=text,
        is_error=is_error,
        elapsed_s=ports.clock() - started,
        is_truncated=is_truncated,
        summary=clean(summary, 200),
    )


def _context(skill: Skill, ports: AgentPorts) -> ToolContext:
    """Where the agent's tools work, and what its skill lets them look at."""
    folders = {skill.name: skill.directory} if skill.files else {}
    return ToolContext(
        root=ports.root,
        is_workspace=ports.is_workspace,
        process=ports.process,
        allowed_tools=skill.allowed_tools,
        hides=ports.permissions.hidden,
        skill_folders=folders,
    )
