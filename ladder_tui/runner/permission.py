"""The permission rules of a run: the user's, narrowed by the repository's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ladder_tui.config import load_config, user_state
from ladder_tui.domain.permission import PermissionRules
from ladder_tui.library.skill_tool import tool_faults
from ladder_tui.library.trust import TrustFile
from ladder_tui.process.spec import SandboxLevel
from ladder_tui.tools.permission import Permissions


def run_permissions(root: Path, level: SandboxLevel) -> tuple[Permissions, tuple[str, ...]]:
    """Return the rules in force, and what is wrong with them, for the person who wrote them.

    Raises ConfigError for a configuration that cannot be read.
    """
    config = load_config(root)
    is_trusted = TrustFile(user_state() / "trust.json").is_trusted(root)
    rules = config.permissions.narrowed_by(config.project_permissions, is_trusted=is_trusted)
    problems = [*_faults(rules)]
    if config.project_permissions.allow and not is_trusted:
        problems.append("what the repository's permissions allow does not count: not trusted")
    return Permissions(rules, level), tuple(problems)


def _faults(rules: PermissionRules) -> Iterator[str]:
    for message, fix in tool_faults((*rules.deny, *rules.ask, *rules.allow)):
        yield f"permissions: {message} ({fix})"
