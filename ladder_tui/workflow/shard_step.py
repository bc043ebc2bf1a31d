"""The shards of a step, cut once in a run: a resumed run sees the files as they were."""

from __future__ import annotations

import asyncio

import msgspec

from ladder_tui.agent.ledger_key import shards_key
from ladder_tui.domain.workflow import Shards
from ladder_tui.process import git
from ladder_tui.workflow.shard import Cut, cut_scope, shard_path
from ladder_tui.workflow.step import StepContext

_decode = msgspec.json.Decoder(Cut).decode


async def shards_of(context: StepContext) -> Cut | None:
    """The shards that the step fans out over; None where it does not. Raises UsageError."""
    shards = context.step.for_each
    if not isinstance(shards, Shards):
        return None
    path = shard_path(context.step, context.frame.names())
    ledger, scope = context.ports.agent.ledger, context.ports.scope
    tree = context.data.spec.tree
    key = shards_key(context.step_id, path, shards.tokens, shards.most, tree)
    stored = ledger.get(key)
    if stored is not None:
        return _decode(stored)
    tracked = await asyncio.to_thread(git.tracked_files, scope.root)
    cut = await asyncio.to_thread(cut_scope, scope, path, shards, tracked)
    ledger.put(key, "gate", None, msgspec.json.encode(cut))
    return cut
