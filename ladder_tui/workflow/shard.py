"""Cuts a part of the repository into shards of so many tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.domain.workflow import Shards, Step
from ladder_tui.errors import UsageError
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.scope import build_scope, is_in_scope
from ladder_tui.library.expression import evaluate
from ladder_tui.models.token import estimate_tokens_fast
from ladder_tui.workflow.plain import plain


class Shard(msgspec.Struct, frozen=True):
    """One item of a fan-out over shards."""

    name: str
    paths: tuple[str, ...]
    files: int
    tokens: int
    """Estimated."""


class Cut(msgspec.Struct, frozen=True):
    """The shards of a directory, and how much did not fit into them."""

    shards: tuple[Shard, ...]
    left_files: int = 0
    left_tokens: int = 0

    @property
    def items(self) -> list[Any]:
        """The shards as expressions see them."""
        items: list[Any] = plain(self.shards)
        return items

    @property
    def reason(self) -> str:
        """What was left out, for people; empty where nothing was."""
        if not self.left_files:
            return ""
        return (
            f"{self.left_files:,} files of ~{self.left_tokens:,} tokens are over the"
            f" {len(self.shards)} shards at the most, and were left out"
        )


def shard_path(step: Step, names: dict[str, Any]) -> str:
    """The directory that a step fans out over. Raises UsageError where it is no path."""
    assert isinstance(step.for_each, Shards)
    path = evaluate(step.for_each.shards, names)
    if not isinstance(path, str) or not path:
        raise UsageError(f"step {step.id}: shards is {type(path).__name__}, not a path")
    return path


def cut_scope(scope: Scope, path: str, shards: Shards, tracked: Iterable[str] | None) -> Cut:
    """Cut what lies below ``path``; ``tracked`` are the files that git knows.

    Reads every file: about 0.3 s for a million lines. Raises UsageError for a path that leads out
    of the repository.
    """
    below = build_scope(scope.root, [path], tracked)
    skipped = {skip.path for skip in below.skipped}
    known = set(scope.files)

    def was_there(file: str) -> bool:
        """Of what the run is about only the files that were there at its start."""
        return not known or file in known or not is_in_scope(file, scope.paths)

    wanted = [file for file in below.files if file not in skipped and was_there(file)]
    return cut_files([(file, _tokens(scope.root / file)) for file in wanted], shards)


def cut_files(files: Sequence[tuple[str, int]], shards: Shards) -> Cut:
    """Fill shards one after another with ``files`` (path and tokens), in the order of their paths.

    Neighbours stay together; a file that is larger than a shard is a shard of its own.
    """
    groups: list[list[tuple[str, int]]] = []
    room = 0
    for path, tokens in sorted(files):
        if not groups or tokens > room:
            groups.append([])
            room = shards.tokens
        groups[-1].append((path, tokens))
        room -= tokens
    kept, left = groups[: shards.most], groups[shards.most :]
    return Cut(
        tuple(
            Shard(
                f"shard-{number}",
                tuple(path for path, _ in group),
                len(group),
                sum(tokens for _, tokens in group),
            )
            for number, group in enumerate(kept, 1)
        ),
        sum(len(group) for group in left),
        sum(tokens for group in left for _, tokens in group),
    )


def _tokens(path: Path) -> int:
    try:
        return estimate_tokens_fast(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:  # it is gone since it was listed
        return 0
