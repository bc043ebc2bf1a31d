"""How the steps of a run stand, in the form that a drawing of its workflow needs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from rich.style import Style

from ladder_tui.domain.usage import Cost
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.theme import Styles

MarkState = Literal[
    "waiting", "running", "asks", "paused", "done", "fallback", "failed", "skipped", "cancelled"
]
"""``waiting``: its turn has not come; ``paused``: it has no runner any more."""
URGENCY: tuple[MarkState, ...] = (
    "asks", "failed", "running", "paused", "fallback", "cancelled", "waiting", "done", "skipped",
)  # fmt: skip
"""What to look at first."""


class SlotMark(NamedTuple):
    """One slot of a fan-out."""

    name: str
    state: MarkState


class StepMark(NamedTuple):
    """Where one step stands."""

    state: MarkState = "waiting"
    reason: str = ""
    elapsed_s: float | None = None
    cost: Cost | None = None
    slots: tuple[SlotMark, ...] = ()


Marks = Mapping[str, StepMark]
"""By the id of the step as the run names it, ``outer/inner`` inside a nested workflow."""

WAITS = StepMark()


def mark_glyph(state: MarkState, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """Glyph and style of a state."""
    return {
        "waiting": (glyphs.queued, look.muted),
        "running": (glyphs.running, look.running),
        "asks": (glyphs.question, look.question),
        "paused": (glyphs.paused, look.muted),
        "done": (glyphs.done, look.success),
        "fallback": (glyphs.degraded, look.warning),
        "failed": (glyphs.failed, look.error),
        "skipped": (glyphs.queued, look.muted),
        "cancelled": (glyphs.cancelled, look.muted),
    }[state]


def joined(marks: Sequence[StepMark]) -> StepMark:
    """One mark for a step that runs once in each slot of a fan-out around it."""
    if len(marks) == 1:
        return marks[0]
    counts = Counter(mark.state for mark in marks)
    worst: MarkState = next((state for state in URGENCY if counts[state]), "waiting")
    if worst in ("waiting", "done", "skipped") and counts["waiting"] and counts["done"]:
        worst = "running"
    done = counts["done"] + counts["fallback"] + counts["skipped"]
    spent = [mark.cost for mark in marks if mark.cost is not None]
    cost = sum(spent, Cost()) if spent else None
    return StepMark(worst, f"{done} of {len(marks)}", None, cost)
