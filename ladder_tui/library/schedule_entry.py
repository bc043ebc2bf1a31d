"""A schedule for cron or for systemd, as text. All functions are pure."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from ladder_tui.library.trigger_command import TriggerCommand

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class At(NamedTuple):
    """A time of the local day, every day or from Monday to Friday."""

    hour: int
    minute: int
    is_weekdays: bool = False


class Unit(NamedTuple):
    """One systemd file."""

    name: str
    text: str


def parse_at(text: str, *, is_weekdays: bool) -> At | None:
    """Read ``2:00`` or ``02:00``; None for anything else."""
    found = _TIME.fullmatch(text)
    return At(int(found[1]), int(found[2]), is_weekdays) if found else None


def cron_line(at: At, command: TriggerCommand, root: str, log: str) -> str:
    """One line of a crontab; ``log`` takes what the start of the run says.

    Raises ValueError for a value with a line break, which a crontab cannot hold.
    """
    text = f"cd {shlex.quote(root)} && {command.shell_text()} >>{shlex.quote(log)} 2>&1"
    if "\n" in text or "\r" in text:
        raise ValueError("a crontab cannot hold a line break")
    days = "1-5" if at.is_weekdays else "*"
    return f"{at.minute} {at.hour} * * {days} {_cron_escaped(text)} {cron_mark(command, root)}\n"


def cron_mark(command: TriggerCommand, root: str) -> str:
    """The comment at the end of a crontab line, by which it is found again."""
    return "# ladder " + _cron_escaped(f"{command.workflow} {shlex.quote(root)}")


def systemd_units(name: str, at: At, command: TriggerCommand, root: str) -> tuple[Unit, Unit]:
    """The timer and the service called ``name``.

    Raises ValueError for what a unit file cannot hold: a line break in a value, and a path at
    whose end a blank would be cut off or a backslash would join it with the next line.
    """
    line = " ".join(_unit_quoted(word) for word in command.words())
    if any(sign in line + root for sign in "\n\r"):
        raise ValueError("a unit file cannot hold a line break")
    if root != root.strip() or root.endswith("\\"):
        raise ValueError("a unit file cannot hold a path that ends in a blank or a backslash")
    days = "Mon..Fri " if at.is_weekdays else ""
    what = _unit_text(f"ladder: {command.workflow} in {root}")
    timer = (
        f"[Unit]\nDescription={what}\n\n[Timer]\n"
        f"OnCalendar={days}*-*-* {at.hour:02}:{at.minute:02}:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    # The run is a process of its own and goes on when the command that started it has ended.
    service = (
        f"[Unit]\nDescription={what}\n\n[Service]\nType=oneshot\nKillMode=process\n"
        f"WorkingDirectory={_unit_text(root)}\nExecStart={line}\n"
    )
    return Unit(f"{name}.timer", timer), Unit(f"{name}.service", service)


def _cron_escaped(text: str) -> str:
    """For cron an unescaped ``%`` ends the command. A backslash before it would escape the escape:
    an empty pair of quotes stands between them (a backslash is only ever inside quotes)."""
    return text.replace("\\%", "\\''%").replace("%", "\\%")


def _unit_quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$").replace("%", "%%")
    return f'"{escaped}"'


def _unit_text(text: str) -> str:
    return text.replace("%", "%%")
