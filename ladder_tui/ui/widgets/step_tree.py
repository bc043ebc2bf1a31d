"""The drawing of a workflow as a list: a cursor on its steps, nested workflows fold."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ladder_tui.domain.workflow import Workflow
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.step_graph import GraphRow, StepGraph, fit_lines
from ladder_tui.ui.widgets.step_mark import Marks

_PREFIX = 2
_HIDDEN_CELLS = 76


class StepTree(RowView, inherit_bindings=False):
    """Rows that only continue a step are passed over by the cursor."""

    class SlotPicked(Message):
        """A slot of a fan-out was clicked."""

        def __init__(self, path: str, name: str) -> None:
            super().__init__()
            self.path = path
            self.name = name

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._workflow: Workflow | None = None
        self._nested: Mapping[str, Workflow] = {}
        self._marks: Marks | None = None
        self._rows: dict[str, GraphRow] = {}
        self._drawn_for = -1
        self.folded: frozenset[str] = frozenset()
        self.is_picture = False
        """Drawn beside a form: there is a cursor only while it has the focus."""

    def show(
        self,
        workflow: Workflow | None,
        nested: Mapping[str, Workflow],
        marks: Marks | None = None,
    ) -> None:
        """Show a workflow, or with ``marks`` how a run of it stands."""
        if workflow is not self._workflow:
            self.folded = frozenset()
        self._workflow, self._nested, self._marks = workflow, nested, marks
        self._build()

    @property
    def step_path(self) -> str:
        """The step under the cursor, ``outer/inner`` inside a nested workflow; empty for none."""
        row = self._rows.get(self.cursor_id or "")
        return row.path if row is not None else ""

    @property
    def drawn(self) -> str:
        """The drawing as text, to copy."""
        return "\n".join(fit_lines(list(self._rows.values()), max(20, self._drawn_for)))

    def _build(self) -> None:
        cells = self.scrollable_content_region.width - _PREFIX
        if cells <= 0:  # hidden: the cursor can move already, the width comes with the layout
            cells = _HIDDEN_CELLS
        self._drawn_for = cells
        look, glyphs = self.ladder.look, self.ladder.glyphs
        rows: list[GraphRow] = []
        if self._workflow is not None:
            graph = StepGraph(
                self._workflow, self._nested, cells, glyphs, look,
                marks=self._marks, folded=self.folded,
            )  # fmt: skip
            rows = graph.rows()
        self._rows = {row.row_id: row for row in rows}
        self.set_rows(list(self._rows))

    def on_resize(self) -> None:
        """Draw for the new width."""
        if self.scrollable_content_region.width - _PREFIX != self._drawn_for:
            self._build()
        super().on_resize()

    # -- moving and folding --------------------------------------------------------------------

    def move(self, delta: int) -> None:
        """Move by steps; at an end scroll on to what continues the last one."""
        step, place = (1 if delta > 0 else -1), self.cursor_index
        for _ in range(abs(delta)):
            place = self._next_head(place, step)
        self.move_to(place)
        if step > 0 and self._next_head(place, 1) == place:
            self.scroll_end(animate=False)

    def _next_head(self, place: int, step: int) -> int:
        candidate = place + step
        while 0 <= candidate < len(self.row_ids):
            if self._rows[self.row_ids[candidate]].is_head:
                return candidate
            candidate += step
        return place

    def move_end(self, *, is_last: bool) -> None:
        """Move to the first or the last step."""
        self.move(len(self.row_ids) if is_last else -len(self.row_ids))

    def select_step(self, path: str) -> None:
        """Put the cursor on a step."""
        self.select(path)

    @property
    def can_fold(self) -> bool:
        """True where the step under the cursor is a workflow that is drawn."""
        row = self._rows.get(self.cursor_id or "")
        return row is not None and row.nests

    def toggle_fold(self, *, is_open: bool | None = None) -> bool:
        """Fold or unfold the nested workflow under the cursor; False where there is none."""
        row = self._rows.get(self.cursor_id or "")
        if row is None or not row.nests:
            return False
        is_folded = row.path in self.folded
        if is_open is None or is_open == is_folded:
            self.folded ^= {row.path}
            self._build()
        return True

    def on_click(self, event: events.Click) -> None:
        """A click on any row of a step selects the step; again, it opens it. A slot is picked."""
        row_id = self.row_at(event.y)
        if row_id is None:
            return
        self.ladder.touched()
        row = self._rows[row_id]
        path, place = row.path, (event.x - _PREFIX - row.slots_left) // row.slot_cells
        if 0 <= place < len(row.slots):
            self.select(path)
            self.post_message(self.SlotPicked(path, row.slots[place]))
        elif path == self.cursor_id:
            self.post_message(self.Opened(self, path))
        else:
            self.select(path)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One row of the drawing."""
        look, row = self.ladder.look, self._rows[row_id]
        is_drawn = is_cursor and (self.has_focus or not self.is_picture)
        mark = self.ladder.glyphs.cursor if is_drawn else " "
        head = Line().add(f"{mark} ", look.focus).strip(_PREFIX, base)
        return Strip.join([head, row.line.strip(max(0, cells - _PREFIX), base)])
