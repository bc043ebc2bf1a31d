"""Workflows that overlap, are never run, or fail and stay as they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

import msgspec

from ladder_tui.domain.overlap import Overlap
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.domain.workflow import Shards, Step, Workflow

NEAR_DUPLICATE = 0.8
"""Share of the steps, in order, from which two workflows are near duplicates."""
SHARED_STEPS = 3
"""Steps in a row from which a sequence is worth a workflow of its own."""
FAILS_IN_A_ROW = 3
"""Runs that failed one after the other, since the file was changed."""
_BAD = frozenset({"error", "budget"})


class WorkflowPast(msgspec.Struct, frozen=True):
    """A workflow with its runs."""

    workflow: Workflow
    is_own: bool
    """Whether it is the repository's own; what ships is not theirs to tidy up."""
    changed_at: float = 0.0
    """Unix seconds at which its file was last modified."""
    runs: Sequence[RunSummary] = ()
    """Newest first."""


def overlaps(pasts: Sequence[WorkflowPast]) -> list[Overlap]:
    """What could be merged, taken out, deleted or repaired: the most alike first."""
    shapes = {past.workflow.name: shape(past.workflow) for past in pasts}
    pairs = [
        found
        for one, other in combinations(pasts, 2)
        if (one.is_own or other.is_own)
        and (found := _compare(one.workflow, other.workflow, shapes)) is not None
    ]
    pairs.sort(key=lambda found: (-found.similarity, found.workflows))
    nested = {step.workflow for past in pasts for step in past.workflow.steps}
    return [*pairs, *(found for past in pasts if past.is_own for found in _use(past, nested))]


def shape(workflow: Workflow) -> tuple[str, ...]:
    """Its steps in words, without ids, names, texts and limits."""
    return tuple(_does(step) for step in workflow.steps)


def _compare(one: Workflow, other: Workflow, shapes: dict[str, tuple[str, ...]]) -> Overlap | None:
    left, right = shapes[one.name], shapes[other.name]
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() == 0:
        return None
    names = (one.name, other.name)
    ratio = matcher.ratio()
    if ratio >= NEAR_DUPLICATE:
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        places = (
            tuple(s.id for b in blocks for s in one.steps[b.a : b.a + b.size]),
            tuple(s.id for b in blocks for s in other.steps[b.b : b.b + b.size]),
        )
        same = sum(block.size for block in blocks)
        return Overlap(
            "near duplicate",
            names,
            f"{same} of {max(len(left), len(right))} steps are the same, in the same order",
            "make one of them, with an input for what differs",
            tuple(step for b in blocks for step in left[b.a : b.a + b.size]),
            places,
            ratio,
        )
    block = matcher.find_longest_match()
    if block.size < SHARED_STEPS:
        return None
    return Overlap(
        "shared steps",
        names,
        f"{block.size} steps in a row are the same",
        "make a workflow of them and run it from both with workflow:",
        left[block.a : block.a + block.size],
        (
            tuple(step.id for step in one.steps[block.a : block.a + block.size]),
            tuple(step.id for step in other.steps[block.b : block.b + block.size]),
        ),
        ratio,
    )


def _use(past: WorkflowPast, nested: set[str | None]) -> Iterator[Overlap]:
    name = past.workflow.name
    if not past.runs:
        if name not in nested:
            yield Overlap(
                "never run", (name,), "no run of it is known here", "run it, or delete its file"
            )
        return
    ended = [r for r in past.runs if r.state in FINAL_STATES and r.created_at >= past.changed_at]
    bad = next((place for place, run in enumerate(ended) if run.state not in _BAD), len(ended))
    if bad >= FAILS_IN_A_ROW:
        yield Overlap(
            "fails untouched",
            (name,),
            f"its last {bad} runs failed and its file was not changed: {ended[0].reason[:120]}",
            f"repair it, then: ladder run {name}",
        )


def _does(step: Step) -> str:
    what = {
        "skill": step.skill,
        "run": " ".join(step.run or ()),
        "aggregate": step.aggregate,
        "gate": step.gate,
        "ask": step.ask.answer if step.ask is not None else "",
        "workflow": step.workflow,
    }[step.kind]
    each = step.for_each
    if isinstance(each, tuple):
        items = ", ".join(sorted(_item(item) for item in each))
        return f"{step.kind} {what} for each of {items}"
    if isinstance(each, Shards):
        return f"{step.kind} {what} for each shard"
    if isinstance(each, int):
        return f"{step.kind} {what} {each} times"
    return f"{step.kind} {what}" + (" for each" if each is not None else "")


def _item(item: Any) -> str:
    """What an item does: the skill it names, else all that it says."""
    if isinstance(item, dict) and "skill" in item:
        return str(item["skill"])
    return str(item)
