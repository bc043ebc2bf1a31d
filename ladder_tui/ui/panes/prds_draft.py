"""The text of a PRD while it is edited."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ladder_tui.ui.draft import Draft
from ladder_tui.ui.ports import PrdsPort
from ladder_tui.workbench.authored_file import ConflictError


@dataclass
class PrdDraft(Draft):
    """One opened PRD."""

    path: Path = field(kw_only=True)

    def save(self, prds: PrdsPort) -> None:
        """Write it. Raises ConflictError or StoreError."""
        self.written(prds.save(self.path, self.text, self.mtime_ns, self.editing_s))

    def rescue(self, prds: PrdsPort) -> Path:
        """Write it when the program ends; beside a file that somebody else changed.

        Returns where it is now. Raises StoreError.
        """
        try:
            self.save(prds)
        except ConflictError:
            for number in range(1, 100):
                path = self.path.with_name(f"{self.path.stem}-unsaved-{number}.md")
                if not path.exists():
                    prds.save(path, self.text, 0, self.editing_s)
                    return path
        return self.path
