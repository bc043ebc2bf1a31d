"""What is asked of a model, what comes back, and what a model can do."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import Message
from ladder_tui.domain.usage import Usage

StructuredOutput = Literal["schema", "prompt", "none"]
"""How a model gives structured output: the provider enforces a schema; only by being asked
(and checked afterwards); or not at all, so that only its prose is used."""


class Capabilities(msgspec.Struct, frozen=True):
    """What a model client declares about its model. Tokens for windows."""

    has_tools: bool
    structured_output: StructuredOutput
    context_window: int
    max_output_tokens: int
    is_local: bool = False


class ToolSpec(msgspec.Struct, frozen=True):
    """A tool as a model sees it."""

    name: str
    description: str
    input_schema: dict[str, Any]


class CallSite(msgspec.Struct, frozen=True):
    """Where in a run a call is made; part of its ledger key."""

    agent_id: AgentId
    agent: str
    turn: int
    sample: int = 0
    attempt: int = 0
    """Attempt of the step, counted from 0; network retries do not change it."""


class ModelRequest(msgspec.Struct, frozen=True):
    """One call of a model."""

    model: str
    system: str
    messages: tuple[Message, ...]
    max_tokens: int
    call: CallSite
    tools: tuple[ToolSpec, ...] = ()
    output_schema: dict[str, Any] | None = None


class ModelReply(msgspec.Struct, frozen=True):
    """A whole reply. ``stop_reason`` is never None: a truncated stream is an error instead."""

    message: Message
    stop_reason: str
    usage: Usage
    model: str
    request_id: str = ""
    ttft_s: float = 0.0
    elapsed_s: float = 0.0


class ModelChoice(msgspec.Struct, frozen=True):
    """Which model a run uses and how it is reached, fully resolved; holds no secret."""

    provider: Literal["anthropic", "openai_chat", "local", "scripted"]
    model: str
    base_url: str = ""
    api_key_env: str = ""
    """Name of the environment variable that holds the key; never the key."""
    script: str = ""
    """Path of the scenario file of the scripted model."""
    weights: str = ""
    """Path of the GGUF file of the local model."""
    is_free: bool = False
    """True where the configuration says that this model costs nothing."""
    context_window: int = 0
    """Tokens; 0 where the client is to find out."""
    structured_output: StructuredOutput | None = None
    """How the model gives structured output, where the user knows; None: as its client says. The
    embedded model ignores it."""

    @property
    def label(self) -> str:
        """``provider/model`` as shown to people."""
        return f"{self.provider}/{self.model}"
