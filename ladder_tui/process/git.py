"""Questions to git about a repository. Nothing is written, no hook, filter or helper runs.

Paths are POSIX and relative to the ``root`` given, which may be a folder inside the repository.
All functions block; call them in a thread from a loop. Names that are not UTF-8 cannot go into a
journal: they are left out everywhere and listed by ``odd_names``.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ladder_tui.errors import UsageError
from ladder_tui.process.git_command import GitError, GitMissingError, find_repository, run_git
from ladder_tui.process.git_diff import parse_diff

__all__ = [
    "Changes", "GitError", "GitMissingError", "branch", "changed_lines", "changes", "default_base",
    "head_commit", "is_dirty", "odd_names", "resolve_base", "top_level", "tracked_files",
    "tree_pin",
]  # fmt: skip

UNTRACKED = "untracked"
"""The pin of a tree that git does not know."""
COUNTED_BYTES = 4 * 1024 * 1024
"""Lines of an untracked file are counted up to this size."""
HASHED_BYTES = 64 * 1024 * 1024
_PRIVATE = ".ladder/"
_MAIN_BRANCHES = ("main", "master")


class Changes(msgspec.Struct, frozen=True):
    """What differs between a commit and the working tree, uncommitted and untracked included."""

    lines: dict[str, frozenset[int]]
    """1-based changed lines of every changed file; empty for a binary, moved or huge one."""
    renames: dict[str, str]
    """New path to old path."""


def top_level(path: Path) -> Path | None:
    """Return the top of the working tree that holds ``path``, None outside a repository."""
    repository = find_repository(path)
    return repository.top if repository is not None else None


def head_commit(root: Path) -> str | None:
    """Return the commit of HEAD; None without a commit, a repository or git."""
    return _commit(root, "HEAD")


def branch(root: Path) -> str | None:
    """Return the name of the current branch; None for a detached HEAD or without git."""
    name = _ask(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    return name or None


def resolve_base(root: Path, base: str) -> str:
    """Return the commit where HEAD and ``base`` parted.

    Raises UsageError where ``base`` is no commit or shares no history, GitMissingError without git.
    """
    commit = None if base.startswith("-") else _verify(root, base)
    if commit is None:
        raise UsageError(f"{base!r} is no commit of {root}", next_step="see `git branch -a`")
    common = run_git(root, "merge-base", commit, "HEAD", ok=(0, 1, 128)).decode().strip()
    if not common:
        raise UsageError(f"{base!r} and HEAD have no common history")
    return common


def default_base(root: Path) -> str | None:
    """Return where the current branch left the main one; None on the main branch itself.

    The main branch is what ``origin`` calls it, else ``main`` or ``master``; where there is none,
    the upstream of the current branch. None also when git cannot say.
    """
    current = branch(root)
    origin = (_ask(root, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD") or "")[13:]
    named = origin.removeprefix("origin/")
    if current is not None and current in ({named} if named else set(_MAIN_BRANCHES)):
        return None
    candidates = [origin] if origin else []
    for name in dict.fromkeys((named, *_MAIN_BRANCHES) if named else _MAIN_BRANCHES):
        candidates += [f"refs/heads/{name}", f"refs/remotes/origin/{name}"]
    for candidate in (*candidates, "@{upstream}"):
        commit = _commit(root, candidate)
        common = _ask(root, "merge-base", commit, "HEAD") if commit is not None else None
        if common:
            return common
    return None


def changes(root: Path, base_commit: str) -> Changes:
    """Return what changed since ``base_commit``. Raises GitError."""
    if base_commit.startswith("-"):
        raise UsageError(f"{base_commit!r} is no commit")
    question = (
        "diff", "--patch-with-raw", "-U0", "-M", "--relative", "--no-color", "--no-ext-diff",
        "--no-textconv", "--ignore-submodules=all", "--full-index", base_commit, "--",
    )  # fmt: skip
    output = run_git(root, *question, reads_content=True, writes_index=True)
    raw = parse_diff(output)
    names = {key: name for key in raw.lines if (name := _name(key)) is not None}
    lines = {name: frozenset(raw.lines[key]) for key, name in names.items()}
    for name in _untracked(root):
        lines[name] = _all_lines(root / name)
    renames = {
        names[new]: old
        for new, old_key in raw.renames.items()
        if new in names and (old := _name(old_key)) is not None
    }
    return Changes({n: lines[n] for n in sorted(lines) if not n.startswith(_PRIVATE)}, renames)


def changed_lines(root: Path, base_commit: str) -> dict[str, frozenset[int]]:
    """Return ``changes(root, base_commit).lines``. Raises GitError."""
    return changes(root, base_commit).lines


def tracked_files(root: Path) -> list[str] | None:
    """Return the sorted files below ``root`` that git tracks or does not ignore, if they exist.

    Submodules and repositories inside are left out. None without a repository or git, and in a
    folder that a repository further up knows nothing of, for example because it ignores it.
    """
    names = _listed(root)
    return None if names is None else sorted(n for raw in names if (n := _name(raw)) is not None)


def odd_names(root: Path) -> list[str]:
    """Return the files that ``tracked_files`` leaves out, with U+FFFD for what is not UTF-8."""
    return [n.decode(errors="replace") for n in _listed(root) or () if _name(n) is None]


def is_dirty(root: Path) -> bool:
    """Say whether something below ``root`` differs from HEAD; False where git cannot say."""
    try:
        return bool(_dirty(root))
    except GitError:
        return False


def tree_pin(root: Path) -> str:
    """Return what names the input tree: the commit, with a hash of what differs from it.

    ``untracked`` outside a repository and without git. Files over 64 MiB count by size and time.
    ``.ladder/`` does not count: what a run takes from it is pinned with the run.
    """
    if _listed(root) is None:
        return UNTRACKED
    try:
        dirty = _dirty(root)
    except GitError:
        return UNTRACKED
    commit = head_commit(root) or "no-commit"
    if not dirty:
        return commit
    digest = hashlib.sha256()
    top = top_level(root) or root
    for raw in dirty:
        digest.update(raw + b"\0" + _content_digest(top / os.fsdecode(raw)))
    return f"{commit}+{digest.hexdigest()[:16]}"


def _ask(root: Path, *arguments: str) -> str | None:
    try:
        return run_git(root, *arguments, ok=(0, 1, 128)).decode(errors="replace").strip()
    except GitError:
        return None


def _verify(root: Path, revision: str) -> str | None:
    question = ("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    return run_git(root, *question, ok=(0, 1, 128)).decode().strip() or None


def _commit(root: Path, revision: str) -> str | None:
    try:
        return _verify(root, revision)
    except GitError:
        return None


def _listed(root: Path) -> list[bytes] | None:
    try:
        output = run_git(root, "ls-files", "-co", "--exclude-standard", "-z", "--deduplicate")
    except GitError:
        return None
    names = [raw for raw in output.split(b"\0") if raw and _is_file(root, raw)]
    return names if names or top_level(root) == root.resolve() else None


def _untracked(root: Path) -> Iterator[str]:
    output = run_git(root, "ls-files", "-o", "--exclude-standard", "-z")
    for raw in output.split(b"\0"):
        name = _name(raw)
        if name and _is_file(root, raw):
            yield name


def _dirty(root: Path) -> list[bytes]:
    """Names relative to the top, as bytes, sorted."""
    output = run_git(
        root, "status", "--porcelain", "-z", "-uall", "--no-renames",
        "--ignore-submodules=all", "--", ".", reads_content=True,
    )  # fmt: skip
    top = top_level(root) or root
    inside = os.fsencode(os.path.relpath(root.resolve(), top) + "/").removeprefix(b"./")
    private = inside + _PRIVATE.encode()
    names = (row[3:] for row in output.split(b"\0") if row)
    return sorted(name for name in names if not name.startswith(private))


def _is_file(root: Path, raw: bytes) -> bool:
    try:
        mode = os.lstat(os.path.join(os.fsencode(root), raw)).st_mode  # noqa: PTH118 (bytes)
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _all_lines(path: Path) -> frozenset[int]:
    content = _read(path, COUNTED_BYTES)
    if content is None or b"\0" in content[:8192]:
        return frozenset()
    count = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    return frozenset(range(1, count + 1))


def _content_digest(path: Path) -> bytes:
    """Of the content where it can be read, else of what the file system says."""
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            return hashlib.sha256(os.fsencode(path.readlink())).digest()
    except OSError:
        return b"missing"
    content = _read(path, HASHED_BYTES)
    if content is None:
        return f"{status.st_size} {status.st_mtime_ns} {status.st_mode}".encode()
    return hashlib.sha256(content).digest()


def _read(path: Path, limit: int) -> bytes | None:
    """Return the content of a regular file of at most ``limit`` bytes; never waits on a FIFO."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        os.close(descriptor)  # git names a repository inside this one as if it were a file
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit)


def _name(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
