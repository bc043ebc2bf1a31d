"""Home folders: the user's, and the private ones that commands get on the level ``limits``."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path

from ladder_tui.process import leftover

STALE_S = 3600.0
"""Younger ones are kept: their maker may live in another pid namespace that shares the folder."""
_NAME = re.compile(r"ladder-home-(\d+)-(\d+)-\w+")


def home_folder() -> Path | None:
    """Return the user's; None where nobody says, as for a container's made-up user id."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def make_private_home() -> Path:
    """Make an empty folder for one command: in a shared /tmp others could plant configuration.

    Its name says which process made it, so that it is found when that one was killed.
    """
    pid = os.getpid()
    return Path(tempfile.mkdtemp(prefix=f"ladder-home-{pid}-{leftover.start_ticks(pid)}-"))


def remove_stale_homes() -> list[Path]:
    """Remove what killed processes of this user left, and return it. Blocks."""
    removed = []
    for path in Path(tempfile.gettempdir()).glob("ladder-home-*"):
        if _is_stale(path):
            shutil.rmtree(path, ignore_errors=True)
            removed.append(path)
    return removed


def _is_stale(path: Path) -> bool:
    name = _NAME.fullmatch(path.name)
    if name is None or leftover.is_alive(int(name[1]), int(name[2])):
        return False
    try:
        status = path.lstat()
    except OSError:
        return False
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return is_ours and time.time() - status.st_mtime > STALE_S
