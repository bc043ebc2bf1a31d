"""The gates of a run: verdict, and how much of what was in scope they looked at."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Column
from ladder_tui.ui.widgets.table_rows import TableRows

ORDER: tuple[GateVerdict, ...] = ("error", "fail", "degraded", "pass")
"""Worst first; only ``pass`` is green."""
COLUMNS: tuple[Column, ...] = (
    Column("gate", "gate", 0, min_width=14),
    Column("verdict", "verdict", 10),
    Column("analysed", "analysed", 9, is_right=True),
    Column("found", "found", 5, is_right=True),
    Column("lens", "lens", 13, drop=2),
    Column("elapsed", "time", 6, is_right=True, drop=1),
)
Gate = tuple[AgentId | None, GateResult]


def gate_glyph(verdict: GateVerdict, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """Glyph and style of a verdict."""
    return {
        "pass": (glyphs.done, look.success),
        "fail": (glyphs.failed, look.error),
        "degraded": (glyphs.degraded, look.warning),
        "error": (glyphs.failed, look.error),
    }[verdict]


class GateList(TableRows, inherit_bindings=False):
    """One row for each gate of each agent or step."""

    def __init__(self) -> None:
        super().__init__(id="area-gates")
        self.gates: dict[str, Gate] = {}

    @property
    def current(self) -> GateResult | None:
        """The gate under the cursor."""
        gate = self.gates.get(self.cursor_id) if self.cursor_id is not None else None
        return gate[1] if gate is not None else None

    def show(self, gates: Sequence[Gate]) -> None:
        """Show these results, the worst first."""
        ranked = sorted(gates, key=lambda g: (ORDER.index(g[1].verdict), g[1].gate, g[0] or ""))
        self.gates = {
            f"{agent_id or ''}:{result.gate}": (agent_id, result) for agent_id, result in ranked
        }
        self.set_rows(list(self.gates))

    @property
    def columns(self) -> Sequence[Column]:
        """Always the same."""
        return COLUMNS

    def cell(self, row_id: str, column: str) -> tuple[str, Style]:
        """One gate."""
        return gate_cell(column, self.gates[row_id][1], self.ladder.glyphs, self.ladder.look)


def gate_cell(column: str, result: GateResult, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """Text and style of one cell."""
    if column == "gate":
        return clean_line(result.gate), look.strong
    if column == "verdict":
        glyph, style = gate_glyph(result.verdict, glyphs, look)
        return f"{glyph} {result.verdict}", style
    if column == "analysed":
        is_whole = result.analysed == result.in_scope > 0
        return f"{result.analysed}/{result.in_scope}", look.plain if is_whole else look.warning
    if column == "found":
        return str(result.findings_count), look.plain if result.findings_count else look.muted
    if column == "lens":
        return clean_line(result.lens), look.muted
    return form.elapsed(result.elapsed_s), look.muted
