"""Folds the events of a streamed Messages reply into content, usage and stop reason.

One loose struct takes every event: fields and event types that are not known are skipped, so that
a newer server breaks nothing. What is known must have the right type.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.message import (
    ContentBlock,
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
    ToolUseBlock,
)
from ladder_tui.domain.usage import Usage
from ladder_tui.models.client import DeltaKind
from ladder_tui.models.stream import BadReplyError, Pending, ReportedError, estimate_tokens

_KNOWN = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "error",
    }
)


class _Usage(msgspec.Struct, gc=False):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Message(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    usage: _Usage | None = None


class _Block(msgspec.Struct):
    type: str
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    name: str | None = None
    input: Any = None


class _Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    partial_json: str = ""
    stop_reason: str | None = None


class _Error(msgspec.Struct):
    type: str | None = None
    message: str | None = None


class _Event(msgspec.Struct):
    type: str
    index: int = 0
    message: _Message | None = None
    content_block: _Block | None = None
    delta: _Delta | None = None
    usage: _Usage | None = None
    error: _Error | None = None


class _Type(msgspec.Struct):
    type: str = ""


class _Open:
    """A block while it streams. ``parts`` are text, thinking or JSON, by its type."""

    __slots__ = ("block", "parts", "signature")

    def __init__(self, block: _Block) -> None:
        self.block = block
        self.parts: list[str] = []
        self.signature = block.signature or ""


_decode_event = msgspec.json.Decoder(_Event).decode
_decode_type = msgspec.json.Decoder(_Type).decode


class ReplyFold:
    """The state of one reply. Feed it events in order; ask for ``content`` after the last one."""

    def __init__(self) -> None:
        self.message_id = ""
        self.model = ""
        self.stop_reason: str | None = None
        self.is_started = False
        self.is_stopped = False
        self._blocks: dict[int, _Open] = {}
        self._chars = 0
        self._usage = _Usage()
        self.pending = Pending()

    @property
    def is_whole(self) -> bool:
        """Tell whether the reply has its end and its reason to end."""
        return self.is_stopped and self.stop_reason is not None

    def feed(self, data: bytes) -> None:
        """Take the data of one event.

        Raises:
            BadReplyError: no JSON, or a known event of a wrong shape.
            ReportedError: the event is the server's error.
        """
        try:
            event = _decode_event(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if _is_unknown(data):
                return
            raise BadReplyError(str(error)) from error
        # In order of how often they come.
        if event.type == "content_block_delta":
            if event.delta is not None:
                self._add(event.index, event.delta)
        elif event.type == "content_block_start":
            if event.content_block is not None:
                self._open(event.index, event.content_block)
        elif event.type != "content_block_stop":
            self._frame(event)

    def content(self) -> tuple[ContentBlock, ...]:
        """Return the finished content blocks, in order.

        A tool call that was cut short by the token limit is left out: it can be neither run nor
        sent back. Unknown kinds of block are left out too.

        Raises:
            BadReplyError: the input of a tool call is no JSON object.
        """
        blocks = (self._block(self._blocks[index]) for index in sorted(self._blocks))
        return tuple(block for block in blocks if block is not None)

    def usage(self, estimated_input: int) -> Usage:
        """Return the tokens so far, reported where known and estimated where not.

        ``message_start`` carries a placeholder for the output, so that until the final count
        arrives the output is estimated from its length.
        """
        usage = self._usage
        output = usage.output_tokens
        is_estimated = output is None or usage.input_tokens is None
        return Usage(
            estimated_input if usage.input_tokens is None else usage.input_tokens,
            estimate_tokens(self._chars) if output is None else output,
            usage.cache_read_input_tokens or 0,
            usage.cache_creation_input_tokens or 0,
            is_estimated,
        )

    def _open(self, index: int, block: _Block) -> None:
        opened = self._blocks[index] = _Open(block)
        first = block.thinking if block.type == "thinking" else block.text
        if first:
            self._put(opened, "thinking" if block.type == "thinking" else "text", first)

    def _add(self, index: int, delta: _Delta) -> None:
        opened = self._blocks.get(index)
        if opened is None:
            # A server that forgot to open the block; what it says is still worth having.
            kind = "thinking" if delta.thinking else "text"
            opened = self._blocks[index] = _Open(_Block(kind))
        if delta.text:
            self._put(opened, "text", delta.text)
        elif delta.partial_json:
            self._put(opened, "tool", delta.partial_json)
        elif delta.thinking:
            self._put(opened, "thinking", delta.thinking)
        if delta.signature:
            opened.signature += delta.signature

    def _put(self, opened: _Open, kind: DeltaKind, text: str) -> None:
        opened.parts.append(text)
        self._chars += len(text)
        self.pending.add(kind, text)

    def _frame(self, event: _Event) -> None:
        if event.type == "message_start":
            self.is_started = True
            if event.message is not None:
                self.message_id = event.message.id or ""
                self.model = event.message.model or ""
                self._count(event.message.usage, is_final=False)
        elif event.type == "message_delta":
            if event.delta is not None and event.delta.stop_reason:
                self.stop_reason = event.delta.stop_reason
            self._count(event.usage, is_final=True)
        elif event.type == "message_stop":
            self.is_stopped = True
        elif event.type == "error":
            error = event.error or _Error()
            raise ReportedError(error.type or "", error.message or "")

    def _count(self, usage: _Usage | None, *, is_final: bool) -> None:
        if usage is None:
            return
        known = self._usage
        for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
            value = getattr(usage, name)
            if value is not None:
                setattr(known, name, max(0, value))
        if is_final and usage.output_tokens is not None:
            known.output_tokens = max(0, usage.output_tokens)

    def _block(self, opened: _Open) -> ContentBlock | None:
        block = opened.block
        if block.type == "text":
            return TextBlock("".join(opened.parts))
        if block.type == "thinking":
            return ThinkingBlock("".join(opened.parts), opened.signature)
        if block.type == "redacted_thinking":
            return RedactedThinkingBlock(block.data or "")
        if block.type == "tool_use":
            return self._tool_use(opened)
        return None

    def _tool_use(self, opened: _Open) -> ToolUseBlock | None:
        block = opened.block
        text = "".join(opened.parts)
        value = {} if block.input is None else block.input
        if self.stop_reason != "tool_use" and not (text or value):
            return None
        if text:
            try:
                value = msgspec.json.decode(text)
            except msgspec.DecodeError as error:
                if self.stop_reason != "tool_use":
                    return None
                raise BadReplyError(f"the input of {block.name} is no JSON: {error}") from error
        if not isinstance(value, dict) or not block.name:
            raise BadReplyError(f"the input of {block.name or 'a tool'} is no JSON object")
        return ToolUseBlock(block.id or f"call_{self.message_id}", block.name, value)


def _is_unknown(data: bytes) -> bool:
    try:
        return _decode_type(data).type not in _KNOWN
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
