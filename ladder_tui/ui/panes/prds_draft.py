"""The text of a PRD while it is edited: what is on disk, what is typed, how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ladder_tui.ui.ports import PrdsPort
from ladder_tui.workbench.authored_file import ConflictError

IDLE_S = 60.0
"""A longer pause between two changes is not time spent on the PRD."""


@dataclass
class Draft:
    """One opened PRD."""

    path: Path
    saved: str
    """As it was read or written last, in the editor's line ends."""
    text: str
    mtime_ns: int
    editing_s: float = 0.0
    """Since the last save."""
    changed_at: float = 0.0

    @property
    def is_unsaved(self) -> bool:
        """True when something would be lost."""
        return self.text != self.saved

    def change(self, text: str, now: float) -> None:
        """Take over what is typed."""
        if text == self.text:
            return
        if self.changed_at and now - self.changed_at <= IDLE_S:
            self.editing_s += now - self.changed_at
        self.changed_at = now
        self.text = text

    def save(self, prds: PrdsPort) -> None:
        """Write it. Raises ConflictError or StoreError."""
        self.mtime_ns = prds.save(self.path, self.text, self.mtime_ns, self.editing_s)
        self.saved, self.editing_s, self.changed_at = self.text, 0.0, 0.0

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
