"""Triggers: git hooks and schedules that start a workflow, written for the user on request."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from ladder_tui.errors import InvalidFileError, LadderError, UsageError
from ladder_tui.library.hook_block import (
    CAN_STOP,
    HookEvent,
    hook_block,
    is_empty_hook,
    put_block,
    take_block,
)
from ladder_tui.library.schedule_entry import At, Unit, cron_line, cron_mark, systemd_units
from ladder_tui.library.trigger_command import TriggerCommand
from ladder_tui.library.whole_file import write_whole
from ladder_tui.process import git
from ladder_tui.process.crontab import read_crontab, write_crontab
from ladder_tui.process.git_hook import hooks_directory
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow import Workflows

Scheduler = Literal["cron", "systemd"]
HOOK_LIMIT = 1024 * 1024
"""Largest hook that is changed, in bytes."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class TriggerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the run of a trigger is started."""

    inputs: Mapping[str, str] = {}
    model: str = ""
    budget_usd: float | None = None
    is_sure: bool = False


class WrittenHook(msgspec.Struct, frozen=True):
    """A hook as it is now."""

    path: str
    text: str
    """What was put in, or taken out."""
    is_new: bool = False
    """Whether there was no such hook before, or none is left."""


class Schedule(msgspec.Struct, frozen=True):
    """A schedule as text, with the files it belongs in; empty paths for cron."""

    scheduler: Scheduler
    files: tuple[tuple[str, str], ...]
    """Path and content."""
    next_step: str
    """The command that makes it count."""


class Triggers:
    """What starts workflows of a repository without a person."""

    def __init__(self, project: Project, workflows: Workflows) -> None:
        self._project = project
        self._workflows = workflows

    # -- git hooks

    def hook(
        self, workflow: str, event: HookEvent, options: TriggerOptions, *, is_blocking: bool = False
    ) -> WrittenHook:
        """Let ``event`` of git start ``workflow``; a block that is there already is replaced.

        Raises UsageError for a hook that cannot take a block, InvalidFileError for wrong inputs.
        """
        if is_blocking and event not in CAN_STOP:
            raise UsageError(
                f"{event} cannot wait for a verdict",
                why="git runs it when everything is done already",
                next_step="leave out --blocking",
            )
        self._check(workflow, options)
        path = self._hook_path(event)
        command = self._command(
            workflow,
            f"hook {event}",
            options,
            is_detached=not is_blocking,
            is_shared=path.is_relative_to(self._top()) and ".git" not in path.parts,
        )
        directory = os.path.relpath(self._project.root.resolve(), self._top())
        block = hook_block(event, command, directory)
        before = _read_hook(path)
        try:
            after = put_block(before, workflow, block)
        except ValueError as error:
            raise UsageError(
                f"{path} is left as it is", why=str(error), next_step=_by_hand(command)
            ) from None
        _write(path, after, _mode(path))
        return WrittenHook(str(path), block, is_new=before is None)

    def remove_hook(self, workflow: str, event: HookEvent) -> WrittenHook:
        """Take the block of ``workflow`` out; the rest is byte for byte what it was.

        Raises UsageError where there is none.
        """
        path = self._hook_path(event)
        before = _read_hook(path)
        after = None if before is None else take_block(before, workflow)
        if before is None or after is None:
            raise UsageError(f"{path} does not start {workflow}", next_step="nothing to remove")
        if is_empty_hook(after):
            path.unlink()
        else:
            _write(path, after, _mode(path))
        return WrittenHook(str(path), workflow, is_new=is_empty_hook(after))

    # -- schedules

    def schedule(
        self, workflow: str, at: At, scheduler: Scheduler, options: TriggerOptions
    ) -> Schedule:
        """The text of a schedule; nothing is installed. Raises UsageError or InvalidFileError."""
        self._check(workflow, options)
        command = self._command(workflow, "schedule", options)
        root = str(self._project.root)
        try:
            if scheduler == "cron":
                line = cron_line(at, command, root, f".ladder/run/schedule-{workflow}.log")
                return Schedule("cron", (("", line),), "crontab -e, and paste the line")
            units = systemd_units(self._unit_name(workflow), at, command, root)
        except ValueError as error:
            raise UsageError(f"{workflow} cannot be scheduled so", why=str(error)) from None
        return Schedule("systemd", _placed(units), _enable(units[0].name))

    def install(self, schedule: Schedule, workflow: str) -> None:
        """Write the units of a schedule, or put its line into the user's crontab.

        A line of the same workflow and repository is replaced. Raises LadderError.
        """
        if schedule.scheduler == "cron":
            line = schedule.files[0][1].rstrip("\n")
            write_crontab([*self._other_lines(workflow, read_crontab()), line])
            return
        for path, text in schedule.files:
            _write(Path(path), text.encode(), 0o644)

    def remove_schedule(self, workflow: str, scheduler: Scheduler) -> Sequence[str]:
        """Take a schedule away and say what is gone. Raises UsageError where there is none."""
        if scheduler == "cron":
            lines = read_crontab()
            kept = self._other_lines(workflow, lines)
            if len(kept) == len(lines):
                raise UsageError(f"the crontab does not start {workflow} here")
            write_crontab(kept)
            return [line for line in lines if line not in kept]
        name = self._unit_name(workflow)
        paths = [systemd_user_directory() / f"{name}.{kind}" for kind in ("timer", "service")]
        gone = [path for path in paths if path.exists()]
        if not gone:
            raise UsageError(f"no timer starts {workflow} here")
        for path in gone:
            path.unlink()
        return [str(path) for path in gone]

    # -- parts

    def _check(self, workflow: str, options: TriggerOptions) -> None:
        entry = self._workflows.get(workflow)
        if not _NAME.fullmatch(workflow):
            raise UsageError(
                f"{workflow!r} cannot be a trigger",
                why="its name would have to be quoted where nothing can be",
                next_step="name it with letters, digits, - and _",
            )
        assert entry.workflow is not None
        problems = self._workflows.check(entry.workflow, options.inputs)
        if problems:
            raise InvalidFileError(
                f"{workflow} could not start",
                problems,
                next_step=f"ladder workflows show {workflow}",
            )

    def _command(
        self,
        workflow: str,
        trigger: str,
        options: TriggerOptions,
        *,
        is_detached: bool = True,
        is_shared: bool = False,
    ) -> TriggerCommand:
        return TriggerCommand(
            program=("ladder",) if is_shared else _program(),
            workflow=workflow,
            trigger=trigger,
            inputs=tuple(options.inputs.items()),
            model=options.model,
            budget_usd=options.budget_usd,
            is_sure=options.is_sure,
            is_detached=is_detached,
        )

    def _top(self) -> Path:
        return git.top_level(self._project.root) or self._project.root

    def _hook_path(self, event: HookEvent) -> Path:
        return hooks_directory(self._project.root) / event

    def _unit_name(self, workflow: str) -> str:
        root = self._project.root
        place = re.sub(r"[^A-Za-z0-9_.-]", "-", root.name)[:40]
        return f"ladder-{place}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:6]}-{workflow}"

    def _other_lines(self, workflow: str, lines: Sequence[str]) -> list[str]:
        mark = cron_mark(
            TriggerCommand(program=(), workflow=workflow, trigger=""), str(self._project.root)
        )
        return [line for line in lines if not line.endswith(mark)]


def systemd_user_directory() -> Path:
    """Where the user's own systemd units are."""
    return Path(platformdirs.user_config_dir("systemd")) / "user"


def _program() -> tuple[str, ...]:
    """How this very program is called from anywhere."""
    script = Path(sys.executable).parent / "ladder"
    return (str(script),) if script.exists() else (sys.executable, "-P", "-m", "ladder_tui")


def _by_hand(command: TriggerCommand) -> str:
    return f"call this from it yourself: {command.shell_text()}"


def _read_hook(path: Path) -> bytes | None:
    """The hook at ``path``, None where there is none. Raises UsageError for one to leave alone."""
    why = ""
    if path.is_symlink():
        why = f"it is a link to {path.readlink()}"
    elif not path.exists():
        return None
    elif not path.is_file() or path.stat().st_size > HOOK_LIMIT:
        why = "it is no script"
    elif not os.access(path, os.X_OK):
        why = "it is not executable, so git does not run it; a block would switch the rest on too"
    if why:
        raise UsageError(
            f"{path} is left as it is", why=why, next_step="move it away, or make it a script"
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read", why=error.strerror or str(error)) from error


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777 if path.exists() else 0o755


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        write_whole(path, data, mode)
    except OSError as error:
        raise LadderError(
            f"{path} was not written",
            why=error.strerror or str(error),
            next_step="fix the permissions; nothing was changed",
        ) from error


def _placed(units: Sequence[Unit]) -> tuple[tuple[str, str], ...]:
    return tuple((str(systemd_user_directory() / unit.name), unit.text) for unit in units)


def _enable(timer: str) -> str:
    return f"systemctl --user daemon-reload && systemctl --user enable --now {timer}"
