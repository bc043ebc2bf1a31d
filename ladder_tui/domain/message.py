"""Messages and content blocks, as in the Messages protocol."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class TextBlock(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="text"):
    """Plain text."""

    text: str


class ThinkingBlock(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="thinking"):
    """Reasoning of the model; the signature must be sent back untouched."""

    thinking: str
    signature: str = ""


class RedactedThinkingBlock(
    msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="redacted_thinking"
):
    """Reasoning that the provider encrypted; sent back untouched."""

    data: str


class ToolUseBlock(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="tool_use"):
    """The model asks for one tool call."""

    id: str
    name: str
    input: dict[str, Any]


class ToolResultBlock(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="tool_result"):
    """What a tool call gave."""

    tool_use_id: str
    content: str
    is_error: bool = False


ContentBlock = TextBlock | ThinkingBlock | RedactedThinkingBlock | ToolUseBlock | ToolResultBlock


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: tuple[ContentBlock, ...]

    @property
    def text(self) -> str:
        """All text blocks, joined."""
        return "".join(b.text for b in self.content if isinstance(b, TextBlock))

    @property
    def tool_uses(self) -> tuple[ToolUseBlock, ...]:
        """The tool calls asked for, in order."""
        return tuple(b for b in self.content if isinstance(b, ToolUseBlock))


def user_text(text: str) -> Message:
    """A user message of one text block."""
    return Message("user", (TextBlock(text),))
