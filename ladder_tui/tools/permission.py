"""Permission rules: what a tool call may do, must ask for, or may not.

``deny`` beats ``ask`` beats ``allow``. Without a rule, tools that read may read, ``Edit`` and
``Write`` may change the agent's own workspace, and ``Bash`` may run what the sandbox confines; on
the level ``limits``, which confines little, every command asks. What a skill's ``allowed-tools``
leave out is refused before any of these is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec

from ladder_tui.domain.permission import PermissionRules
from ladder_tui.domain.tool_rule import ToolRule, parse_tool_rule
from ladder_tui.process.spec import SandboxLevel
from ladder_tui.tools.allowance import ALL_TOOLS, everything, path_matcher
from ladder_tui.tools.shell_parts import ShellPart, shell_parts

MAX_GRANT_CHARS = 200
"""A longer command line is not read by whoever would grant it."""
_CHANGING = frozenset({"Edit", "Write"})
_SEARCHING = frozenset({"Glob", "Grep"})
# Their first argument says what they do: `git status` and `git push` are two permissions.
_WITH_SUBCOMMANDS = frozenset(
    {"git", "npm", "npx", "pnpm", "yarn", "cargo", "go", "uv", "pip", "docker", "kubectl", "make"}
    | {"poetry", "dotnet", "gradle", "mvn", "bundle", "rake", "terraform", "gh"}
)


class Decision(msgspec.Struct, frozen=True):
    """What is to happen with a call, by which rule, and which rule would let it pass from now."""

    kind: Literal["allow", "ask", "deny"]
    rule: str = ""
    grants: str = ""


class Permissions:
    """The rules of a run, with what a person has granted while it ran."""

    def __init__(self, rules: PermissionRules, level: SandboxLevel) -> None:
        self._rules = {
            kind: tuple(map(parse_tool_rule, getattr(rules, kind)))
            for kind in ("allow", "ask", "deny")
        }
        self._level = level
        self._granted: list[ToolRule] = []

    def grant(self, rule: str) -> None:
        """Let what ``rule`` covers pass for the rest of the run; ``deny`` still beats it."""
        parsed = parse_tool_rule(rule)
        if rule and parsed not in self._granted:
            self._granted.append(parsed)

    def decide(self, tool: str, given: Mapping[str, Any], path: str = "") -> Decision:
        """Decide about a call of ``tool``. ``path`` is what it names, relative to the root."""
        if tool == "Bash":
            return self._decide_command(str(given.get("command", "")))
        found = self._first("deny", tool, path)
        if found is not None:
            return Decision("deny", _written(found))
        grants = f"{tool}({path})" if path else tool
        found = self._first("ask", tool, path)
        if found is None or any(_covers(rule, tool, path) for rule in self._granted):
            return Decision("allow")
        return Decision("ask", _written(found), grants)

    def hidden(self, tool: str) -> Callable[[str], bool]:
        """Say of which paths ``tool`` may not learn; a search cannot ask for each of them."""
        kinds = ("deny", "ask") if tool in _SEARCHING else ("deny",)
        rules = [rule for kind in kinds for rule in self._rules[kind] if _names(rule, tool)]
        return lambda path: any(_matches(rule, path) for rule in rules)

    def _first(self, kind: str, tool: str, path: str) -> ToolRule | None:
        return next((rule for rule in self._rules[kind] if _covers(rule, tool, path)), None)

    def _decide_command(self, command: str) -> Decision:
        command = command.strip()
        parts = shell_parts(command)
        found = self._touching("deny", command, parts)
        if found is not None:
            return Decision("deny", _written(found))
        found = self._touching("ask", command, parts)
        if found is not None and not _is_allowed(self._granted, command, parts):
            return Decision("ask", _written(found), _grant_for(command, parts))
        if _is_allowed((*self._rules["allow"], *self._granted), command, parts):
            return Decision("allow")
        narrow = self._narrow_rule()
        if narrow and any(part.is_opaque or part.is_launcher for part in parts):
            # It may run just what the rule is about, where no rule can see it.
            return Decision("ask", f"{narrow}, perhaps", _exact(command))
        if self._level == "limits":
            return Decision("ask", "no sandbox confines it", _grant_for(command, parts))
        return Decision("allow")

    def _touching(self, kind: str, command: str, parts: tuple[ShellPart, ...]) -> ToolRule | None:
        """The first rule about the whole line, or about any part of it."""
        for rule in self._rules[kind]:
            if rule.tool in ("Bash", ALL_TOOLS) and (
                rule.rule in ("", "*")
                or rule.rule == command
                or any(_fits(rule.rule, part, by_name=True) for part in parts)
            ):
                return rule
        return None

    def _narrow_rule(self) -> str:
        rules = (*self._rules["deny"], *self._rules["ask"])
        return next((_written(r) for r in rules if r.tool == "Bash" and r.rule), "")


def allows_command(entries: Iterable[str], command: str) -> bool:
    """Say whether a skill's ``allowed-tools`` allow a command line, every part of it."""
    rules = [rule for rule in map(parse_tool_rule, entries) if rule.tool == "Bash"]
    command = command.strip()
    return not rules or _is_allowed(rules, command, shell_parts(command))


def _is_allowed(rules: Iterable[ToolRule], command: str, parts: tuple[ShellPart, ...]) -> bool:
    texts = [rule.rule for rule in rules if rule.tool == "Bash"]
    if any(text in ("", "*", command) for text in texts):
        return True
    return all(not part.is_opaque and any(_fits(text, part) for text in texts) for part in parts)


def _fits(rule: str, part: ShellPart, *, by_name: bool = False) -> bool:
    """Whether a rule is about a simple command: ``git:*``, ``git diff *`` or the whole of it.

    With ``by_name`` a path in front of the program's name does not count.
    """
    prefix, is_prefix = _prefix(rule)
    texts = [part.text]
    if by_name and part.words:
        texts.append(" ".join((part.words[0].rsplit("/", 1)[-1], *part.words[1:])))
    if not is_prefix:
        return prefix in texts
    return any(text == prefix or text.startswith(f"{prefix} ") for text in texts)


def _prefix(rule: str) -> tuple[str, bool]:
    for ending in (":*", " *"):
        if rule.endswith(ending):
            return " ".join(rule[: -len(ending)].split()), True
    return rule, False


def _grant_for(command: str, parts: tuple[ShellPart, ...]) -> str:
    """The rule that ``always`` would add: narrow where a program can do anything."""
    part = parts[0]
    if len(parts) > 1 or part.is_opaque or part.is_launcher or not part.words:
        return _exact(command)
    count = 2 if part.words[0] in _WITH_SUBCOMMANDS and len(part.words) > 1 else 1
    return f"Bash({' '.join(part.words[:count])}:*)"


def _exact(command: str) -> str:
    """The rule for this line and no other; empty where it could be read as a wider one."""
    is_plain = len(command) <= MAX_GRANT_CHARS and command.isprintable()
    return f"Bash({command})" if is_plain and not command.endswith("*") else ""


def _covers(rule: ToolRule, tool: str, path: str) -> bool:
    return _names(rule, tool) and _matches(rule, path)


def _names(rule: ToolRule, tool: str) -> bool:
    """``Edit`` stands for every tool that changes files, ``Read`` for every one that reads."""
    if rule.tool in (tool, ALL_TOOLS):
        return True
    is_change = rule.tool == "Edit" and tool in _CHANGING
    return is_change or (rule.tool == "Read" and tool in _SEARCHING)


def _matches(rule: ToolRule, path: str) -> bool:
    return path_matcher(rule.rule)(path) if rule.rule else everything(path)


def _written(rule: ToolRule) -> str:
    return f"{rule.tool}({rule.rule})" if rule.rule else rule.tool
