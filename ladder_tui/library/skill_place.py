"""Where skills, agents and commands are kept: in the project, below home, in plugins, shipped."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ladder_tui.domain.skill import SkillKind, SkillOrigin
from ladder_tui.library.location import shipped_directory
from ladder_tui.library.plugin import Plugin, find_plugins

SKILL_PLACES = (
    ".ladder/skills",
    ".agents/skills",
    ".claude/skills",
    ".github/skills",
    ".codex/skills",
    ".opencode/skills",
)
"""Where tools keep Agent Skills, in a project and below home; the strongest first."""
AGENT_PLACE = ".claude/agents"
COMMAND_PLACE = ".claude/commands"
PLUGIN_PLACE = ".claude/plugins"


class SkillShelf(msgspec.Struct, frozen=True):
    """A directory that holds files of one kind."""

    directory: str
    """Absolute."""
    kind: SkillKind
    origin: SkillOrigin
    boundary: str
    """Nothing whose real place is outside this directory is read."""
    prefix: str
    """The directory as people see it: relative to the repository or library, ``~`` for home."""
    source: str
    """Group in lists."""
    is_repository: bool = False
    """True for what a repository brought: nothing of it runs until the user trusts it."""


def skill_shelves(root: Path, home: Path | None) -> tuple[SkillShelf, ...]:
    """All shelves for the repository at ``root``, the strongest first.

    Project beats user beats plugin beats shipped; at one place a skill beats an agent beats a
    command. What lies in the home directory is the user's, also when that is the repository.
    """
    top = str(root)
    below_home = "" if home is None else str(home)
    is_home = bool(below_home) and os.path.realpath(top) == os.path.realpath(below_home)
    shelves: list[SkillShelf] = []
    plugins: list[SkillShelf] = []
    if not is_home:
        shelves += _own(top, "project", "")
        plugins += _of_plugins(top, "", is_repository=True)
    if below_home:
        shelves += _own(below_home, "user", "~/")
        plugins += _of_plugins(below_home, "~/", is_repository=False)
    shipped = str(shipped_directory("skills"))
    last = SkillShelf(shipped, "skill", "shipped", shipped, "skills", "shipped")
    return (*shelves, *plugins, last)


def _own(top: str, origin: SkillOrigin, tilde: str) -> list[SkillShelf]:
    places: list[tuple[str, SkillKind]] = [(place, "skill") for place in SKILL_PLACES]
    places += [(AGENT_PLACE, "agent"), (COMMAND_PLACE, "command")]
    return [
        SkillShelf(
            f"{top}/{place}",
            kind,
            origin,
            top,
            tilde + place,
            tilde + place,
            is_repository=origin == "project",
        )
        for place, kind in places
    ]


def _of_plugins(top: str, tilde: str, *, is_repository: bool) -> list[SkillShelf]:
    return [
        shelf
        for plugin in find_plugins(f"{top}/{PLUGIN_PLACE}")
        for shelf in _of_plugin(plugin, tilde + PLUGIN_PLACE, is_repository=is_repository)
    ]


def _of_plugin(plugin: Plugin, shown: str, *, is_repository: bool) -> list[SkillShelf]:
    kinds: tuple[tuple[SkillKind, tuple[str, ...]], ...] = (
        ("skill", plugin.skills),
        ("agent", plugin.agents),
        ("command", plugin.commands),
    )
    return [
        SkillShelf(
            f"{plugin.directory}/{folder}",
            kind,
            "plugin",
            plugin.directory,
            f"{shown}/{plugin.path}/{folder}",
            f"plugin {plugin.name}",
            is_repository,
        )
        for kind, folders in kinds
        for folder in folders
    ]
