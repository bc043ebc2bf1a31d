"""The scope of a run, pinned when it starts.

A resumed run is about the files and changed lines that were there at its start. Were they looked
up again, an edit in between would change every prompt, and all that was paid for would be bought
again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from ladder_tui.agent.ledger_key import scope_key
from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.verdict import Skip
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.scope import build_scope
from ladder_tui.process import git
from ladder_tui.runner.ledger import RunLedger


class _Pinned(msgspec.Struct, frozen=True):
    paths: tuple[str, ...]
    files: tuple[str, ...]
    changed: dict[str, frozenset[int]] | None
    skipped: tuple[Skip, ...]
    renames: dict[str, str]


_decode = msgspec.json.Decoder(_Pinned).decode


async def pinned_scope(spec: RunSpec, root: Path, ledger: RunLedger) -> Scope:
    """The scope of a run, from the ledger where it was started before.

    Raises UsageError for a path that leads out of the repository, GitError for a lost base.
    """
    paths = spec.workflow.paths(spec.inputs)
    key = scope_key(spec.tree, paths)
    stored = ledger.get(key)
    if stored is None:
        scope = await asyncio.to_thread(_look, spec, root, paths)
        pinned = _Pinned(scope.paths, scope.files, scope.changed, scope.skipped, scope.renames)
        ledger.put(key, "gate", None, msgspec.json.encode(pinned))
        return scope
    return _restored(root, _decode(stored))


def _restored(root: Path, pinned: _Pinned) -> Scope:
    return Scope(
        root.resolve(),
        pinned.paths,
        pinned.files,
        pinned.changed,
        pinned.skipped,
        pinned.renames,
    )


def _look(spec: RunSpec, root: Path, paths: list[str]) -> Scope:
    changes = git.changes(root, spec.base_commit) if spec.base_commit else None
    return build_scope(
        root,
        paths,
        git.tracked_files(root),
        None if changes is None else changes.lines,
        renames=None if changes is None else changes.renames,
        odd_names=git.odd_names(root),
    )
