"""The workbench: one object that both front doors hold."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.config import Config, find_root, load_config
from ladder_tui.domain.model import ModelChoice
from ladder_tui.errors import DatabaseCorruptError, DatabaseNewerError, StoreError
from ladder_tui.process import git
from ladder_tui.store.database import Database, open_copy, open_database
from ladder_tui.workbench.doctor import Check, examine
from ladder_tui.workbench.finding import Findings
from ladder_tui.workbench.model import Models
from ladder_tui.workbench.prd import Prds
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.report import Reports
from ladder_tui.workbench.run import Runs
from ladder_tui.workbench.skill import Skills
from ladder_tui.workbench.spend import Spend
from ladder_tui.workbench.trigger import Triggers
from ladder_tui.workbench.workflow import Workflows


class Workbench:
    """Everything one repository offers, by noun. Close it at the end."""

    def __init__(self, project: Project, config: Config, database: Database) -> None:
        self.project = project
        self.root = project.root
        self.config = config
        self._db = database
        self.workflows = Workflows(project, database)
        self.skills = Skills(project, database, self.workflows)
        self.prds = Prds(project, database)
        self.runs = Runs(project, config, database, self.workflows)
        self.findings = Findings(project, database)
        self.reports = Reports(database, self.runs, self.findings)
        self.models = Models(config)
        self.spend = Spend(database)
        self.triggers = Triggers(project, self.workflows)

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

    @property
    def branch(self) -> str:
        """Name of the checked-out branch, empty without git."""
        return git.branch(self.root) or ""

    def model(self) -> ModelChoice:
        """The model that runs use by default. Raises UsageError."""
        return self.models.choose()

    def doctor(self) -> list[Check]:
        """What is present, missing or degraded, each with its fix."""
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
