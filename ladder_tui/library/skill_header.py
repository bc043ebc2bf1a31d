"""What the header of a skill, agent or command says, and what is wrong with it.

Rules are listed in ``docs/skills.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import Any, Literal

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import SkillKind, Tier
from ladder_tui.library.frontmatter import Frontmatter, canonical_key, split_list
from ladder_tui.library.skill_tool import missing_tools, tool_faults

DESCRIPTION_LIMIT = 1024
"""Characters, from the Agent Skills specification."""
BODY_LINES = 500
"""Lines of a body, recommended by the Agent Skills specification."""
NAME_LIMIT = 200
FIRST_PART = 20_000
"""Characters of a body in which its first paragraph is looked for."""
DEFAULT_TOOLS = ("Read", "Grep", "Glob")
"""What a file may use that names no tools: those that only look."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TIERS: dict[str, Tier] = {"haiku": "fast", "sonnet": "balanced", "opus": "best"}


class KindRules(msgspec.Struct, frozen=True):
    """How the files of one kind differ."""

    tools_key: str
    is_named_by_path: bool
    """True where the path alone gives the name."""
    is_standard: bool
    """True where name, header and description are asked for by the Agent Skills specification."""


KINDS: dict[SkillKind, KindRules] = {
    "skill": KindRules("allowed-tools", is_named_by_path=False, is_standard=True),
    "agent": KindRules("tools", is_named_by_path=False, is_standard=False),
    "command": KindRules("allowed-tools", is_named_by_path=True, is_standard=False),
}


class Header(msgspec.Struct, frozen=True):
    """The header of a file, as far as it could be understood."""

    name: str
    description: str
    tools: tuple[str, ...]
    model: str
    tier: Tier
    inputs: dict[str, Any] | None
    extra: dict[str, Any]
    problems: tuple[Problem, ...]


def is_skill_name(name: str) -> bool:
    """Whether a name follows the Agent Skills specification: kebab case, at most 64 characters."""
    return len(name) <= 64 and _NAME.fullmatch(name) is not None


def shown_text(path: str) -> str:
    """A path or name from the disk with nothing in it that a terminal obeys or JSON refuses."""
    if path.isascii() and path.isprintable():
        return path
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(c if c.isprintable() and c != "\\" else "_" for c in text)


def _safe_name(name: str) -> str:
    return name if _NAME.fullmatch(name) else shown_text(name).replace("/", "_")


def read_header(
    front: Frontmatter,
    shown: str,
    kind: SkillKind,
    own_name: str,
    offered: Collection[str] | None = None,
) -> Header:
    """Understand a header. Never raises.

    ``own_name`` is the name that the path gives, ``offered`` the tools that Ladder has; None
    leaves that unchecked.
    """
    return _Reading(front, shown, kind, own_name, offered).header()


class _Reading:
    """One pass over a header, collecting problems."""

    def __init__(
        self,
        front: Frontmatter,
        shown: str,
        kind: SkillKind,
        own_name: str,
        offered: Collection[str] | None,
    ) -> None:
        self.front = front
        self.shown = shown
        self.kind = kind
        self.rules = KINDS[kind]
        self.offered = offered
        self.own_name = _safe_name(own_name)
        self.problems: list[Problem] = []
        self.keys = {canonical_key(key): key for key in reversed(front.fields)}

    def header(self) -> Header:
        self.syntax()
        self.body()
        model = self.text("model")
        known = ("name", "description", self.rules.tools_key, "model")
        taken = {self.keys.get(key) for key in known}
        return Header(
            name=self.name(),
            description=self.description(),
            tools=self.tools(),
            model=model,
            tier=_TIERS.get(model, ""),
            inputs=self.inputs(),
            extra={key: v for key, v in self.front.fields.items() if key not in taken},
            problems=tuple(self.problems),
        )

    def report(
        self,
        rule: str,
        key: str,
        message: str,
        fix: str,
        level: Literal["error", "warning"] = "warning",
    ) -> None:
        line = self.front.lines.get(self.keys.get(key, ""), 1)
        self.problems.append(Problem(self.shown, line, rule, message, fix, level))

    def syntax(self) -> None:
        fault = self.front.fault
        if not self.front.has_header:
            if self.kind != "command":
                self.no_header()
        elif fault is not None:
            level: Literal["error", "warning"] = "warning" if self.front.is_recovered else "error"
            message = f"frontmatter is no valid YAML: {fault.message}"
            place = fault.place
            self.problems.append(
                Problem(self.shown, place.line, "S006", message, fault.fix, level, place.column)
            )

    def no_header(self) -> None:
        if self.front.body.startswith("---\n"):
            message = "the frontmatter that begins in line 1 has no end"
            self.report("S005", "", message, "put a line --- after its last key")
        else:
            message = "has no frontmatter"
            self.report("S005", "", message, "begin with --- and name, description")

    def body(self) -> None:
        body = self.front.body
        if not body or body.isspace():
            self.report("S014", "", "has no body: an agent would get no instructions", "write one")
        lines = self.front.body_lines
        if lines > BODY_LINES and self.rules.is_standard:
            message = f"body has {lines:,} lines of {BODY_LINES}"
            self.report("S015", "", message, "move parts to references/")

    def value(self, key: str) -> Any:
        return self.front.fields.get(self.keys.get(key, ""))

    def text(self, key: str) -> str:
        """A text field; numbers and the like are taken as written."""
        value = self.value(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, list | dict):
            self.report("S013", key, f"{key} must be text", "write it as one text")
            return ""
        return str(value)

    def name(self) -> str:
        name = self.text("name")
        if self.rules.is_named_by_path:
            return self.own_name
        if not name:
            self.report("S007", "name", "has no name; its path gives one", "add name:")
            return self.own_name
        if not name.isprintable() or "/" in name or "\\" in name or len(name) > NAME_LIMIT:
            message = "name holds path separators or control characters; its path gives one"
            self.report("S008", "name", message, "use a-z, 0-9 and -")
            return self.own_name
        if not is_skill_name(name):
            message = f'name "{name}" is not kebab case of at most 64 characters'
            self.report("S008", "name", message, "use a-z, 0-9 and -")
        if name != self.own_name and self.rules.is_standard:
            message = f'name "{name}" differs from its folder "{self.own_name}"'
            self.report("S011", "name", message, "give both one name")
        return name

    def description(self) -> str:
        description = self.text("description")
        if not description:
            description = first_paragraph(self.front.body)
            if not description:
                message = "has no description and no text to take one from"
                self.report("S009", "description", message, "add description:", "error")
            elif self.kind != "command":
                message = "has no description; its first paragraph is used"
                self.report("S009", "description", message, "add description:")
        if len(description) > DESCRIPTION_LIMIT and self.rules.is_standard:
            message = f"description has {len(description):,} characters of {DESCRIPTION_LIMIT:,}"
            self.report("S010", "description", message, "shorten it")
        return description

    def tools(self) -> tuple[str, ...]:
        key = self.rules.tools_key
        if key not in self.keys or self.value(key) is None:
            return DEFAULT_TOOLS
        tools = split_list(self.value(key))
        if tools is None:
            self.report("S013", key, f"{key} must be a list or text", "")
            return ()
        for message, fix in tool_faults(tools):
            self.report("S012", key, message, fix)
        if self.offered is not None and (missing := missing_tools(tools, self.offered)):
            message = f"Ladder has no tool {', '.join(missing)}: its agent works without"
            self.report("S016", key, message, f"it has {', '.join(sorted(self.offered))}")
        return tools

    def inputs(self) -> dict[str, Any] | None:
        """What a command takes: the text that its ``$ARGUMENTS`` stand for."""
        if self.kind != "command":
            return None
        hint = self.value("argument-hint")
        about = {"description": str(hint)} if isinstance(hint, str | int | float) else {}
        return {"type": "object", "properties": {"arguments": {"type": "string", **about}}}


def first_paragraph(body: str) -> str:
    """The first lines of text that are no heading, rule, comment or code fence."""
    lines: list[str] = []
    for line in body[:FIRST_PART].split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith(("#", "---", "<!--", "```")):
            lines.append(stripped)
        elif lines:
            break
    return " ".join(lines)[:DESCRIPTION_LIMIT]
