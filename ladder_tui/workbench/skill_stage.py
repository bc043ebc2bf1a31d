"""Skills that were fetched but not taken over: kept apart until somebody looked at them."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.errors import StoreError, UsageError
from ladder_tui.library.skill_folder import FolderFile, folder_hash, read_folder
from ladder_tui.library.skill_header import is_skill_name
from ladder_tui.library.skill_lock import Pin
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import private_folder, write_folder
from ladder_tui.workbench.skill_version import diff_texts, printable

_RECORD = "staged.json"
MOST_LINES = 5_000
"""Of a diff; files that do not fit any more are counted."""
KEPT_S = 7 * 24 * 3600.0
"""What nobody accepted or dropped for so long is removed."""


class StageRecord(msgspec.Struct, frozen=True):
    """What a staged folder will be when it is taken over."""

    name: str
    pin: Pin
    refusals: tuple[Problem, ...] = ()


class SkillStage:
    """The folder ``.ladder/stage``."""

    def __init__(self, project: Project) -> None:
        self._folder = project.directory / "stage"

    def put(self, record: StageRecord, files: Sequence[FolderFile], now: float) -> str:
        """Keep files apart and return the token that names them. Raises StoreError."""
        private_folder(self._folder)
        self._remove_old(now)
        written = msgspec.json.encode(record)
        # The token says what it stands for: nobody who can write here can put anything else in
        # the place of what was looked at.
        token = f"{record.name[:60]}-{secrets.token_hex(4)}-{_digest(written)}"
        place = self._folder / token
        below = record.name
        write_folder(place, [msgspec.structs.replace(f, path=f"{below}/{f.path}") for f in files])
        try:
            (place / _RECORD).write_bytes(written)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise StoreError(
                f"{record.name} was not kept",
                why=error.strerror or str(error),
                next_step="make room",
            ) from error
        return token

    def take(self, token: str) -> tuple[StageRecord, list[FolderFile]]:
        """The record and the files of a token. Raises UsageError when they are not as put."""
        place = self._place(token)
        try:
            written = (place / _RECORD).read_bytes()
            record = msgspec.json.decode(written, type=StageRecord)
        except (OSError, msgspec.DecodeError) as error:
            raise UsageError(
                f"nothing is staged as {token!r}", next_step="ladder skills add SOURCE"
            ) from error
        files, problems = read_folder(place / record.name, record.name)
        is_as_put = token.endswith(f"-{_digest(written)}") and is_skill_name(record.name)
        is_same = is_as_put and not problems and folder_hash(files) == record.pin.files
        if not (is_same or (is_as_put and record.refusals)):
            raise UsageError(
                f"what was staged as {token!r} was changed since",
                next_step="fetch it again: ladder skills add SOURCE",
            )
        return record, files

    def drop(self, token: str) -> None:
        """Forget a token; nothing happens where it is unknown."""
        shutil.rmtree(self._place(token), ignore_errors=True)

    def file(self, token: str, name: str) -> Path:
        """Where a staged file is."""
        return self._place(token) / name

    def _place(self, token: str) -> Path:
        if not token or "/" in token or token.startswith("."):
            raise UsageError(f"{token!r} names nothing staged")
        return self._folder / token

    def _remove_old(self, now: float) -> None:
        for place in self._folder.iterdir():
            if place.is_dir() and now - place.stat().st_mtime > KEPT_S:
                shutil.rmtree(place, ignore_errors=True)


def _digest(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()[:32]


def folder_diff(old: Sequence[FolderFile], new: Sequence[FolderFile]) -> tuple[str, ...]:
    """Unified diff of all files of a folder, SKILL.md first, free of control characters."""
    before, after = ({f.path: f for f in files} for files in (old, new))
    paths = sorted({*before, *after}, key=lambda path: (path != "SKILL.md", path))
    lines: list[str] = []
    left_out = 0
    for path in paths:
        left = MOST_LINES - len(lines)
        if left > 0:
            lines += _file_diff(path, before.get(path), after.get(path), left)
        else:
            left_out += before.get(path) != after.get(path)
    if left_out:
        lines.append(f"… and {left_out:,} more files that differ")
    return tuple(lines)


def _file_diff(path: str, old: FolderFile | None, new: FolderFile | None, limit: int) -> list[str]:
    shown = printable(path)
    is_runnable = new is not None and new.is_executable
    lines = []
    if is_runnable and not (old is not None and old.is_executable):
        lines.append(f"{shown}: is executable")
    texts = [_text(file) for file in (old, new)]
    if texts[0] is None or texts[1] is None:
        if (old.data if old else None) != (new.data if new else None):
            size = f"{len(new.data):,} bytes" if new else "removed"
            lines.append(f"{shown}: binary, {size}")
        return lines
    names = ("none" if old is None else "now", "removed" if new is None else "new")
    return lines + diff_texts(texts[0], texts[1], names, shown, limit=limit)


def _text(file: FolderFile | None) -> str | None:
    """Text of a file, empty for none; None for one that is no text."""
    if file is None:
        return ""
    try:
        return None if b"\0" in file.data else file.data.decode()
    except UnicodeDecodeError:
        return None
