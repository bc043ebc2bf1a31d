"""Skills: the library, its problems, where each is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.gates.name import GATE_NAMES
from ladder_tui.library.skill_file import SKILL_NAME
from ladder_tui.library.skill_shelf import find_skill, list_skills, read_skills
from ladder_tui.models.token import count_tokens
from ladder_tui.store import record as record_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow import Workflows


class Skills:
    """All skills of a repository."""

    def __init__(self, project: Project, database: Database, workflows: Workflows) -> None:
        self._project = project
        self._db = database
        self._workflows = workflows

    def list(self) -> Sequence[Skill]:
        """Usable skills by name."""
        return list_skills(self._project.root, GATE_NAMES)[0]

    def problems(self) -> Sequence[Problem]:
        """What is wrong with skill files, unusable ones included."""
        return list_skills(self._project.root, GATE_NAMES)[1]

    def get(self, name: str) -> Skill:
        """One skill. Raises UsageError with the nearest name."""
        return find_skill(self.list(), name)

    def used_in(self, name: str) -> Sequence[str]:
        """Names of the workflows that use the skill."""
        return [entry.name for entry in self._workflows.list() if name in entry.skills]

    def use_counts(self) -> dict[str, int]:
        """How often each skill was invoked by an agent of this repository's runs."""
        return {name: use.uses for name, use in record_rows.skill_uses(self._db).items()}

    def file(self, shown: str) -> Path | None:
        """Where a SKILL.md that people see as ``shown`` really is; None when it is gone."""
        for file in read_skills(self._project.root, GATE_NAMES):
            if file.shown == shown:
                return file.folder / SKILL_NAME
        return None

    def tokens(self, skill: Skill) -> int:
        """Estimated tokens of the skill's body."""
        return count_tokens(skill.body)
