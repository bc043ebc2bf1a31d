"""Skills: the library, its problems, where each is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill, SkillKind
from ladder_tui.domain.skill_entry import SkillEntry, SkillSize, SkillStats, SkillVersion
from ladder_tui.gates.registry import GATE_NAMES
from ladder_tui.library.location import skill_shelves
from ladder_tui.library.skill_file import SKILL_NAME
from ladder_tui.library.skill_shelf import find_skill, list_skills, read_skills
from ladder_tui.models.token import count_tokens
from ladder_tui.store import record as record_rows
from ladder_tui.store import skill_use as use_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_draft import SkillDrafts
from ladder_tui.workbench.skill_promotion import promoted_files
from ladder_tui.workbench.skill_size import SkillSizes
from ladder_tui.workbench.skill_split import SkillSplits
from ladder_tui.workbench.skill_text import SkillTexts
from ladder_tui.workbench.skill_trash import SkillTrash
from ladder_tui.workbench.skill_version import SkillVersions
from ladder_tui.workbench.skill_watch import SkillWatch
from ladder_tui.workbench.workflow import Workflows


class Skills:
    """All skills of a repository."""

    def __init__(self, project: Project, database: Database, workflows: Workflows) -> None:
        self._project = project
        self._db = database
        self._workflows = workflows
        self._sizes = SkillSizes()
        self._watch = SkillWatch()
        self._drafts = SkillDrafts(project)
        self._versions = SkillVersions(project, database)
        self._texts = SkillTexts(project, self._versions, self._sizes)
        self._splits = SkillSplits(project, self._texts)
        self._trash = SkillTrash(project, self._versions)

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

    # -- numbers

    def size(self, entry: SkillEntry) -> SkillSize:
        """Estimated tokens. Reads its context files: call it in a thread."""
        return self._sizes.of(entry)

    def stats(self) -> Mapping[str, SkillStats]:
        """How each skill did that a run ever used, by name. Raises StoreError."""
        return use_rows.skill_stats(self._db)

    def changed_at(self) -> float:
        """When a file of the library last changed, Unix seconds; cheap. See ``SkillWatch``."""
        return self._watch.changed_at([s.directory for s in skill_shelves(self._project.root)])

    # -- writing

    def read(self, path: str) -> tuple[str, int]:
        """Text and modification time of a file, for ``save``. See ``SkillTexts.read``."""
        return self._texts.read(path)

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Write a file, after a backup. Raises ConflictError and others: ``SkillTexts.save``."""
        return self._texts.save(path, text, expected_mtime_ns)

    def lint_text(self, path: str, text: str) -> tuple[Skill | None, Sequence[Problem], SkillSize]:
        """Check text that may not be saved yet. Raises UsageError."""
        return self._texts.lint_text(path, text)

    def new(self, name: str, kind: SkillKind = "skill", *, text: str = "") -> str:
        """Write a new file from a template or with ``text``. See ``SkillDrafts.new``."""
        return self._drafts.new(name, kind, text=text)

    def duplicate(self, path: str, name: str) -> str:
        """Copy a skill under another name. See ``SkillDrafts.duplicate``."""
        return self._drafts.duplicate(path, name)

    def split(self, path: str, heading: str, name: str) -> tuple[str, str]:
        """Make a section a skill that the first one uses. See ``SkillSplits.split``."""
        return self._splits.split(path, heading, name)

    def promote(self, run_id: RunId, agent_id: AgentId, name: str) -> str:
        """The prompt of an agent of a run becomes a skill; returns its path. Raises UsageError."""
        return self._drafts.write(name, "skill", promoted_files(self._db, run_id, agent_id, name))

    def delete(self, path: str) -> str:
        """Move a skill to the trash; returns the token for ``restore``. See ``SkillTrash``."""
        return self._trash.delete(path)

    def restore(self, token: str) -> str:
        """Bring a deleted skill back; returns its path. See ``SkillTrash.restore``."""
        return self._trash.restore(token)

    # -- versions

    def versions(self, path: str) -> Sequence[SkillVersion]:
        """What a file said, newest first, the file as it is now included. Raises UsageError."""
        return self._versions.of(path)

    def diff(self, path: str, old_hash: str, new_hash: str = "") -> Sequence[str]:
        """Unified diff between two versions, against the file now by default."""
        return self._versions.diff(path, old_hash, new_hash)
