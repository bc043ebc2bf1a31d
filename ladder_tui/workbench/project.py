"""The project folder ``.ladder``: what ``ladder init`` makes, and where things are in it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ladder_tui.config import LADDER_DIR, user_home, user_state
from ladder_tui.errors import StoreError, UsageError
from ladder_tui.gates.name import GATE_NAMES
from ladder_tui.tools.name import TOOL_NAMES

if TYPE_CHECKING:
    from ladder_tui.library.skill_library import SkillLibrary
    from ladder_tui.library.trust import TrustFile

_IGNORE = """\
# Made by ladder init: what happened stays here, what you write is yours to commit.
/ladder.db*
/run/
/worktrees/
/backups/
/drafts/
"""

_CONFIG = """\
# Ladder's configuration for this repository. Every line is optional.
# Providers and keys are only read from your own configuration file: see `ladder doctor`.

# model = "local"              # or anthropic/ID, openai_chat/ID, PROVIDER/ID, scripted/FILE
# confirm_usd = 0.5            # runs that may cost more ask first
# budget_usd = 5.0             # the most a run of this repository may spend
# budget_tokens = 2000000
# glyphs = "auto"              # auto, unicode, ascii
# theme = ""
"""


class Project:
    """Paths of one repository, and the skills that can be used in it."""

    def __init__(self, root: Path) -> None:
        """Raises UsageError for a root whose path is not UTF-8: no journal could hold it."""
        try:
            str(root).encode()
        except UnicodeEncodeError as error:
            raise UsageError(
                f"{root} cannot be worked in",
                why="its path is not UTF-8",
                next_step="rename the directory, or work in a copy",
            ) from error
        self.root = root
        self.directory = root / LADDER_DIR

    @cached_property
    def trust(self) -> TrustFile:
        """Which repositories the user trusts."""
        # Deferred, as the library below: the first paint needs neither.
        from ladder_tui.library.trust import TrustFile

        return TrustFile(user_state() / "trust.json")

    @cached_property
    def library(self) -> SkillLibrary:
        """The skills that can be used here."""
        from ladder_tui.library.skill_library import SkillLibrary

        return SkillLibrary(self.root, user_home(), GATE_NAMES, self.trust, tools=TOOL_NAMES)

    def has_own(self) -> bool:
        """Whether the repository brought skills, agents, commands or workflows of its own."""
        from ladder_tui.library.workflow_shelf import has_own_workflows

        return self.library.has_own() or has_own_workflows(self.root)

    @property
    def database(self) -> Path:
        """The database file."""
        return self.directory / "ladder.db"

    @property
    def prds(self) -> Path:
        """Folder of the PRDs."""
        return self.directory / "prds"

    def lock_path(self, run_id: str) -> Path:
        """Lock file of a run."""
        return self.directory / "run" / f"{run_id}.lock"

    def log_path(self, run_id: str) -> Path:
        """Log file of a run's runner."""
        return self.directory / "run" / f"{run_id}.log"

    def create(self) -> list[Path]:
        """Make what is missing and return it; existing files are never touched.

        Raises StoreError where the directory cannot be written.
        """
        made: list[Path] = []
        try:
            for folder in ("", "prds", "workflows", "skills", "run"):
                path = self.directory / folder
                if not path.is_dir():
                    path.mkdir(parents=True)
                    made.append(path)
            for name, text in ((".gitignore", _IGNORE), ("config.toml", _CONFIG)):
                path = self.directory / name
                if not path.exists():
                    _write_whole(path, text)
                    made.append(path)
        except FileExistsError as error:
            raise StoreError(
                f"{path} cannot be made",
                why="something that is no directory has its name",
                next_step="move it away",
            ) from error
        except OSError as error:
            raise StoreError(
                f"{self.directory} cannot be written",
                why=error.strerror or str(error),
                next_step="make the directory writable, or run ladder in another copy",
            ) from error
        return made


def _write_whole(path: Path, text: str) -> None:
    """Write a new file whole or not at all: an empty .gitignore would never be filled in later."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        path.unlink(missing_ok=True)
        raise
