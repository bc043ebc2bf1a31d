"""The ``majority`` aggregate: what more than half of all agents say.

Half of all, not of those who answered: agents that failed never turn a minority into a majority.
"""

from __future__ import annotations

from ladder_tui.workflow.aggregate import Desk, Given, Joined, Laws, decided
from ladder_tui.workflow.ballot import vote


class Majority:
    """Votes on ``by``."""

    laws = Laws(ignores_order=True, counts_votes=True)

    async def join(self, given: Given, desk: Desk) -> Joined:  # noqa: ARG002
        """Raises UsageError where ``by`` fails."""
        return decided(vote(given, len(given.candidates) // 2 + 1))
