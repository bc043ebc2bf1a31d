"""What was expected of a run against what it took."""

from __future__ import annotations

from ladder_tui.domain.estimate import Estimate, EstimateOutcome, Place, Quantiles
from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.run_view import RunView


def compare(estimate: Estimate, usage: Usage, cost: Cost, seconds: float | None) -> EstimateOutcome:
    """Compare an estimate with what its run took: its cost, or its tokens where nothing is paid."""
    is_paid = estimate.is_priced and estimate.nano_usd.p90 > 0
    expected = estimate.nano_usd if is_paid else estimate.tokens
    took = cost.nano_usd if is_paid else usage.total_tokens
    return EstimateOutcome(
        estimate=estimate,
        nano_usd=cost.nano_usd,
        tokens=usage.total_tokens,
        seconds=seconds,
        place=_place(took, expected),
        ratio=round(took / expected.p50, 3) if expected.p50 else None,
    )


def run_outcome(view: RunView, spec: RunSpec) -> EstimateOutcome | None:
    """The same for a run that has ended; None for others, and for one without an estimate."""
    if spec.estimate is None or not view.is_final or view.finished_at is None:
        return None
    seconds = view.finished_at - view.started_at if view.started_at is not None else None
    return compare(spec.estimate, view.usage, view.cost, seconds)


def _place(took: int, expected: Quantiles) -> Place:
    if took < expected.p10:
        return "below p10"
    return "above p90" if took > expected.p90 else "within"
