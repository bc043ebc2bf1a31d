"""Writes a file below a directory whole or not at all, and follows no symlink on the way."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from ladder_tui.errors import ToolError
from ladder_tui.tools.beneath import NotRegularError, open_beneath
from ladder_tui.tools.confine import resolve
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.secret_file import is_secret
from ladder_tui.tools.tool import ToolContext

MAX_BYTES = 4 * 1024 * 1024
"""Largest file that Edit and Write take; nobody reviews a larger one."""
NEW_MODE = 0o644
_FOLDER_MODE = 0o755
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def writable_path(context: ToolContext, path: str) -> str:
    """Return the path relative to the root where an agent may write.

    Raises ToolError outside a workspace of the agent's own, for paths that leave it, for what the
    skill's rules do not allow, and for names that usually hold secrets.
    """
    require_workspace(context)
    shown = printable(path[:200])
    if context.prefix:
        raise ToolError(f"{shown} is refused", why="the files of a skill are read-only")
    inside = resolve(context.root, path)
    if inside == ".":
        raise ToolError(f"{shown} is a directory", next_step="name a file in it")
    if not context.allows(inside):
        raise ToolError(f"{shown} is refused", why="the rules of your skill do not allow it")
    if is_secret(path) or is_secret(inside):
        raise ToolError(
            f"{shown} is refused", why="files of this name usually hold secrets: people write them"
        )
    return inside


def require_workspace(context: ToolContext) -> None:
    """Raise ToolError unless the agent works in a place of its own."""
    if not context.is_workspace:
        raise ToolError(
            "nothing can be changed here",
            why="you have no workspace of your own, and the repository itself is never changed",
            next_step="report what should be changed",
        )


def replace_file(context: ToolContext, inside: str, data: bytes) -> bool:
    """Put ``data`` where ``inside`` (as ``writable_path`` gave it) names a file, or none yet.

    Folders on the way are made; an old file's mode stays. Returns whether the file is new. Raises
    ToolError for anything but a regular file, OSError otherwise; then the old file is as it was.
    """
    if len(data) > MAX_BYTES:
        raise ToolError(
            f"{printable(inside)} would have {len(data):,} bytes", why=f"at most {MAX_BYTES:,}"
        )
    *folders, name = inside.split("/")
    folder = os.open(os.path.realpath(context.root), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            with suppress(FileExistsError):
                os.mkdir(part, _FOLDER_MODE, dir_fd=folder)
            below = os.open(part, _DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = below
        mode = _mode(folder, name, inside)
        _write(folder, name, data, NEW_MODE if mode is None else mode)
    finally:
        os.close(folder)
    return mode is None


def _mode(folder: int, name: str, inside: str) -> int | None:
    """Mode of the file that is there; None where there is none."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise ToolError(f"{printable(inside)} is {kind}")
    # Set-user-id and its like do not survive a change of the content.
    return stat.S_IMODE(status.st_mode) & 0o777


def _write(folder: int, name: str, data: bytes, mode: int) -> None:
    part = f".{name[:80]}.{os.getpid()}.{id(data):x}.part"
    descriptor = os.open(part, _NEW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
        raise


def read_text(context: ToolContext, inside: str) -> str:
    """Return the text of a file that is to be changed, line ends and byte order mark included.

    Raises ToolError for a file that is too large, binary or not UTF-8.
    """
    shown = printable(inside)
    try:
        with open_beneath(os.path.realpath(context.root), inside) as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        step = "look for it with Glob, or make it with Write"
        raise ToolError(f"{shown} does not exist", next_step=step) from None
    except NotRegularError:
        kind = "a directory" if (context.root / inside).is_dir() else "not a regular file"
        raise ToolError(f"{shown} is {kind}") from None
    if len(data) > MAX_BYTES:
        raise ToolError(f"{shown} is larger than {MAX_BYTES:,} bytes", why="it cannot be edited")
    if b"\0" in data:
        raise ToolError(f"{shown} is a binary file", why="it cannot be edited")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
        raise ToolError(f"{shown} is not UTF-8 (line {where})", why="it cannot be edited") from None
