"""What says that there are more workflows than are needed."""

from __future__ import annotations

from typing import Literal

import msgspec

OverlapKind = Literal["near duplicate", "shared steps", "never run", "fails untouched"]


class Overlap(msgspec.Struct, frozen=True):
    """One thing to tidy up among the workflows of a repository."""

    kind: OverlapKind
    workflows: tuple[str, ...]
    """Names: two for duplicates and shared steps, else one."""
    reason: str
    """What was seen, for people."""
    next_step: str
    steps: tuple[str, ...] = ()
    """The steps in common, in words: ``skill review-security``, ``gate pytest``."""
    places: tuple[tuple[str, ...], ...] = ()
    """Ids of those steps in each of the workflows."""
    similarity: float = 0.0
    """Of all steps in order, 0 to 1; 0 where it means nothing."""
