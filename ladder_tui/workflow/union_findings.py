"""The ``union-dedup`` aggregate over the agents of a fan-out; the merge itself is pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.domain.finding import MergedFinding
from ladder_tui.workflow.aggregate import Decision, Desk, Given, Joined, Laws
from ladder_tui.workflow.plain import plain
from ladder_tui.workflow.union_dedup import capped, union_dedup


class UnionDedup:
    """Every finding of the agents, each once, with all who reported it."""

    laws = Laws(ignores_order=True, counts_votes=True)

    async def join(self, given: Given, desk: Desk) -> Joined:  # noqa: ARG002
        """Merge; agreement and dispute are kept for each finding."""
        slots = [c.outcome for c in given.candidates if c.outcome is not None]
        merged = union_dedup(given.step_id, slots)
        shown = capped(merged)
        agreed = sum(found.agreement > 1 for found in merged.findings)
        decision = Decision(
            outcome={
                "findings": len(merged.findings),
                "reported": merged.reported,
                "agreed": agreed,
                "disputed": merged.disputed,
            },
            is_decided=True,
            votes=_reported(given),
            dissent=_dissent(shown.findings),
            missing=merged.missing,
            reason=f"without {', '.join(merged.missing)}" if merged.missing else "",
        )
        return Joined(decision=decision, output=plain(shown), merged=merged)


def _reported(given: Given) -> dict[str, int]:
    """How many findings each agent reported."""
    slots = [c.outcome for c in given.candidates if c.outcome is not None and c.outcome.is_ok]
    return {slot.name: len(slot.findings) for slot in sorted(slots, key=lambda slot: slot.name)}


def _dissent(findings: Sequence[MergedFinding]) -> tuple[str, ...]:
    """Who gave a finding another severity than the one it is shown with."""
    return tuple(
        sorted(
            {
                name
                for merged in findings
                for name, severity in merged.severities.items()
                if severity != merged.finding.severity
            }
        )
    )
