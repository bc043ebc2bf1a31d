"""What a tool is: a specification for the model, and an asynchronous call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ladder_tui.domain.model import ToolSpec
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.tools.allowance import everything, nothing

MAX_OUTPUT_CHARS = 40_000
"""About 10,000 tokens."""


def hide_nothing(tool: str) -> Callable[[str], bool]:  # noqa: ARG001
    """Without permission rules a tool may learn of every path."""
    return nothing


class ToolContext(msgspec.Struct, frozen=True):
    """Where a tool works and how much it may say."""

    root: Path
    """The repository, or the agent's own workspace; nothing outside it is readable."""
    process: ProcessRunner | None = None
    """Runs what a tool starts; None makes a runner at the level of this machine."""
    max_output_chars: int = MAX_OUTPUT_CHARS
    search_timeout_s: float = 10.0
    """Of one Grep; what was found until then is kept."""
    allowed_tools: tuple[str, ...] = ()
    """As the skill names them; ``Read(docs/**)`` narrows what the tool may look at."""
    skill_folders: Mapping[str, str] = {}
    """Absolute folders of the agent's own skills by name, read as ``skill:NAME/…``."""
    hides: Callable[[str], Callable[[str], bool]] = hide_nothing
    """By tool: the paths that a person's permission rules keep from it."""
    allows: Callable[[str], bool] = everything
    """Whether the tool may look at a path; made from ``allowed_tools`` for each call."""
    is_workspace: bool = False
    """Whether ``root`` is the agent's own, so that it may change files there."""
    prefix: str = ""
    """What stands in front of paths in the output: ``skill:NAME/`` in a skill's folder."""


class ToolOutput(msgspec.Struct, frozen=True):
    """What the model sees, free of control characters, and a few words for the board."""

    text: str
    summary: str = ""
    is_truncated: bool = False


class Tool(Protocol):
    """One tool. The same files give the same output; only ``EDITING_TOOLS`` change any."""

    @property
    def spec(self) -> ToolSpec:
        """Name, description and JSON Schema of the input, as the model gets them."""

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """Run with an input that fits the schema.

        Raises ToolError, whose text goes to the model as an error result.
        """
