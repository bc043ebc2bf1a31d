"""The scripted model: answers from a scenario file, with pace, usage and faults on demand.

For demonstrations and tests without a key, a network or a model. What it answers depends on the
call site and the request only, so that two runs, or a run and its resume, get the same.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from typing import Any

import msgspec

from ladder_tui.domain.message import ContentBlock, Message, TextBlock, ThinkingBlock, ToolUseBlock
from ladder_tui.domain.model import CallSite, ModelReply, ModelRequest
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models.client import DeltaKind, OnDelta
from ladder_tui.models.fault import RETRYABLE_KINDS
from ladder_tui.models.scenario import Fault, Reply, Scenario
from ladder_tui.models.token import count_tokens, estimate_request

CHUNKS_PER_S = 20
"""Deltas a second of a paced reply, as a network would deliver them in pieces."""
CHARACTERS_PER_TOKEN = 4
GARBAGE = "Sure! Here is the review you asked for: {findings: [oops"
STATUS = {
    "rate_limit": 429, "overloaded": 529, "server": 500, "auth": 401, "permission": 403,
    "not_found": 404, "invalid_request": 400, "too_large": 413,
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\$\{(agent|agent_id|turn|attempt|sample|prompt)\}")


class ScriptedClient:
    """A model client over a scenario."""

    def __init__(self, scenario: Scenario, model: str = "scripted") -> None:
        self.scenario = scenario
        self.model = scenario.model or model
        self.label = f"scripted/{self.model}"
        self.capabilities = scenario.capabilities.as_capabilities()
        self._attempts: Counter[CallSite] = Counter()

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Answer as the scenario says.

        Raises:
            ModelError: a fault of the scenario.
            RuntimeError: the fault ``crash``, which stands for a bug.
        """
        started = time.monotonic()
        reply = self.scenario.find(request.call) or Reply()
        self._attempts[request.call] += 1
        fault = _active_fault(reply, self._attempts[request.call])
        content = _content(reply, request)
        if fault is not None and fault.kind == "garbage":
            content, fault = (TextBlock(fault.message or GARBAGE),), None
        if fault is not None:
            await self._fail(fault, reply, request, content, on_delta)
        await self._sleep_first(reply)
        on_delta("start", "")
        ttft_s = time.monotonic() - started
        await self._stream(reply, content, on_delta)
        return ModelReply(
            message=Message("assistant", content),
            stop_reason=reply.stop_reason or _stop_reason(content),
            usage=_usage(reply, request, content),
            model=self.model,
            request_id=_request_id(request.call),
            ttft_s=ttft_s,
            elapsed_s=time.monotonic() - started,
        )

    async def aclose(self) -> None:
        """Nothing to release."""

    async def _fail(
        self,
        fault: Fault,
        reply: Reply,
        request: ModelRequest,
        content: tuple[ContentBlock, ...],
        on_delta: OnDelta,
    ) -> None:
        """Stream what comes before the fault, then raise it."""
        await self._sleep_first(reply)
        is_mid_stream = fault.kind in ("cut", "truncated")
        after = fault.after if fault.after is not None else 0.5 * is_mid_stream
        if after:
            on_delta("start", "")
            await self._stream(reply, content, on_delta, part=after)
        if fault.kind == "hang":
            await asyncio.Event().wait()
        if fault.kind == "crash":
            raise RuntimeError(fault.message or "crash asked for by the scenario")
        raise _model_error(fault, _lost_usage(fault, request, content, after))

    async def _sleep_first(self, reply: Reply) -> None:
        delay_s = self.scenario.delay_s if reply.delay_s is None else reply.delay_s
        if delay_s:
            await asyncio.sleep(delay_s)

    async def _stream(
        self, reply: Reply, content: tuple[ContentBlock, ...], on_delta: OnDelta, part: float = 1.0
    ) -> None:
        """Deliver the blocks, or the first ``part`` of each, at the scenario's pace."""
        pace = self.scenario.tokens_per_s if reply.tokens_per_s is None else reply.tokens_per_s
        for block in content:
            kind, text = _as_delta(block)
            text = text[: round(len(text) * part)]
            size = max(1, round(pace * CHARACTERS_PER_TOKEN / CHUNKS_PER_S)) if pace else len(text)
            for start in range(0, len(text), max(1, size)):
                piece = text[start : start + size]
                if pace:
                    await asyncio.sleep(len(piece) / CHARACTERS_PER_TOKEN / pace)
                on_delta(kind, piece)


def _active_fault(reply: Reply, attempt: int) -> Fault | None:
    """The fault of this network attempt, counted from 1."""
    fault = Fault(reply.fault) if isinstance(reply.fault, str) else reply.fault
    if fault is None or (fault.times and attempt > fault.times):
        return None
    return fault


def _model_error(fault: Fault, usage: Usage) -> ModelError:
    kind = "garbage" if fault.kind == "protocol" else fault.kind
    return ModelError(
        fault.message or f"The scripted model fails with {kind}.",
        kind=kind,
        is_retryable=kind in RETRYABLE_KINDS,
        retry_after_s=fault.retry_after_s,
        usage=usage,
        http_status=fault.http_status or STATUS.get(fault.kind, 0),
        why="the scenario asks for this fault",
        next_step="change the reply in the scenario file",
    )


def _lost_usage(
    fault: Fault, request: ModelRequest, content: tuple[ContentBlock, ...], after: float
) -> Usage:
    """What the failed attempt consumed: the prompt and the streamed part, if it got that far."""
    if fault.usage is not None:
        return fault.usage.as_usage()
    if not after:
        return Usage()
    output = round(_output_tokens(content) * after)
    return Usage(estimate_request(request), output, is_estimated=True)


def _content(reply: Reply, request: ModelRequest) -> tuple[ContentBlock, ...]:
    blocks: list[ContentBlock] = []
    if reply.thinking:
        blocks.append(ThinkingBlock(reply.thinking))
    text = _reply_text(reply, request)
    if text:
        blocks.append(TextBlock(text))
    call = request.call
    for index, tool in enumerate(reply.tool_use):
        tool_use_id = f"toolu_{call.turn}_{call.attempt}_{call.sample}_{index}"
        blocks.append(ToolUseBlock(tool_use_id, tool.name, _fill(tool.input, request)))
    return tuple(blocks)


def _reply_text(reply: Reply, request: ModelRequest) -> str:
    if reply.json is not msgspec.UNSET:
        return msgspec.json.encode(_fill(reply.json, request)).decode()
    if reply.text:
        return str(_fill(reply.text, request))
    if reply.tool_use or reply.thinking:
        return ""
    if request.output_schema is not None:
        return msgspec.json.encode(least_instance(request.output_schema)).decode()
    return f"Nothing to add from {request.call.agent}."


def _fill(value: Any, request: ModelRequest) -> Any:
    """``value`` with its placeholders filled in; other ``$`` signs stay as they are."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: _placeholder(match[1], request), value)
    if isinstance(value, dict):
        return {key: _fill(item, request) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, request) for item in value]
    return value


def _placeholder(name: str, request: ModelRequest) -> str:
    if name == "prompt":
        return next((m.text for m in reversed(request.messages) if m.role == "user"), "")
    return str(getattr(request.call, name))


def least_instance(schema: dict[str, Any], name: str = "") -> Any:
    """The least value that fits a plain JSON Schema: required properties only, empty arrays,
    the first of an enum. A ``summary`` says that there is nothing to report."""
    if "default" in schema:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return least_instance(options[0], name)
    kind = schema.get("type", "object" if "properties" in schema else "null")
    return _least_of_type(kind[0] if isinstance(kind, list) else kind, schema, name)


def _least_of_type(kind: str, schema: dict[str, Any], name: str) -> Any:
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {
                key: least_instance(properties.get(key, {}), key)
                for key in schema.get("required", ())
            }
        case "array":
            return [least_instance(schema.get("items", {}), name)] * schema.get("minItems", 0)
        case "string":
            text = "Nothing to report." if name == "summary" else ""
            return text.ljust(schema.get("minLength", 0), "-")
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
    return None


def _as_delta(block: ContentBlock) -> tuple[DeltaKind, str]:
    """Delta kind and text under which a block streams."""
    match block:
        case TextBlock(text=text):
            return "text", text
        case ThinkingBlock(thinking=thinking):
            return "thinking", thinking
        case ToolUseBlock(input=value):
            return "tool", msgspec.json.encode(value).decode()
    return "text", ""


def _output_tokens(content: tuple[ContentBlock, ...]) -> int:
    return sum(count_tokens(_as_delta(block)[1]) for block in content)


def _usage(reply: Reply, request: ModelRequest, content: tuple[ContentBlock, ...]) -> Usage:
    if reply.usage is not None:
        return reply.usage.as_usage()
    return Usage(estimate_request(request), _output_tokens(content), is_estimated=True)


def _stop_reason(content: tuple[ContentBlock, ...]) -> str:
    return "tool_use" if any(isinstance(b, ToolUseBlock) for b in content) else "end_turn"


def _request_id(call: CallSite) -> str:
    return f"scripted-{call.agent_id}-{call.turn}-{call.attempt}-{call.sample}"
