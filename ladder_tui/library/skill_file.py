"""Reads one skill: a folder with SKILL.md and, optionally, ``ladder.yaml``.

Rules are listed in ``docs/skills.md``. A skill is usable when none of its problems is an error.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.library.frontmatter import (
    Frontmatter,
    canonical_key,
    parse_frontmatter,
    split_list,
)
from ladder_tui.library.location import Origin
from ladder_tui.library.nearest import nearest
from ladder_tui.library.skill_sidecar import SIDECAR_LIMIT, SIDECAR_NAME, Sidecar, parse_sidecar
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes

SKILL_NAME = "SKILL.md"
SKILL_LIMIT = 1024 * 1024
"""Largest SKILL.md in bytes."""
DESCRIPTION_LIMIT = 1024
"""Characters, from the Agent Skills specification."""
BODY_LINES = 500
"""Lines of a body, recommended by the Agent Skills specification."""

KNOWN_TOOLS = frozenset(
    [
        "Read",
        "Grep",
        "Glob",
        "Edit",
        "MultiEdit",
        "Write",
        "NotebookEdit",
        "NotebookRead",
        "Bash",
        "BashOutput",
        "KillShell",
        "WebFetch",
        "WebSearch",
        "Task",
        "Agent",
        "TodoWrite",
        "LS",
        "Skill",
        "SlashCommand",
        "AskUserQuestion",
        "ExitPlanMode",
    ]
)
"""Tool names of Ladder and of Claude Code, which skills in the wild use."""

_FILE_RULES = {"missing": "S001", "unreadable": "S001", "large": "S002", "outside": "S003"}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class SkillFile(msgspec.Struct, frozen=True):
    """What was found in one skill folder."""

    folder: Path
    shown: str
    """Path of SKILL.md as people see it: relative to the repository or library, POSIX."""
    origin: Origin
    skill: Skill | None
    """None where a problem is an error."""
    problems: tuple[Problem, ...]
    data: bytes = b""
    """SKILL.md as it is on disk."""


def read_skill(
    folder: Path,
    shown_folder: str,
    origin: Origin,
    boundary: Path,
    gates: Collection[str] | None = None,
) -> SkillFile:
    """Read the skill in ``folder``, executing nothing. Never raises for what is in the files.

    The folder's real place must be below ``boundary``, its files' below the folder. ``gates`` are
    the evidence gates that exist; None leaves the names unchecked.
    """
    shown = f"{shown_folder}/{SKILL_NAME}"
    data = _read(folder, SKILL_NAME, boundary, SKILL_LIMIT)
    if isinstance(data, FileFault):
        return SkillFile(folder, shown, origin, None, (_file_problem(shown, data),))
    text = decode_text(data)
    if isinstance(text, FileFault):
        return SkillFile(folder, shown, origin, None, (_file_problem(shown, text),), data)
    reading = _Reading(shown, folder.name, parse_frontmatter(text))
    sidecar, sidecar_data = _sidecar(folder, shown_folder, boundary, gates, reading.problems)
    skill = reading.skill(origin, sidecar, hashlib.sha256(data + sidecar_data).hexdigest())
    is_usable = all(problem.level == "warning" for problem in reading.problems)
    problems = tuple(sorted(reading.problems, key=lambda p: (p.path, p.line, p.rule)))
    return SkillFile(folder, shown, origin, skill if is_usable else None, problems, data)


def is_skill_name(name: str) -> bool:
    """Whether a name follows the Agent Skills specification: kebab case, at most 64 characters."""
    return len(name) <= 64 and _NAME.fullmatch(name) is not None


class _Reading:
    """One pass over the header of a SKILL.md, collecting problems."""

    def __init__(self, shown: str, folder: str, front: Frontmatter) -> None:
        self.shown = shown
        self.folder = folder
        self.front = front
        self.problems: list[Problem] = []
        self.keys: dict[str, str] = {}
        for key in front.fields:
            self.keys.setdefault(canonical_key(key), key)
        self.header()

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

    def header(self) -> None:
        fault = self.front.fault
        if not self.front.has_header:
            self.report("S005", "", "has no frontmatter", "begin with --- and name, description")
        elif fault is not None:
            level: Literal["error", "warning"] = "warning" if self.front.is_recovered else "error"
            message = f"frontmatter is no valid YAML: {fault.message}"
            place = fault.place
            self.problems.append(
                Problem(self.shown, place.line, "S006", message, fault.fix, level, place.column)
            )

    def value(self, key: str) -> Any:
        return self.front.fields.get(self.keys.get(key, ""))

    def text(self, key: str) -> str:
        """A text field; numbers and the like are taken as written."""
        value = self.value(key)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        if isinstance(value, list | dict):
            self.report("S013", key, f"{key} must be text", "write it as one text")
            return ""
        return str(value)

    def name(self) -> str:
        name = self.text("name")
        if not name:
            self.report("S007", "name", "has no name; the folder's is used", "add name:")
        elif _UNSAFE.search(name) or len(name) > 200:
            message = "name holds path separators or control characters; the folder's is used"
            self.report("S008", "name", message, "use a-z, 0-9 and -")
        else:
            if not is_skill_name(name):
                message = f'name "{name}" is not kebab case of at most 64 characters'
                self.report("S008", "name", message, "use a-z, 0-9 and -")
            if name != self.folder:
                message = f'name "{name}" differs from its folder "{self.folder}"'
                self.report("S011", "name", message, "give both one name")
            return name
        return _UNSAFE.sub("_", self.folder)

    def description(self) -> str:
        description = self.text("description")
        if not description:
            description = _first_paragraph(self.front.body)
            if not description:
                message = "has no description and no text to take one from"
                self.report("S009", "description", message, "add description:", "error")
            else:
                message = "has no description; its first paragraph is used"
                self.report("S009", "description", message, "add description:")
        if len(description) > DESCRIPTION_LIMIT:
            message = f"description has {len(description):,} characters of {DESCRIPTION_LIMIT:,}"
            self.report("S010", "description", message, "shorten it")
        return description

    def tools(self) -> tuple[str, ...]:
        tools = split_list(self.value("allowed-tools"))
        if tools is None:
            self.report("S013", "allowed-tools", "allowed-tools must be a list or text", "")
            return ()
        for tool in tools:
            bare = tool.split("(", 1)[0]
            if bare not in KNOWN_TOOLS and not bare.startswith("mcp__") and bare != "*":
                best = nearest(bare, KNOWN_TOOLS)
                fix = f"nearest: {best}" if best else "see docs/skills.md for the tools"
                self.report("S012", "allowed-tools", f'unknown tool "{bare[:60]}"', fix)
        return tools

    def skill(self, origin: Origin, sidecar: Sidecar, content_hash: str) -> Skill:
        body = self.front.body.strip("\n")
        if not body.strip():
            self.report("S014", "", "has no body: an agent would get no instructions", "write one")
        lines = body.count("\n") + 1
        if lines > BODY_LINES:
            message = f"body has {lines:,} lines of {BODY_LINES}"
            self.report("S015", "", message, "move parts to references/")
        known = {self.keys.get(key) for key in ("name", "description", "allowed-tools")}
        return Skill(
            name=self.name(),
            description=self.description(),
            body=body,
            content_hash=content_hash,
            origin=origin,
            path=self.shown,
            allowed_tools=self.tools(),
            lens=sidecar.lens,
            evidence=sidecar.evidence,
            outputs=sidecar.outputs,
            tier=sidecar.tier,
            extra={k: v for k, v in self.front.fields.items() if k not in known},
        )


def _read(folder: Path, name: str, boundary: Path, limit: int) -> bytes | FileFault:
    try:
        real = folder.resolve(strict=True)
        if not real.is_relative_to(boundary.resolve()):
            return FileFault("outside", "its folder is a symbolic link that leaves", "copy it")
    # RuntimeError: a loop of symbolic links on Python 3.11 and 3.12. ValueError: a NUL in the name.
    except (OSError, RuntimeError, ValueError) as error:
        return FileFault("unreadable", f"cannot be read: {error}", "check the folder")
    return read_bytes(real / name, real, limit)


def _sidecar(
    folder: Path,
    shown_folder: str,
    boundary: Path,
    gates: Collection[str] | None,
    problems: list[Problem],
) -> tuple[Sidecar, bytes]:
    data = _read(folder, SIDECAR_NAME, boundary, SIDECAR_LIMIT)
    shown = f"{shown_folder}/{SIDECAR_NAME}"
    if isinstance(data, FileFault):
        if data.kind != "missing":
            rule = "S003" if data.kind == "outside" else "S020"
            problems.append(Problem(shown, 0, rule, data.message, data.fix))
        return Sidecar(), b""
    sidecar, found = parse_sidecar(data, shown, gates)
    problems.extend(found)
    return sidecar, data


def _file_problem(shown: str, fault: FileFault) -> Problem:
    rule = _FILE_RULES.get(fault.kind, "S004")
    return Problem(shown, fault.line, rule, fault.message, fault.fix)


def _first_paragraph(body: str) -> str:
    lines: list[str] = []
    for line in body.split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith(("#", "---", "<!--", "```")):
            lines.append(stripped)
        elif lines:
            break
    return " ".join(lines)[:DESCRIPTION_LIMIT]
