"""What a skill's ``allowed-tools`` let each tool look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ladder_tui.domain.tool_rule import parse_tool_rule
from ladder_tui.errors import ToolError
from ladder_tui.tools.pattern import compile_glob

ALL_TOOLS = "*"


def everything(path: str) -> bool:  # noqa: ARG001
    """Allow every path."""
    return True


def nothing(path: str) -> bool:  # noqa: ARG001
    """Allow no path."""
    return False


def allowed_paths(entries: Iterable[str], tool: str) -> Callable[[str], bool]:
    """A function that says whether ``tool`` may look at a path relative to the repository.

    ``Read(docs/**)`` allows what the glob matches, a folder with all that is in it. Several
    entries of one tool add up; the tool's bare name allows all. A rule that leaves the repository
    (``~/…``, ``//…``, ``..``) or is no pattern allows nothing.
    """
    found = [parse_tool_rule(entry) for entry in entries]
    rules = [entry.rule for entry in found if entry.tool in (tool, ALL_TOOLS)]
    if not rules or "" in rules:
        return everything
    matchers = [path_matcher(rule) for rule in rules]
    return lambda path: any(matches(path) for matches in matchers)


def path_matcher(rule: str) -> Callable[[str], bool]:
    """A function that says whether a rule in parentheses is about a path."""
    if rule.startswith(("//", "~")):
        return nothing
    # A slash in front fixes a name to the top; without any, it is looked for at every depth.
    pattern = f".{rule}" if rule.startswith("/") else rule
    try:
        itself, inside = compile_glob(pattern), compile_glob(f"{pattern.rstrip('/')}/**")
    except ToolError:
        return nothing
    if "/" in pattern.strip("/"):
        return lambda path: itself(path) or inside(path)
    anywhere = compile_glob(f"**/{pattern.rstrip('/')}/**")
    return lambda path: itself(path) or anywhere(path)
