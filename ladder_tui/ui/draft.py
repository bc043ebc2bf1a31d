"""The text of a file while it is edited: what is on disk, what is typed, how long it took."""

from __future__ import annotations

from dataclasses import dataclass

IDLE_S = 60.0
"""A longer pause between two changes is not time spent on the file."""


@dataclass
class Draft:
    """One opened file."""

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

    def take_line_ends(self, text: str) -> None:
        """The editor may write other line ends; only what a person changes is a change."""
        self.saved = self.text = text

    def written(self, mtime_ns: int) -> None:
        """What is typed is on disk now."""
        self.saved, self.mtime_ns = self.text, mtime_ns
        self.editing_s = self.changed_at = 0.0
