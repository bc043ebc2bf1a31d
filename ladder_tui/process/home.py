"""The user's home folder."""

from __future__ import annotations

from pathlib import Path


def home_folder() -> Path | None:
    """Return it; None where nobody says, as for a container's made-up user id."""
    try:
        return Path.home()
    except RuntimeError:
        return None
