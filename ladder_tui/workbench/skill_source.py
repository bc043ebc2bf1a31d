"""Finds skills in a folder or repository that somebody shares, and reads their files.

Nothing of it is written or run here: what comes out are paths, bytes, and reasons for refusals.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.errors import UsageError
from ladder_tui.library.skill_folder import (
    MAX_BYTES,
    SKIPPED,
    FolderFile,
    path_fault,
    read_folder,
    refused,
    size_problems,
)
from ladder_tui.library.skill_walk import SKILL_NAME
from ladder_tui.process.git_address import GitAddress, git_address, local_address, split_ref
from ladder_tui.process.git_fetch import TreeEntry, fetch_commit, list_tree, read_blobs

MOST_SKILLS = 200
"""Of one source."""
MOST_READ = 128 * 1024 * 1024
"""Bytes of all skills of one source together: what is a few kilobytes packed may unfold to more
than the memory holds."""
MOST_FOLDERS = 5_000
MAX_DEPTH = 6
_KINDS = {"120000": "a symbolic link", "160000": "another repository (submodule)"}


class SharedSkill(msgspec.Struct, frozen=True):
    """A skill as its source has it."""

    folder: str
    """Inside the source; empty for its top."""
    files: tuple[FolderFile, ...]
    problems: tuple[Problem, ...]
    """Why it is refused; empty for one that may be taken over."""


class Shared(msgspec.Struct, frozen=True):
    """All skills of a source."""

    source: str
    """As it is kept in the lock file."""
    ref: str
    commit: str
    """Full hash; empty for a plain folder."""
    skills: tuple[SharedSkill, ...]


def fetch_shared(
    root: Path, source: str, ref: str, env: Mapping[str, str], folders: Sequence[str]
) -> Shared:
    """Fetch and read the skills of ``source``, or those that are in its ``folders``. Blocks.

    ``source`` is an address of a repository or a path, relative to ``root`` or absolute. Raises
    UsageError for what is neither or holds no skill, GitError past a limit.
    """
    address = _address(root, source, ref)
    if address is None:
        if ref:
            raise UsageError(
                f"{source} has no branch {ref!r}",
                why="it is a plain folder",
                next_step="leave #… out",
            )
        skills, commit = _of_folder((root / source).resolve(), source, folders), ""
    else:
        with tempfile.TemporaryDirectory(prefix="ladder-fetch-") as place:
            directory = Path(place) / "git"
            commit = fetch_commit(address, directory, env)
            skills = _of_tree(directory, list_tree(directory, commit), source, folders)
    if not folders:
        _require_some(source, skills)
    return Shared(source, ref, commit, tuple(skills))


def _require_some(source: str, skills: Sequence[SharedSkill]) -> None:
    if not skills:
        raise UsageError(
            f"{source} holds no skill",
            why=f"no folder in it has a {SKILL_NAME}",
            next_step="name a folder that holds one, or a repository of skills",
        )
    if len(skills) > MOST_SKILLS:
        raise UsageError(
            f"{source} holds more than {MOST_SKILLS} skills",
            why="nobody looks at so many at once",
            next_step="clone it, then name one of its folders: ladder skills add CLONE/FOLDER",
        )


def kept_source(root: Path, cwd: Path, source: str) -> tuple[str, str]:
    """A source as the lock file keeps it, and its ref: paths become relative to ``root``.

    Raises UsageError for an address that git is not given.
    """
    is_folder = (cwd / Path(source).expanduser()).is_dir()  # its name may hold a # itself
    place, ref = (source, "") if is_folder else split_ref(source)
    if not place:
        raise UsageError("nothing is named", next_step="ladder skills add PATH, or an address")
    path = cwd / Path(place).expanduser()
    if "://" not in place and path.is_dir():
        kept = Path(os.path.relpath(path.resolve(), root.resolve())).as_posix()
        if not kept.isprintable():
            raise UsageError(
                "the folder cannot be named in the lock file",
                why="its path holds control characters, or is not UTF-8",
                next_step="rename it",
            )
        return kept, ref
    if "://" not in place and ":" not in place:
        raise UsageError(
            f"there is no folder {place!r}", next_step="name a folder, or an address like https://…"
        )
    return git_address(place, ref).url, ref


def _address(root: Path, source: str, ref: str) -> GitAddress | None:
    """None for a plain folder."""
    path = root / source
    if ":" in source and not path.is_dir():
        return git_address(source, ref)
    if not path.is_dir():
        raise UsageError(
            f"the folder {source} is not there",
            next_step="fetch it, or add the skill from elsewhere",
        )
    is_bare = (path / "HEAD").is_file() and (path / "objects").is_dir()
    if is_bare or (path / ".git").exists():
        return local_address(path.resolve(), ref)
    return None


def _of_folder(top: Path, source: str, folders: Sequence[str]) -> list[SharedSkill]:
    found = []
    size = 0
    for below in folders or _folders_with_skills(top):
        place = top / below
        if (place / SKILL_NAME).is_file() and place.resolve().is_relative_to(top):
            files, problems = read_folder(place, f"{source}/{below}".rstrip("/"))
            size += sum(len(file.data) for file in files)
            _require_readable(source, size)
            found.append(SharedSkill(below, tuple(files), tuple(problems)))
    return found


def _require_readable(source: str, size: int) -> None:
    if size > MOST_READ:
        raise UsageError(
            f"the skills of {source} are not read",
            why=f"together they are over {MOST_READ // 1024 // 1024} MiB",
            next_step="name one of its folders: clone it, then ladder skills add CLONE/FOLDER",
        )


def _folders_with_skills(top: Path) -> list[str]:
    """Folders below ``top`` that hold a SKILL.md, the top itself included; none inside another."""
    found: list[str] = []
    waiting = [("", 0)]
    seen = 0
    while waiting and seen < MOST_FOLDERS:
        below, depth = waiting.pop()
        seen += 1
        if (top / below / SKILL_NAME).is_file():
            found.append(below)
        elif depth < MAX_DEPTH:
            try:
                with os.scandir(top / below) as listing:
                    names = [e.name for e in listing if e.is_dir(follow_symlinks=False)]
            except OSError:
                continue
            waiting += [(f"{below}/{n}".lstrip("/"), depth + 1) for n in names if n not in SKIPPED]
    return sorted(found)


def _of_tree(
    directory: Path, entries: Sequence[TreeEntry], source: str, folders: Sequence[str]
) -> list[SharedSkill]:
    found = []
    size = 0
    for below in list(folders or _tree_folders(entries))[: MOST_SKILLS + 1]:
        prefix = f"{below}/" if below else ""
        inside = [entry for entry in entries if entry.path.startswith(prefix)]
        size += sum(entry.size for entry in inside)
        _require_readable(source, size)
        if any(entry.path == prefix + SKILL_NAME for entry in inside):
            found.append(_tree_skill(directory, below, inside, f"{source}/{below}".rstrip("/")))
    return found


def _tree_folders(entries: Sequence[TreeEntry]) -> list[str]:
    holders = sorted(
        entry.path.removesuffix(SKILL_NAME).rstrip("/")
        for entry in entries
        if entry.path == SKILL_NAME or entry.path.endswith(f"/{SKILL_NAME}")
    )
    found: list[str] = []
    for holder in holders:
        if not any(outer == "" or holder.startswith(f"{outer}/") for outer in found):
            found.append(holder)
    return found


def _tree_skill(
    directory: Path, folder: str, entries: Sequence[TreeEntry], shown: str
) -> SharedSkill:
    cut = len(folder) + 1 if folder else 0
    problems = [
        refused(shown, entry.path[cut:], f"it is {_KINDS.get(entry.mode, 'no regular file')}")
        for entry in entries
        if not entry.is_file
    ]
    problems += size_problems([(entry.path[cut:], entry.size) for entry in entries], shown)
    if folder and (fault := path_fault(folder)):
        problems.append(refused(shown, "", fault))
    if problems:
        return SharedSkill(folder, (), tuple(problems))
    blobs = read_blobs(directory, [entry.object for entry in entries], MAX_BYTES)
    files = tuple(
        FolderFile(entry.path[cut:], data, entry.mode == "100755")
        for entry, data in zip(entries, blobs, strict=True)
    )
    return SharedSkill(folder, files, ())
