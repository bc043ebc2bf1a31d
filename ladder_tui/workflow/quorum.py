"""The ``quorum`` aggregate: what at least k agents say."""

from __future__ import annotations

from ladder_tui.errors import UsageError
from ladder_tui.workflow.aggregate import Desk, Given, Joined, Laws, decided
from ladder_tui.workflow.ballot import vote


class Quorum:
    """Votes on ``by``; ``k`` of the options says how many must agree."""

    laws = Laws(ignores_order=True, counts_votes=True)

    async def join(self, given: Given, desk: Desk) -> Joined:  # noqa: ARG002
        """Raises UsageError where ``by`` fails, and for a ``k`` that is no number of agents."""
        k = given.options.get("k")
        if not isinstance(k, int) or isinstance(k, bool) or k < 1:
            raise UsageError(
                f"step {given.step_id}: k is {k!r}, not a number of agents",
                next_step="write with: {k: 2}",
            )
        return decided(vote(given, k))
