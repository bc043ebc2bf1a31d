"""The tools there are. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ladder_tui.errors import ProcessError, ToolError
from ladder_tui.tools.glob_files import GlobFiles
from ladder_tui.tools.input import check_input
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.read_file import ReadFile
from ladder_tui.tools.search_text import SearchText
from ladder_tui.tools.tool import Tool, ToolContext, ToolOutput

TOOLS: tuple[Tool, ...] = (ReadFile(), GlobFiles(), SearchText())


def find_tools(names: Iterable[str]) -> tuple[Tool, ...]:
    """Return the tools that a skill may use, in our order.

    ``names`` are as in ``allowed-tools``: a condition such as ``Bash(git:*)`` is cut off. Names
    that Ladder has no tool for are left out; ``missing_tools`` names them.
    """
    wanted = {_bare(name) for name in names}
    return tuple(tool for tool in TOOLS if tool.spec.name in wanted)


def missing_tools(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``names`` that Ladder has no tool for."""
    known = {tool.spec.name for tool in TOOLS}
    return tuple(dict.fromkeys(bare for name in names if (bare := _bare(name)) not in known))


async def run_tool(
    tools: Sequence[Tool], name: str, given: dict[str, Any], context: ToolContext
) -> ToolOutput:
    """Check the input of a call and run it.

    Raises ToolError, for a tool the agent does not have too.
    """
    tool = next((tool for tool in tools if tool.spec.name == name), None)
    if tool is None:
        has = ", ".join(tool.spec.name for tool in tools) or "none"
        raise ToolError(f"there is no tool {printable(name[:60])!r}", next_step=f"you have: {has}")
    check_input(tool.spec, given)
    try:
        return await tool.run(given, context)
    except ProcessError as error:
        raise ToolError(f"{name} could not run", why=error.what) from error
    except OSError as error:
        raise ToolError(f"{name} failed", why=error.strerror or "") from error


def _bare(name: str) -> str:
    return name.split("(", 1)[0].strip()
