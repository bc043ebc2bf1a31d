"""The ``concat`` aggregate: the answers that are there, in the order of the agents."""

from __future__ import annotations

from ladder_tui.workflow.aggregate import Decision, Desk, Given, Joined, Laws


class Concat:
    """A list; what is missing in it is named."""

    laws = Laws(ignores_order=False, counts_votes=True)

    async def join(self, given: Given, desk: Desk) -> Joined:  # noqa: ARG002
        """Keep what is there."""
        kept = [answer.output for answer in given.answers]
        empty = len(given.missing)
        reason = f"without {empty} of {len(given.candidates)}" if empty else ""
        decision = Decision(outcome=kept, is_decided=True, missing=given.missing, reason=reason)
        return Joined(decision=decision, output=kept)
