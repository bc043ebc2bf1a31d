"""What asking a cheaper model first saved or cost in a run, and what it missed."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from ladder_tui.domain.event import EscalationSummed
from ladder_tui.projections.run_view import RunView


class EscalationResult(msgspec.Struct, frozen=True):
    """One step with ``escalate``."""

    summed: EscalationSummed
    misses: int
    """Agents whose first answer held, and that a person showed to be wrong since: a finding of
    theirs was dismissed. What nobody looked at is not known."""

    @property
    def text(self) -> str:
        """In words, without money."""
        event = self.summed
        first = ", ".join(event.from_models)
        held = f"{event.held} of {event.held + event.escalated} answers of {first} held"
        reasons = ", ".join(f"{count} {name}" for name, count in sorted(event.triggers.items()))
        up = f"; {event.escalated} went up to {event.to_model} ({reasons})" if reasons else ""
        missed = f"; {self.misses} that held turned out wrong" if self.misses else ""
        return held + up + missed


def escalation_results(view: RunView, dismissed: Collection[str]) -> tuple[EscalationResult, ...]:
    """The steps with ``escalate``, in order. ``dismissed`` are fingerprints of findings."""
    return tuple(
        EscalationResult(event, _misses(view, str(step_id), dismissed))
        for step_id, event in view.escalations.items()
    )


def _misses(view: RunView, step_id: str, dismissed: Collection[str]) -> int:
    return sum(
        any(
            reported.finding.fingerprint in dismissed
            for reported in view.reported.get(agent_id, ())
        )
        for agent_id, card in view.agents.items()
        if card.step_id == step_id and not card.escalations
    )
