"""What a run's agents came to together, and its estimate against what it took."""

from __future__ import annotations

from ladder_tui.cli.terminal import Part, Printer
from ladder_tui.cli.wording import cost_text
from ladder_tui.domain.estimate import EstimateOutcome
from ladder_tui.insight.parallel_verdict import ParallelVerdict
from ladder_tui.ui.format import amount, count, elapsed, money, plural


def print_parallel(printer: Printer, verdict: ParallelVerdict) -> None:
    """Time won, tokens paid for it, and what each agent added."""
    printer.line(("agents together", "strong"), f"  {time_text(verdict)}")
    again = verdict.read_twice
    if again.tokens:
        cost = cost_text(verdict.read_twice_cost)
        tools = f", ~{count(again.tool_tokens)} by the same tool calls" * bool(again.tool_tokens)
        printer.line(f"  ~{count(again.tokens)} tokens read more than once, {cost}{tools}")
    if not verdict.findings:
        printer.line("  none of them found anything")
        return
    printer.line(
        f"  {plural(verdict.findings, 'finding')}, {verdict.only_one} of them by one agent alone"
    )
    rows: list[list[Part]] = [
        [
            agent.name,
            str(agent.found),
            str(agent.only),
            f"+{agent.added}",
            str(agent.total),
            money(agent.cost),
            elapsed(agent.seconds),
        ]
        for agent in verdict.agents
    ]
    header = ["agent", "found", "alone", "adds", "so far", "$", "at work"]
    printer.table(header, rows, right={1, 2, 3, 4, 5, 6})
    printer.line(f"  {enough_text(verdict)}")


def time_text(verdict: ParallelVerdict) -> str:
    """``3.9 times as fast: 4:50 of work in 1:14``."""
    if verdict.speed_up is None:
        return "nothing was timed"
    times = f"{elapsed(verdict.agents_s)} of work in {elapsed(verdict.wall_s)}"
    return f"{verdict.speed_up:.1f} times as fast: {times}"


def enough_text(verdict: ParallelVerdict) -> str:
    """The smallest set of agents, and how it was told."""
    names = {agent.agent_id: agent.name for agent in verdict.agents}
    chosen = [name for agent_id, name in names.items() if agent_id in verdict.smallest]
    how = "every set was tried" if verdict.smallest_method == "exact" else "greedy, not proven"
    if len(chosen) == len(names):
        return f"all {len(names)} were needed to find it ({how})"
    return (
        f"{len(chosen)} of {len(names)} would have found the same for"
        f" {cost_text(verdict.smallest_cost)}: {', '.join(chosen)} ({how})"
    )


def print_outcome(printer: Printer, outcome: EstimateOutcome) -> None:
    """The estimate against what the run took."""
    expected = outcome.estimate
    if expected.is_priced and expected.nano_usd.p90:
        low, likely, high = map(amount, _parts(outcome))
        told, took = f"~${low}–{high}, likely {likely}", f"${amount(outcome.nano_usd)}"
    else:
        low, likely, high = map(count, _parts(outcome, is_tokens=True))
        told, took = f"~{low}–{high} tokens, likely {likely}", f"{count(outcome.tokens)} tokens"
    times = f", {outcome.ratio:.2f} times the likely" if outcome.ratio is not None else ""
    style = "" if outcome.place == "within" else "warn"
    printer.line(
        ("estimate", "strong"), f"  {told} ({expected.basis}); took {took}: ",
        (outcome.place, style), times,
    )  # fmt: skip


def _parts(outcome: EstimateOutcome, *, is_tokens: bool = False) -> tuple[int, int, int]:
    part = outcome.estimate.tokens if is_tokens else outcome.estimate.nano_usd
    return part.p10, part.p50, part.p90
