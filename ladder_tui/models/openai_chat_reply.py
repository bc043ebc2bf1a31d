"""Folds the chunks of a streamed Chat Completions reply into content, usage and stop reason.

Servers of this protocol differ in detail; what is accepted here was seen from OpenAI, llama.cpp,
vLLM, Ollama and LM Studio: reasoning under two names, tool calls without an index or an id, usage
in a chunk of its own or missing, a missing ``[DONE]``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.message import ContentBlock, TextBlock, ThinkingBlock, ToolUseBlock
from ladder_tui.domain.usage import Usage
from ladder_tui.models.stream import BadReplyError, Pending, ReportedError, estimate_tokens

_DONE = b"[DONE]"
_STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: Any = None


class _ToolCall(msgspec.Struct):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Chunk(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


class _Call:
    """A tool call while it streams."""

    __slots__ = ("arguments", "id", "name")

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.arguments: list[str] = []


_decode = msgspec.json.Decoder(_Chunk).decode


class ChatFold:
    """The state of one reply. Feed it chunks in order; ask for ``content`` after the last one."""

    def __init__(self) -> None:
        self.pending = Pending()
        self.model = ""
        self.is_started = False
        self.is_stopped = False
        self._finish_reason: str | None = None
        self._id = ""
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._calls: dict[int, _Call] = {}
        self._chars = 0
        self._usage: _Usage | None = None

    @property
    def stop_reason(self) -> str | None:
        """The stop reason in the words of the Messages protocol."""
        reason = self._finish_reason
        if reason is None:
            return None
        if reason == "stop" and self._calls:
            # Some servers say "stop" for a reply that asks for tools.
            return "tool_use"
        return _STOP_REASONS.get(reason, reason)

    @property
    def is_whole(self) -> bool:
        """Tell whether the reply said why it ended; ``[DONE]`` adds nothing to that."""
        return self._finish_reason is not None

    def feed(self, data: bytes) -> None:
        """Take the data of one event.

        Raises:
            BadReplyError: no JSON, or of a wrong shape.
            ReportedError: the server reports an error.
        """
        if data.strip() == _DONE:
            self.is_stopped = True
            return
        try:
            chunk = _decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadReplyError(str(error)) from error
        if chunk.error:
            raise _reported(chunk.error)
        self.is_started = True
        self._id = self._id or chunk.id or ""
        self.model = self.model or chunk.model or ""
        if chunk.usage is not None:
            self._usage = chunk.usage
        for choice in chunk.choices or ():
            if choice.delta is not None:
                self._add(choice.delta)
            if choice.finish_reason:
                self._finish_reason = choice.finish_reason

    def content(self) -> tuple[ContentBlock, ...]:
        """Return thinking, text and tool calls, in this order.

        A tool call that was cut short by the token limit is left out.

        Raises:
            BadReplyError: the arguments of a tool call are no JSON object.
        """
        blocks: list[ContentBlock] = []
        if self._thinking:
            blocks.append(ThinkingBlock("".join(self._thinking)))
        if self._text:
            blocks.append(TextBlock("".join(self._text)))
        for index in sorted(self._calls):
            use = self._tool_use(index, self._calls[index])
            if use is not None:
                blocks.append(use)
        return tuple(blocks)

    def usage(self, estimated_input: int) -> Usage:
        """Return the tokens so far; what the server did not say is estimated from lengths."""
        usage = self._usage or _Usage()
        details = usage.prompt_tokens_details or _Details()
        cached = max(0, details.cached_tokens or 0)
        output = usage.completion_tokens
        prompt = usage.prompt_tokens
        return Usage(
            estimated_input if prompt is None else max(0, prompt - cached),
            estimate_tokens(self._chars) if output is None else max(0, output),
            cached,
            is_estimated=output is None or prompt is None,
        )

    def _add(self, delta: _Delta) -> None:
        thinking = delta.reasoning_content or delta.reasoning
        if thinking:
            self._thinking.append(thinking)
            self._chars += len(thinking)
            self.pending.add("thinking", thinking)
        text = delta.content or delta.refusal
        if text:
            self._text.append(text)
            self._chars += len(text)
            self.pending.add("text", text)
        for call in delta.tool_calls or ():
            self._call(call)

    def _call(self, piece: _ToolCall) -> None:
        index = piece.index
        if index is None:
            # Without an index an id opens a call, and its absence continues the last one.
            index = len(self._calls) if piece.id else max(len(self._calls) - 1, 0)
        call = self._calls.setdefault(index, _Call())
        call.id = call.id or piece.id or ""
        if piece.function is None:
            return
        call.name = call.name or piece.function.name or ""
        arguments = piece.function.arguments
        if arguments is not None and not isinstance(arguments, str):
            arguments = msgspec.json.encode(arguments).decode()
        if arguments:
            call.arguments.append(arguments)
            self._chars += len(arguments)
            self.pending.add("tool", arguments)

    def _tool_use(self, index: int, call: _Call) -> ToolUseBlock | None:
        text = "".join(call.arguments)
        is_complete = self.stop_reason == "tool_use"
        if not text and not is_complete:
            return None
        try:
            value = msgspec.json.decode(text) if text else {}
        except msgspec.DecodeError as error:
            if not is_complete:
                return None
            raise BadReplyError(f"the arguments of {call.name} are no JSON: {error}") from error
        if not isinstance(value, dict) or not call.name:
            raise BadReplyError(f"the arguments of {call.name or 'a tool'} are no JSON object")
        return ToolUseBlock(call.id or f"call_{self._id}_{index}", call.name, value)


def _reported(error: Any) -> ReportedError:
    if not isinstance(error, dict):
        return ReportedError("", str(error))
    code = error.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 200
    return ReportedError(
        str(error.get("type") or ""),
        str(error.get("message") or ""),
        code if isinstance(code, str) else "",
        status,
    )
