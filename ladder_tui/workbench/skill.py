"""Skills: the library, its problems, where each is used, and whether the repository is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill, SkillKind
from ladder_tui.domain.skill_entry import (
    ListingBudget,
    SkillEntry,
    SkillSize,
    SkillStats,
    SkillVersion,
    StagedSkill,
)
from ladder_tui.errors import LadderError, UsageError
from ladder_tui.insight.skill_listing import TARGETS, budget
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_library import find_entry, find_skill
from ladder_tui.library.skill_lint import lint
from ladder_tui.models.token import count_tokens
from ladder_tui.store import skill_use as use_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_draft import SkillDrafts
from ladder_tui.workbench.skill_keep import KeptTexts
from ladder_tui.workbench.skill_promotion import promoted_files
from ladder_tui.workbench.skill_share import SkillShares
from ladder_tui.workbench.skill_size import SkillSizes
from ladder_tui.workbench.skill_split import SkillSplits
from ladder_tui.workbench.skill_text import SkillTexts
from ladder_tui.workbench.skill_trash import Deleted, SkillTrash
from ladder_tui.workbench.skill_version import SkillVersions
from ladder_tui.workbench.skill_watch import SkillWatch
from ladder_tui.workbench.workflow import Workflows


class Skills:
    """All skills, agents and commands that can be used in a repository."""

    def __init__(self, project: Project, database: Database, workflows: Workflows) -> None:
        self._project = project
        self._library = project.library
        self._db = database
        self._workflows = workflows
        self._sizes = SkillSizes()
        self._watch = SkillWatch()
        self._drafts = SkillDrafts(project)
        self._versions = SkillVersions(project, database)
        self._texts = SkillTexts(project, self._versions, self._sizes)
        self._splits = SkillSplits(project, self._texts)
        self._kept = KeptTexts(project)
        self._trash = SkillTrash(project, self._versions)
        self._shares = SkillShares(project, self._versions, self._trash)

    def list(self) -> Sequence[Skill]:
        """Usable ones by name."""
        return self._library.skills()

    def entries(self) -> Sequence[SkillEntry]:
        """Every file, usable or not: the strongest place first, then by path."""
        entries = self._library.entries()
        self._versions.note(entries)
        return entries

    def own(self) -> Sequence[SkillEntry]:
        """Every file that this repository brought: what trusting it is about."""
        entries = self.entries()
        return [e for e in entries if e.origin != "shipped" and not e.path.startswith("~/")]

    def entry(self, ref: str) -> SkillEntry:
        """One file by its name or shown path. Raises UsageError with the nearest name."""
        return find_entry(self.entries(), ref)

    def problems(self) -> Sequence[Problem]:
        """What is wrong with the files, unusable ones included; hidden ones are left out."""
        return [
            problem
            for entry in self.entries()
            if entry.state != "hidden" or any(p.rule == "S025" for p in entry.problems)
            for problem in entry.problems
        ]

    def get(self, name: str) -> Skill:
        """One usable skill. Raises UsageError with the nearest name."""
        return find_skill(self.list(), name)

    def lint(self, ref: str = "", *, is_strict: bool = False) -> Sequence[Problem]:
        """Problems of one file, of a folder, or of all. See ``library.skill_lint.lint``."""
        return lint(self._library, ref, is_strict=is_strict)

    @property
    def is_trusted(self) -> bool:
        """Whether the user trusts this repository: only then its own skills run."""
        return self._library.is_trusted

    def trust(self) -> None:
        """Trust this repository. Raises LadderError where that cannot be kept."""
        self._project.trust.trust(self._project.root)

    def distrust(self) -> None:
        """Take trust back. Raises LadderError where that cannot be kept."""
        self._project.trust.distrust(self._project.root)

    def used_in(self, name: str) -> Sequence[str]:
        """Names of the workflows that use the skill."""
        return [entry.name for entry in self._workflows.list() if name in entry.skills]

    def use_counts(self) -> dict[str, int]:
        """How often each skill was invoked by an agent of this repository's runs."""
        return {name: stats.uses for name, stats in self.stats().items()}

    def file(self, shown: str) -> Path | None:
        """Where a file that people see as ``shown`` really is; None when it is gone."""
        return self._library.path(shown)

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

    def listing(self, target: str) -> ListingBudget:
        """What ``spec`` or ``claude-code`` keeps of the listing. Raises UsageError for another."""
        if target not in TARGETS:
            raise UsageError(f'nothing lists skills as "{target}"', why=name_hint(target, TARGETS))
        return budget(TARGETS[target], self.entries(), self.use_counts())

    def changed_at(self) -> float:
        """When a file of the library last changed, Unix seconds; cheap. See ``SkillWatch``."""
        return self._watch.changed_at(self._library.directories())

    # -- writing

    def read(self, path: str) -> tuple[str, int]:
        """Text and modification time of a file, for ``save``. See ``SkillTexts.read``."""
        return self._texts.read(path)

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Write a file, after a backup. Raises ConflictError and others: ``SkillTexts.save``."""
        return self._texts.save(path, text, expected_mtime_ns)

    def keep(self, path: str, text: str) -> str:
        """Keep text that could not be saved; returns where. Raises StoreError."""
        return self._kept.keep(path, text)

    def kept(self) -> Sequence[str]:
        """Where text is kept that could not be saved."""
        return self._kept.list()

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

    def trash(self) -> Sequence[Deleted]:
        """What can be restored, newest first."""
        return self._trash.list()

    # -- sharing

    def stage(self, source: str, cwd: Path | None = None) -> Sequence[StagedSkill]:
        """Fetch skills to look at. Blocks: call it in a thread. See ``SkillShares.stage``."""
        return self._shares.stage(source, cwd or self._project.root)

    def accept(self, stage: str, *, is_forced: bool = False) -> str:
        """Take over what was staged; returns its path. See ``SkillShares.accept``."""
        return self._shares.accept(stage, is_forced=is_forced)

    def drop(self, stage: str) -> None:
        """Forget what was staged."""
        self._shares.drop(stage)

    def update(self, name: str) -> StagedSkill | None:
        """Fetch an added skill again; None when nothing changed. Blocks. See ``SkillShares``."""
        return self._shares.update(name)

    def update_all(self) -> tuple[Sequence[StagedSkill], Mapping[str, LadderError]]:
        """As ``update``, of every added skill that is here; failures by name. Blocks."""
        return self._shares.update_all()

    def pinned(self) -> Sequence[str]:
        """Names of the skills that were added from elsewhere."""
        return self._shares.pinned()

    # -- versions

    def versions(self, path: str) -> Sequence[SkillVersion]:
        """What a file said, newest first, the file as it is now included. Raises UsageError."""
        return self._versions.of(path)

    def diff(self, path: str, old_hash: str, new_hash: str = "") -> Sequence[str]:
        """Unified diff between two versions, against the file now by default."""
        return self._versions.diff(path, old_hash, new_hash)
