"""Finds Claude Code plugins: folders with ``.claude-plugin/plugin.json``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.library.text_file import FileFault, read_bytes

MANIFEST = ".claude-plugin/plugin.json"
MANIFEST_LIMIT = 256 * 1024
"""Largest manifest in bytes."""
MAX_DEPTH = 6
MAX_FOLDERS = 5_000
_SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})
_NAME = re.compile(r"[A-Za-z0-9][\w.@-]{0,63}", re.ASCII)


class Plugin(msgspec.Struct, frozen=True):
    """A plugin on disk, and the folders in it that hold skills, agents and commands."""

    name: str
    directory: str
    """Absolute."""
    path: str
    """Relative to the directory that plugins are kept in."""
    skills: tuple[str, ...]
    agents: tuple[str, ...]
    commands: tuple[str, ...]


class _Manifest(msgspec.Struct):
    name: Any = ""
    skills: Any = None
    agents: Any = None
    commands: Any = None


def find_plugins(directory: str) -> list[Plugin]:
    """The plugins below ``directory`` by path; symbolic links are not followed. Never raises.

    A manifest that cannot be read leaves the plugin with its folder's name and usual folders.
    """
    return [_plugin(folder, directory) for folder in _folders(directory)]


def _folders(directory: str) -> Iterator[str]:
    waiting = [(directory, 0)]
    seen = 0
    while waiting and seen < MAX_FOLDERS:
        folder, depth = waiting.pop()
        seen += 1
        try:
            with os.scandir(folder) as entries:
                names = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
        except OSError:
            # No such directory, or one that may not be read: there is no plugin to find.
            continue
        if ".claude-plugin" in names and os.path.lexists(f"{folder}/{MANIFEST}"):
            yield folder
        elif depth < MAX_DEPTH:
            below = [f"{folder}/{name}" for name in reversed(names) if name not in _SKIPPED]
            waiting += [(path, depth + 1) for path in below]


def _plugin(folder: str, directory: str) -> Plugin:
    manifest = _manifest(folder)
    own = folder.rpartition("/")[2]
    is_name = isinstance(manifest.name, str) and _NAME.fullmatch(manifest.name)
    return Plugin(
        name=manifest.name if is_name else re.sub(r"[^\w.@-]", "_", own),
        directory=folder,
        path=os.path.relpath(folder, directory),
        skills=_paths("skills", manifest.skills),
        agents=_paths("agents", manifest.agents),
        commands=_paths("commands", manifest.commands),
    )


def _manifest(folder: str) -> _Manifest:
    data = read_bytes(Path(folder, MANIFEST), Path(folder), MANIFEST_LIMIT)
    if isinstance(data, FileFault):
        return _Manifest()
    try:
        return msgspec.json.decode(data, type=_Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Manifest()


def _paths(usual: str, more: Any) -> tuple[str, ...]:
    """The usual folder and those that the manifest adds, as far as they stay in the plugin."""
    named = more if isinstance(more, list) else [more]
    paths = [usual]
    for path in named:
        if isinstance(path, str) and path.startswith("./") and ".." not in path.split("/"):
            clean = "/".join(part for part in path.split("/") if part not in ("", "."))
            paths.append(clean or ".")
    return tuple(dict.fromkeys(paths))
