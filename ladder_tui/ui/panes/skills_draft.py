"""The text of a skill while it is edited."""

from __future__ import annotations

from dataclasses import dataclass, field

from ladder_tui.domain.skill import SkillKind
from ladder_tui.ui.draft import Draft
from ladder_tui.ui.ports import SkillsPort


@dataclass
class SkillDraft(Draft):
    """One opened file of the library."""

    path: str = field(kw_only=True)
    """As people see it."""
    kind: SkillKind = field(default="skill", kw_only=True)
    is_own: bool = field(default=True, kw_only=True)
    """False for files that ship or belong to a plugin: what is typed goes to a copy."""
    is_stale: bool = field(default=False, kw_only=True)
    """True where the file changed on disk while something is typed."""

    def save(self, skills: SkillsPort) -> None:
        """Write it. Raises ConflictError or StoreError."""
        self.written(skills.save(self.path, self.text, self.mtime_ns))
        self.is_stale = False
