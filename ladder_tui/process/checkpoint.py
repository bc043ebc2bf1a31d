"""The state of a working tree as a commit, made without touching what its user sees.

A copy of the index takes in what changed, so that a kill leaves no lock and no half-written index
behind; branches and ``refs/ladder/`` move in one transaction. Ignored files are no part of it.
All functions block.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ladder_tui.domain.change import FileChange, FileStatus
from ladder_tui.process.git_command import GitError, Repository, run_at

AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ladder"), ("EMAIL", "ladder@localhost"))
}
"""Whose commits checkpoints are: the agent's work, committed by the harness."""
NO_COMMIT = "0" * 40
_STATUS: dict[str, FileStatus] = {"A": "added", "D": "deleted", "R": "renamed"}


def working_tree(place: Repository, *, keeps_index: bool = False) -> str:
    """Write the files of a working tree as a tree object and return its id. Raises GitError.

    ``keeps_index`` makes the index say the same, so that git's status is clean after a commit.
    """
    index = place.git_dir / "index"
    with TemporaryDirectory(prefix="ladder-index-", dir=place.git_dir) as folder:
        copy = Path(folder) / "index"
        with suppress(FileNotFoundError):
            # With its times: git takes from them which files may have changed since.
            shutil.copy2(index, copy)
        run_at(place, "add", "--all", reads_content=True, index=copy)
        tree = run_at(place, "write-tree", index=copy).decode().strip()
        if keeps_index:
            copy.replace(index)
    return tree


def tree_of(place: Repository, commit: str) -> str:
    """The tree of a commit. Raises GitError."""
    return run_at(place, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()


def commit_tree(
    place: Repository,
    tree: str,
    parents: tuple[str, ...],
    message: str,
    trailers: Mapping[str, str] | None = None,
    *,
    author: Mapping[str, str] | None = None,
) -> str:
    """Write a commit and return its id; no branch moves. Raises GitError."""
    words = [word for parent in parents for word in ("-p", parent)]
    lines = [f"{key}: {' '.join(value.split())}" for key, value in (trailers or {}).items()]
    text = "\n".join([message.rstrip(), *(["", *lines] if lines else [])]) + "\n"
    arguments = ("commit-tree", tree, *words, "-F", "-")
    made = run_at(place, *arguments, stdin=text.encode(errors="replace"),
                  env=dict(AUTHOR if author is None else author))  # fmt: skip
    return made.decode().strip()


def set_refs(place: Repository, refs: Mapping[str, str]) -> None:
    """Move several refs to commits at once, or none of them. Raises GitError."""
    rows = "".join(f"update {ref} {commit}\n" for ref, commit in refs.items())
    run_at(place, "update-ref", "--no-deref", "--stdin", stdin=rows.encode(), env=AUTHOR)


def read_ref(place: Repository, ref: str) -> str:
    """The commit of a ref, empty where there is none. Raises GitError."""
    question = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return run_at(place, *question, ok=(0, 1, 128)).decode().strip()


def refs_below(place: Repository, prefix: str) -> list[str]:
    """Names of the refs below a prefix. Raises GitError."""
    found = run_at(place, "for-each-ref", "--format=%(refname)", prefix)
    return found.decode(errors="replace").split()


def delete_refs(place: Repository, refs: list[str]) -> None:
    """Delete refs. Raises GitError."""
    rows = "".join(f"delete {ref}\n" for ref in refs)
    run_at(place, "update-ref", "--no-deref", "--stdin", stdin=rows.encode(), env=AUTHOR)


def changed_files(place: Repository, base: str, commit: str) -> tuple[FileChange, ...]:
    """What differs between two commits, sorted by path; moved files count once. Raises GitError."""
    question = ("diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-ext-diff", base, commit)
    tokens = run_at(place, *question).decode(errors="replace").split("\0")
    status: dict[str, str] = {}
    found = []
    position = 0
    while position < len(tokens) and (token := tokens[position]):
        if token.startswith(":"):
            letter = token.rsplit(" ", 1)[-1][:1]
            position += 2 if letter in "RC" else 1
            status[tokens[position]] = letter
        else:
            added, removed, path = token.split("\t", 2)
            if not path:  # a moved file: its old and its new name follow
                position += 2
                path = tokens[position]
            found.append(_file_change(path, added, removed, status.get(path, "M")))
        position += 1
    return tuple(sorted(found, key=lambda file: file.path))


def touched_paths(place: Repository, base: str, commit: str) -> frozenset[str]:
    """Every path that differs between two commits; a moved file under both names."""
    question = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", base, commit)
    names = run_at(place, *question).decode(errors="replace").split("\0")
    return frozenset(name for name in names if name)


def patch_between(place: Repository, base: str, commit: str) -> bytes:
    """The patch from one commit to another, binary files included. Raises GitError."""
    question = ("diff-tree", "-p", "-M", "--binary", "--full-index", "--no-color", "--no-ext-diff",
                "--no-textconv", base, commit)  # fmt: skip
    return run_at(place, *question)


def patched_tree(place: Repository, base: str, patch: bytes) -> str:
    """The tree that a patch makes of a commit; nothing is checked out. Raises GitError."""
    with TemporaryDirectory(prefix="ladder-index-", dir=place.git_dir) as folder:
        index = Path(folder) / "index"
        run_at(place, "read-tree", base, index=index)
        run_at(place, "apply", "--cached", "--whitespace=nowarn", "-", index=index, stdin=patch)
        return run_at(place, "write-tree", index=index).decode().strip()


def _file_change(path: str, added: str, removed: str, letter: str) -> FileChange:
    plus, minus = (int(text) if text.isdigit() else 0 for text in (added, removed))
    return FileChange(path, plus, minus, _STATUS.get(letter, "modified"))


def is_ancestor(place: Repository, older: str, newer: str) -> bool:
    """Whether ``newer`` stands on ``older``. False for a commit that is not there."""
    try:
        run_at(place, "merge-base", "--is-ancestor", older, newer)
    except GitError:
        return False
    return True
