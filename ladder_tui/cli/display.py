"""Ways to show a run while it is followed, where nothing is drawn in place."""

from __future__ import annotations

from typing import Protocol

from ladder_tui.cli.milestone import milestone
from ladder_tui.cli.terminal import Printer, print_json_line
from ladder_tui.domain.event import EventRecord, NoteAdded, RunStarted


class Display(Protocol):
    """Shows a run while it is followed."""

    def record(self, record: EventRecord) -> None:
        """Take in one event."""

    def say(self, text: str) -> None:
        """Show a line that is no event."""

    def tick(self) -> None:
        """Draw, if there is something to draw."""

    def close(self) -> None:
        """Leave the terminal as it was."""

    def pause(self) -> None:
        """Stop drawing while a person is asked something."""

    def go_on(self) -> None:
        """Draw again."""


class JsonLines:
    """One event a line on standard output; warnings on standard error."""

    def __init__(self, err: Printer) -> None:
        self._err = err

    def record(self, record: EventRecord) -> None:
        """Print the event."""
        print_json_line(record)
        if isinstance(record.event, NoteAdded) and record.event.level != "info":
            self._err.line(f"{record.event.level}: {record.event.text}")

    def say(self, text: str) -> None:
        """Print the line."""
        self._err.line(text)

    def tick(self) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """Nothing to restore."""

    def pause(self) -> None:
        """Nothing is drawn."""

    def go_on(self) -> None:
        """Nothing is drawn."""


class MilestoneLines:
    """One line per milestone on standard error, with the time since the run started."""

    def __init__(self, err: Printer) -> None:
        self._err = err
        self._started_at: float | None = None

    def record(self, record: EventRecord) -> None:
        """Print a line where the event is a milestone."""
        if self._started_at is None or isinstance(record.event, RunStarted):
            self._started_at = record.at
        text = " ".join(milestone(record.event).split())
        if text:
            seconds = int(record.at - self._started_at)
            stamp = f"{seconds // 60:>3}:{seconds % 60:02d}  "
            self._err.line((stamp, "dim"), text)

    def say(self, text: str) -> None:
        """Print the line."""
        self._err.line(text)

    def tick(self) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """Nothing to restore."""

    def pause(self) -> None:
        """Nothing is drawn."""

    def go_on(self) -> None:
        """Nothing is drawn."""
