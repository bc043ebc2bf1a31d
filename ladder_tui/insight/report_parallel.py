"""What a run's agents came to together, and its estimate against actual, as Markdown."""

from __future__ import annotations

from ladder_tui.domain.estimate import EstimateOutcome
from ladder_tui.domain.usage import NANO
from ladder_tui.insight.parallel_verdict import ParallelVerdict
from ladder_tui.insight.report_document import Report
from ladder_tui.insight.report_escape import text


def parallel_part(report: Report) -> list[str]:
    """Nothing for a run of one agent, and for one without an estimate."""
    parts = _together(report.parallel) if report.parallel is not None else []
    if report.estimate is not None:
        parts.append(_estimate(report.estimate))
    return ["## Was it worth it", *parts] if parts else []


def _together(verdict: ParallelVerdict) -> list[str]:
    told = []
    if verdict.speed_up is not None:
        told.append(
            f"{verdict.speed_up:.1f} times as fast as one agent after the other:"
            f" {verdict.agents_s:.1f} s of work in {verdict.wall_s:.1f} s"
        )
    if verdict.read_twice.tokens:
        told.append(
            f"about {verdict.read_twice.tokens:,} tokens (estimated) were read more than once,"
            f" about ${verdict.read_twice_cost.usd:.4f}"
        )
    told.append(f"{verdict.only_one} of {verdict.findings} findings came from one agent alone")
    if verdict.findings:
        names = [text(a.name) for a in verdict.agents if a.agent_id in verdict.smallest]
        how = "every set was tried" if verdict.smallest_method == "exact" else "greedy"
        told.append(
            f"{len(names)} of {len(verdict.agents)} agents would have found the same:"
            f" {', '.join(names)} ({how}; ${verdict.smallest_cost.usd:.4f})"
        )
    rows = ["| agent | found | alone | adds | cost | at work |", "|" + " --- |" * 6]
    rows += [
        f"| {text(a.name)} | {a.found} | {a.only} | +{a.added} | ${a.cost.usd:.4f}"
        f" | {a.seconds:.1f} s |"
        for a in verdict.agents
    ]
    return ["\n".join(f"- {line}" for line in told), "\n".join(rows)]


def _estimate(outcome: EstimateOutcome) -> str:
    expected = outcome.estimate
    if expected.is_priced and expected.nano_usd.p90:
        q = expected.nano_usd
        told = f"${q.p10 / NANO:.4f} to ${q.p90 / NANO:.4f} (p10 to p90)"
        took = f"${outcome.nano_usd / NANO:.4f}"
    else:
        told = f"{expected.tokens.p10:,} to {expected.tokens.p90:,} tokens (p10 to p90)"
        took = f"{outcome.tokens:,} tokens"
    return f"Estimated {told} from {text(expected.basis)}; it took {took}: {outcome.place}."
