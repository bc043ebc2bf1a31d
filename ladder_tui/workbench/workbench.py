"""The workbench: one object that both front doors hold.

Its nouns are made, and their modules imported, when they are first asked for: the interface is on
the screen before it needs more than the runs. The imports inside the properties are therefore
named places, as those of Textual and the SDKs are.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ladder_tui.config import Config, find_root, load_config
from ladder_tui.domain.model import ModelChoice
from ladder_tui.errors import DatabaseCorruptError, DatabaseNewerError, StoreError
from ladder_tui.models.choice import choose_model
from ladder_tui.store.database import Database, open_copy, open_database
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.run import Runs

if TYPE_CHECKING:
    from ladder_tui.workbench.doctor import Check
    from ladder_tui.workbench.finding import Findings
    from ladder_tui.workbench.model import Models
    from ladder_tui.workbench.prd import Prds
    from ladder_tui.workbench.report import Reports
    from ladder_tui.workbench.skill import Skills
    from ladder_tui.workbench.spend import Spend
    from ladder_tui.workbench.tree import Tree
    from ladder_tui.workbench.trigger import Triggers
    from ladder_tui.workbench.workflow import Workflows


class Workbench:
    """Everything one repository offers, by noun. Close it at the end."""

    def __init__(self, project: Project, config: Config, database: Database) -> None:
        self.project = project
        self.root = project.root
        self.config = config
        self._db = database
        self.runs = Runs(project, config, database, lambda: self.workflows)

    @classmethod
    def open(cls, start: Path | None = None, *, is_reader: bool = False) -> Workbench:
        """Open the repository around ``start`` (default: the current directory).

        ``.ladder`` is made where it is missing, but not for a reader: who only looks gets a copy
        of the database where nothing can be written. Raises ConfigError, UsageError or StoreError.
        """
        root = find_root(start or Path.cwd())
        config = load_config(root)
        project = Project(root)
        if is_reader:
            return cls(project, config, _open_to_read(project.database))
        project.create()
        return cls(project, config, open_database(project.database))

    @cached_property
    def workflows(self) -> Workflows:
        """Workflow files and how their runs went."""
        from ladder_tui.workbench.workflow import Workflows

        return Workflows(self.project, self._db)

    @cached_property
    def skills(self) -> Skills:
        """The library of skills."""
        from ladder_tui.workbench.skill import Skills

        return Skills(self.project, self._db, self.workflows)

    @cached_property
    def prds(self) -> Prds:
        """PRD files."""
        from ladder_tui.workbench.prd import Prds

        return Prds(self.project, self._db)

    @cached_property
    def findings(self) -> Findings:
        """Findings of runs and what people decided about them."""
        from ladder_tui.workbench.finding import Findings

        return Findings(self.project, self._db)

    @cached_property
    def models(self) -> Models:
        """Models and what they can do."""
        from ladder_tui.workbench.model import Models

        return Models(self.config)

    @cached_property
    def spend(self) -> Spend:
        """Money and tokens over runs."""
        from ladder_tui.workbench.spend import Spend

        return Spend(self._db)

    @cached_property
    def tree(self) -> Tree:
        """The files of the repository, for choosing one."""
        from ladder_tui.workbench.tree import Tree

        return Tree(self.project)

    @cached_property
    def reports(self) -> Reports:
        """What ran, for the morning report."""
        from ladder_tui.workbench.report import Reports

        return Reports(self._db, self.runs, self.findings)

    @cached_property
    def triggers(self) -> Triggers:
        """Git hooks and schedules that start workflows."""
        from ladder_tui.workbench.trigger import Triggers

        return Triggers(self.project, self.workflows)

    @property
    def branch(self) -> str:
        """Name of the checked-out branch, empty without git."""
        from ladder_tui.process import git

        return git.branch(self.root) or ""

    def model(self) -> ModelChoice:
        """The model that runs use by default. Raises UsageError."""
        return choose_model(self.config)

    def doctor(self) -> list[Check]:
        """What is present, missing or degraded, each with its fix."""
        from ladder_tui.workbench.doctor import examine

        return examine(self.project, self.config)

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def _open_to_read(path: Path) -> Database:
    if not path.exists():
        return open_copy(path)
    try:
        return open_database(path)
    except (DatabaseNewerError, DatabaseCorruptError):
        raise
    except StoreError:
        return open_copy(path)
