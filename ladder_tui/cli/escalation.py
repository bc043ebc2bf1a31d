"""What a cheaper model saved or cost, as lines at the end of a run."""

from __future__ import annotations

from collections.abc import Collection

from ladder_tui.cli.terminal import Printer
from ladder_tui.insight.escalation import escalation_results
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui.format import amount, money


def print_escalations(printer: Printer, view: RunView, dismissed: Collection[str]) -> None:
    """One line per step that started with a cheaper model."""
    for result in escalation_results(view, dismissed):
        event = result.summed
        saved = event.saved_nano_usd
        word = "saved" if saved >= 0 else "more than that"
        printer.line(
            (f"{event.step_id} escalation", "strong"),
            f"  {result.text}; ",
            (money(event.cost, has_sign=True), "money"),
            f", {event.to_model} alone ~${amount(event.without.nano_usd)}:"
            f" ~${amount(abs(saved))} {word},"
            f" {money(event.wasted, has_sign=True)} in answers that did not hold",
        )
