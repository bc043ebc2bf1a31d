"""The tools there are. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ladder_tui.domain.tool_rule import parse_tool_rule
from ladder_tui.errors import ProcessError, ToolError
from ladder_tui.tools.allowance import ALL_TOOLS, allowed_paths
from ladder_tui.tools.bash import RunCommand
from ladder_tui.tools.edit_file import EditFile
from ladder_tui.tools.glob_files import GlobFiles
from ladder_tui.tools.input import check_input
from ladder_tui.tools.name import EDITING_TOOLS, TOOL_NAMES
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.read_file import ReadFile
from ladder_tui.tools.search_text import SearchText
from ladder_tui.tools.skill_folder import enter_skill
from ladder_tui.tools.tool import Tool, ToolContext, ToolOutput
from ladder_tui.tools.write_file import WriteFile

TOOLS: tuple[Tool, ...] = (
    ReadFile(),
    GlobFiles(),
    SearchText(),
    EditFile(),
    WriteFile(),
    RunCommand(),
)


def find_tools(names: Iterable[str]) -> tuple[Tool, ...]:
    """Return the tools that a skill may use, in our order.

    ``names`` are as in ``allowed-tools``, ``*`` for all that read; what a rule in parentheses
    allows, ``run_tool`` sees to. Names that Ladder has no tool for are left out;
    ``missing_tools`` names them.
    """
    wanted = {parse_tool_rule(name).tool for name in names}
    if ALL_TOOLS in wanted:
        wanted |= TOOL_NAMES - EDITING_TOOLS
    return tuple(tool for tool in TOOLS if tool.spec.name in wanted)


def is_editor(names: Iterable[str]) -> bool:
    """Say whether a skill with these ``allowed-tools`` may change files.

    ``*`` does not count: it stands for every tool that reads. What changes files is named.
    """
    return any(parse_tool_rule(name).tool in EDITING_TOOLS for name in names)


def missing_tools(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``names`` that Ladder has no tool for."""
    named = dict.fromkeys(parse_tool_rule(name).tool for name in names)
    return tuple(name for name in named if name not in TOOL_NAMES and name != ALL_TOOLS)


async def run_tool(
    tools: Sequence[Tool], name: str, given: dict[str, Any], context: ToolContext
) -> ToolOutput:
    """Check the input of a call and run it, as far as the context's ``allowed_tools`` go.

    Raises ToolError, for a tool the agent does not have too.
    """
    tool = next((tool for tool in tools if tool.spec.name == name), None)
    if tool is None:
        has = ", ".join(tool.spec.name for tool in tools) or "none"
        raise ToolError(f"there is no tool {printable(name[:60])!r}", next_step=f"you have: {has}")
    check_input(tool.spec, given)
    allowed, hidden = allowed_paths(context.allowed_tools, name), context.hides(name)
    own = msgspec.structs.replace(context, allows=lambda path: allowed(path) and not hidden(path))
    given, context = enter_skill(given, own)
    try:
        return await tool.run(given, context)
    except ProcessError as error:
        raise ToolError(f"{name} could not run", why=error.what) from error
    except OSError as error:
        raise ToolError(f"{name} failed", why=error.strerror or "") from error
