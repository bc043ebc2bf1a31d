"""Reads one configuration file, whatever somebody put in its place."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from ladder_tui.errors import ConfigError

CONFIG_LIMIT = 256 * 1024
"""Largest configuration file in bytes."""

_Shape = TypeVar("_Shape")


def read_config_file(
    path: Path, shape: type[_Shape], hints: Mapping[str, str] | None = None
) -> _Shape:
    """Return what the file says, the defaults where there is none.

    ``hints`` are said with a problem that names their key. Raises ConfigError naming file, key and
    reason.
    """
    try:
        raw = _read_bytes(path)
    except (FileNotFoundError, NotADirectoryError):
        return shape()
    except OSError as error:
        why, fix = error.strerror or str(error), "put a readable file there, or none"
        raise ConfigError(f"{path} cannot be read", why=why, next_step=fix) from error
    try:
        return msgspec.toml.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        why = str(error)
        why += "".join(f"; {hint}" for key, hint in (hints or {}).items() if key in why)
        raise ConfigError(
            f"{path} is not a valid configuration",
            why=why,
            next_step="correct it, or move it away and run `ladder init`",
        ) from error


def _read_bytes(path: Path) -> bytes:
    """The file's content. Never waits on a pipe and never reads a device without an end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is no regular file")
        raw = file.read(CONFIG_LIMIT + 1)
    if len(raw) > CONFIG_LIMIT:
        raise OSError(f"it is larger than {CONFIG_LIMIT // 1024} kB")
    return raw
