"""Every kind of model client, put into the same situations.

A new client adds one factory to ``FACTORIES``: it gets a situation and a temporary directory and
gives a client that finds itself in that situation.

========== =====================================================================
text       answers ``TEXT``
tool       calls ``TOOL`` with ``TOOL_INPUT`` and stops for it
structured answers ``STRUCTURED`` as JSON when asked for ``SCHEMA``
failure    fails with an overloaded server; may be retried
auth       refuses the key; must not be retried
slow       begins to answer and then takes longer than any test waits
========== =====================================================================
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from ladder_tui.models.anthropic import AnthropicClient
from ladder_tui.models.client import ModelClient
from ladder_tui.models.openai_chat import OpenAIChatClient
from tests.servers.chat import ChatServer
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, Tool

Situation = Literal["text", "tool", "structured", "failure", "auth", "slow"]
Factory = Callable[[Situation, Path], AbstractAsyncContextManager[ModelClient]]

TEXT = "Nothing suspicious here."
TOOL = "Grep"
TOOL_INPUT = {"pattern": "password"}
STRUCTURED = {"summary": "clean"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"summary": {"type": "string"}},
    "required": ["summary"],
    "additionalProperties": False,
}

_REPLIES: dict[Situation, Reply] = {
    "text": Reply(text=TEXT, input_tokens=120, output_tokens=9, cache_read=30),
    "tool": Reply(text="I look.", tools=(Tool(TOOL, TOOL_INPUT),)),
    "structured": Reply(text=json.dumps(STRUCTURED)),
    "failure": Reply(status=529, error_type="overloaded_error", headers={"retry-after": "3"}),
    "auth": Reply(status=401, error_type="authentication_error"),
    "slow": Reply(text="one two three", fault="stall"),
}


@asynccontextmanager
async def _anthropic(situation: Situation, _: Path) -> AsyncIterator[ModelClient]:
    async with MessagesServer(_REPLIES[situation]) as server:
        client = AnthropicClient("loopback", "key", base_url=server.base_url)
        try:
            yield client
        finally:
            await client.aclose()


@asynccontextmanager
async def _openai_chat(situation: Situation, _: Path) -> AsyncIterator[ModelClient]:
    async with ChatServer(_REPLIES[situation]) as server:
        client = OpenAIChatClient("loopback", "key", base_url=server.base_url)
        try:
            yield client
        finally:
            await client.aclose()


FACTORIES: dict[str, Factory] = {
    "anthropic": _anthropic,
    "openai_chat": _openai_chat,
}
