"""How a preflight reads: what a run would do and need, before anything is spent."""

from __future__ import annotations

from typing import Any

from ladder_tui.cli.terminal import Printer, full
from ladder_tui.domain.estimate import Estimate, Quantiles
from ladder_tui.ui.format import age, amount, count, plural
from ladder_tui.ui.widgets.preflight_lines import budget_share, models_text
from ladder_tui.workbench.option import Preflight


def print_preflight(printer: Printer, plan: Preflight) -> None:
    """Say what a run would do and need."""
    estimate = plan.estimate
    changed = f", {plan.changed_files} changed" if plan.base_commit else ""
    printer.line(
        (plan.workflow.name, "strong"),
        f"  {plural(len(plan.agents), 'agent')} on {models_text(plan)},"
        f" {plural(plan.files, 'file')}{changed}",
    )
    needs = [f"~{_tokens(estimate.tokens)} tokens", price_text(estimate), *_times(estimate)]
    printer.line(f"  {', '.join(needs)}  ({estimate.basis})")
    if share := budget_share(plan):
        printer.line(f"  budget: {share}")
    for variant in plan.variants:
        price = price_text(variant.estimate)
        printer.line(f"  cheaper: {variant.name}, {price}: {variant.how}")
    for command in plan.outside:
        printer.line(("  outside the sandbox: ", "warn"), command)
    for command in plan.inside:
        printer.line(f"  in the sandbox: {command}")
    if plan.asks:
        printer.line(f"  asks a person at: {', '.join(plan.asks)}")
    for note in plan.notes:
        printer.line(f"  note: {note}")


def price_text(estimate: Estimate) -> str:
    """Dollars from p10 to p90 with the p50, or why there are none."""
    cost = estimate.nano_usd
    if not estimate.is_priced:
        return "$? (no price is known for this model)"
    if not cost.p90:
        return "$0"
    low, likely, high = map(amount, (cost.p10, cost.p50, cost.p90))
    return f"~${low}" if low == high else f"~${low}–{high}, likely {likely}"


def plan_document(plan: Preflight) -> dict[str, Any]:
    """A preflight as JSON values; skills and workflows by name."""
    return {
        "workflow": plan.workflow.name,
        "inputs": plan.inputs,
        "model": plan.model.label,
        "agents": [full(agent) for agent in plan.agents],
        "estimate": full(plan.estimate),
        "variants": [full(variant) for variant in plan.variants],
        "limits": full(plan.limits),
        "files": plan.files,
        "changed_files": plan.changed_files,
        "base_commit": plan.base_commit,
        "needs_confirm": plan.needs_confirm,
        "skills": [skill.name for skill in plan.skills],
        "outside": list(plan.outside),
        "inside": list(plan.inside),
        "asks": list(plan.asks),
        "notes": list(plan.notes),
    }


def _tokens(tokens: Quantiles) -> str:
    low, high = count(tokens.p10), count(tokens.p90)
    return low if low == high else f"{low}–{high}"


def _times(estimate: Estimate) -> list[str]:
    parts = [f"~{age(estimate.seconds)}"] if estimate.seconds is not None else []
    if estimate.sequential_seconds is not None and estimate.agents > 1:
        parts.append(f"~{age(estimate.sequential_seconds)} in sequence")
    return parts
