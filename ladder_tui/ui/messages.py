"""What the program said in this session. Errors stay in the message line until they are read."""

from __future__ import annotations

from collections import deque
from typing import Literal, NamedTuple

from ladder_tui.ui.text import clean

Level = Literal["info", "warning", "error"]


class Said(NamedTuple):
    """One message. The first line is the message, the rest explains it."""

    at: float
    level: Level
    text: str
    key: str = ""
    """Key that leads to what it speaks of, shown at the right."""

    @property
    def headline(self) -> str:
        """The first line."""
        return self.text.partition("\n")[0]


class MessageLog:
    """The last messages, newest last, and the one to show now."""

    def __init__(self, limit: int = 500) -> None:
        self.all: deque[Said] = deque(maxlen=limit)
        self._unread: deque[Said] = deque(maxlen=limit)
        self._latest: Said | None = None
        self.version = 0

    def add(self, said: Said) -> None:
        """Keep a message; its text is made safe here."""
        said = said._replace(text=clean(said.text))
        self.all.append(said)
        if said.level == "error":
            self._unread.append(said)
        else:
            self._latest = said
        self.version += 1

    @property
    def current(self) -> Said | None:
        """The oldest unread error, else the newest message."""
        return self._unread[0] if self._unread else self._latest

    @property
    def unread(self) -> int:
        """Errors nobody has read."""
        return len(self._unread)

    def read_one(self) -> bool:
        """The error shown has been read; False when there was none."""
        if not self._unread:
            return False
        self._unread.popleft()
        self.version += 1
        return True

    def read_all(self) -> None:
        """Every error has been read."""
        self._unread.clear()
        self.version += 1

    def expire(self, now: float, after_s: float = 20.0) -> None:
        """Forget a message that is no error after some time; ``M`` still lists it."""
        if self._latest is not None and now - self._latest.at > after_s:
            self._latest = None
            self.version += 1
