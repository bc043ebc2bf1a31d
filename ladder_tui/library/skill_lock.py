"""``.ladder/skills.lock``: where skills were taken from, at which commit, and what they were.

People commit it beside the skills: it says what to compare with when a source changed, and whether
somebody edited a skill since it was taken over.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.library.skill_header import is_skill_name
from ladder_tui.library.text_file import FileFault, read_bytes

LOCK_PATH = ".ladder/skills.lock"
LOCK_LIMIT = 1024 * 1024
_HEAD = """\
# Skills that `ladder skills add` took over. Commit this file beside them.
# `ladder skills update` compares with the source; `files` says whether one was edited here.
"""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """Where one skill is from."""

    source: str
    """Address of a repository, or the path of a folder relative to this repository."""
    ref: str = ""
    """Branch or tag that updates follow; empty for the source's own choice."""
    folder: str = ""
    """Of the skill inside the source; empty for its top."""
    commit: str = ""
    """Full hash; empty for a plain folder."""
    files: str
    """Hash of all files as they were taken over."""
    added: str
    """Day, as YYYY-MM-DD."""


class _Lock(msgspec.Struct, frozen=True):
    skills: dict[str, Pin] = {}


def read_lock(root: Path) -> tuple[dict[str, Pin], list[Problem]]:
    """Pins by the name of the skill's folder, and what is wrong with the file. Never raises."""
    data = read_bytes(root / LOCK_PATH, root, LOCK_LIMIT)
    if isinstance(data, FileFault):
        if data.kind == "missing":
            return {}, []
        return {}, [Problem(LOCK_PATH, 0, "S062", data.message, data.fix)]
    fix = "take it back from version control, or remove it and add the skills again"
    try:
        pins = msgspec.toml.decode(data, type=_Lock).skills
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return {}, [Problem(LOCK_PATH, 0, "S062", f"cannot be read: {error}", fix)]
    bad = [name for name in pins if not is_skill_name(name)]
    message = "pins what is no name of a skill"
    return pins, [Problem(LOCK_PATH, 0, "S062", f"{message}: {name!r}", fix) for name in bad]


def lock_text(pins: dict[str, Pin]) -> str:
    """The file, sorted by name so that merges stay small."""
    parts = [_HEAD]
    for name, pin in sorted(pins.items()):
        rows = msgspec.structs.asdict(pin).items()
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows if value]
        parts.append("\n".join([f"[skills.{json.dumps(name)}]", *lines]) + "\n")
    return "\n".join(parts)
