"""A workflow drawn from top to bottom: one row a step, the slots of a fan-out side by side. Pure.

::

    ∙ plan         skill      plan-refactor
    ∙ audit        skill      audit-shard   3 slots, 2 at once
    ├┬ ∙ api       ∙ web      ∙ store
    ∙ merge        aggregate  union-dedup   joins audit
    ? approve      ask        Apply this?   a rejection runs plan again, at most 2×
    ∙ release      workflow ▾ release-notes
    │ ∙ collect    run        git log

The same rows show a run: each step with the glyph, time and cost of its state. What does not fit
beside a step goes beneath it, on rows of its own, so nothing is cut that a person has to read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.style import Style

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, fit, pad, width, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.step_mark import (
    URGENCY,
    WAITS,
    Marks,
    MarkState,
    SlotMark,
    StepMark,
    joined,
    mark_glyph,
)
from ladder_tui.ui.widgets.step_words import fixed_items, notes, target, title

NESTED_MOST = 5
"""Workflows inside workflows that are drawn."""
SLOTS_MOST = 48
"""Slots of one fan-out that are drawn; the others are counted."""
_KIND_CELLS = 9
_KINDS_FROM = 56
"""Cells from which the kind of a step has a column of its own."""
_NAME_MOST = 22


class GraphRow(NamedTuple):
    """One row of the drawing."""

    row_id: str
    """The path of the step; with a number behind it where the row only continues it."""
    path: str
    """The step, ``outer/inner`` inside a nested workflow; no slots in it."""
    line: Line
    is_head: bool = True
    nests: bool = False
    """The step is a workflow that can be folded."""
    slots: tuple[str, ...] = ()
    """Names of the slots of a fan-out in this row, from left to right."""
    slots_left: int = 0
    slot_cells: int = 1


class _Place(NamedTuple):
    """Where a step stands in the drawing."""

    path: str
    depth: int
    ids: tuple[str, ...]
    """The step as the run names it: one id, or one for each slot of a fan-out around it."""


class StepGraph:
    """Draws one workflow for one width."""

    def __init__(
        self,
        workflow: Workflow,
        nested: Mapping[str, Workflow],
        cells: int,
        glyphs: Glyphs,
        look: Styles,
        *,
        marks: Marks | None = None,
        folded: frozenset[str] = frozenset(),
    ) -> None:
        self._workflow = workflow
        self._nested = nested
        self._cells = cells
        self._glyphs = glyphs
        self._look = look
        self._marks = marks
        self._folded = folded
        self._name_cells = self._widest_name()

    def rows(self) -> list[GraphRow]:
        """All rows from top to bottom."""
        return list(self._steps(self._workflow, "", 0, ("",)))

    # -- steps ---------------------------------------------------------------------------------

    def _steps(
        self, workflow: Workflow, outer: str, depth: int, prefixes: tuple[str, ...]
    ) -> Iterator[GraphRow]:
        for step in workflow.steps:
            path = outer + step.id
            place = _Place(path, depth, tuple(prefix + step.id for prefix in prefixes))
            mark = self._mark(place.ids)
            inside = self._nested.get(step.workflow or "") if depth < NESTED_MOST else None
            yield from self._step(step, place, mark, nests=inside is not None)
            slots = self._slots(step, mark)
            yield from self._grid(place, slots)
            if inside is not None and path not in self._folded:
                below = tuple(f"{id_}/" for id_ in place.ids)
                if step.for_each is not None:
                    below = tuple(f"{p}{slot.name}/" for p in below for slot in slots) or below
                yield from self._steps(inside, f"{path}/", depth + 1, below)

    def _mark(self, ids: Sequence[str]) -> StepMark:
        if self._marks is None:
            return WAITS
        return joined([self._marks.get(id_, WAITS) for id_ in ids])

    def _step(
        self, step: Step, place: _Place, mark: StepMark, *, nests: bool
    ) -> Iterator[GraphRow]:
        line = self._begin(place, step, mark)
        figures = self._figures(mark)
        left = line.cells
        space = max(8, self._cells - left - (width(figures) + 2 if figures else 0))
        texts = self._texts(step, place, mark, space, nests=nests)
        for text, style in texts[0]:
            line.add(text, style)
        if figures:
            line.add_right(figures, self._look.muted)
        yield GraphRow(place.path, place.path, line, nests=nests)
        space = max(8, self._cells - left)
        for number, pieces in enumerate(texts[1:], 1):
            more = Line(self._glyphs.ellipsis).add(self._rail(place.depth), self._look.rule)
            more.add(" " * (left - more.cells), self._look.plain)
            for text, style in pieces:
                more.add(text, style)
            yield GraphRow(f"{place.path}\n{number}", place.path, more, is_head=False)

    def _begin(self, place: _Place, step: Step, mark: StepMark) -> Line:
        look, glyphs = self._look, self._glyphs
        glyph, style = mark_glyph(mark.state, glyphs, look)
        if self._marks is None and step.kind == "ask":
            glyph, style = glyphs.question, look.warning
        name_style = look.muted if mark.state == "skipped" else look.strong
        line = Line(glyphs.ellipsis).add(self._rail(place.depth), look.rule)
        line.add(glyph, style).add(" ", look.plain)
        space = self._name_cells - 2 * place.depth
        line.add(pad(title(step), space, ellipsis=glyphs.ellipsis), name_style)
        return line.add("  ", look.plain)

    def _texts(
        self, step: Step, place: _Place, mark: StepMark, space: int, *, nests: bool
    ) -> list[list[tuple[str, Style]]]:
        """What stands right of the name, on as many rows as it needs."""
        look = self._look
        head: list[tuple[str, Style]] = []
        if self._cells >= _KINDS_FROM:
            head.append((pad(step.kind, _KIND_CELLS) + " ", look.muted))
        if nests:
            glyph = self._glyphs.closed if place.path in self._folded else self._glyphs.opened
            head.append((f"{glyph} ", look.focus))
        used = sum(width(text) for text, _ in head)
        first, *rest = wrap(target(step), max(8, space - used))
        rows: list[list[tuple[str, Style]]] = [[*head, (first, look.plain)]]
        rows += [[(" " * used, look.plain), (text, look.plain)] for text in rest[:2]]
        said = self._said(step, mark)
        if said and not rest and used + width(first) + 3 + width(said[0]) <= space:
            rows[0].append(("   " + said[0], self._note_style(mark)))
        elif said:
            indent = (" " * used, look.plain)
            room = max(8, space - used)
            rows += [[indent, (text, self._note_style(mark))] for text in wrap(said[0], room)]
        return rows

    def _said(self, step: Step, mark: StepMark) -> list[str]:
        """In a run what happened, else the conditions."""
        if self._marks is None or mark.state == "waiting":
            text = f" {self._glyphs.dot} ".join(notes(step))
        else:
            text = clean_line(mark.reason)
        return [text] if text else []

    def _note_style(self, mark: StepMark) -> Style:
        if mark.state == "failed":
            return self._look.error
        return self._look.warning if mark.state in ("asks", "fallback") else self._look.muted

    def _figures(self, mark: StepMark) -> str:
        parts = []
        if mark.cost is not None and (mark.cost.nano_usd or mark.cost.unpriced_calls):
            parts.append(form.money(mark.cost, has_sign=True))
        if mark.elapsed_s is not None:
            parts.append(f"{form.age(mark.elapsed_s):>5}")
        return "  ".join(parts)

    # -- fan-out -------------------------------------------------------------------------------

    def _slots(self, step: Step, mark: StepMark) -> Sequence[SlotMark]:
        if mark.slots or step.for_each is None:
            return mark.slots
        return [SlotMark(name, "waiting") for name in fixed_items(step)]

    def _grid(self, place: _Place, slots: Sequence[SlotMark]) -> Iterator[GraphRow]:
        """The slots side by side, in as many columns as fit."""
        if not slots:
            return
        look, glyphs = self._look, self._glyphs
        shown = self._chosen(slots)
        rail = self._rail(place.depth)
        most = max(8, self._cells - width(rail) - 7)
        size = min(most, max(width(clean_line(slot.name)) for slot in shown))
        columns = max(1, (self._cells - width(rail) - 3) // (size + 4))
        grid = [shown[i : i + columns] for i in range(0, len(shown), columns)]
        has_more = len(shown) < len(slots)
        for number, row in enumerate(grid):
            is_last = number == len(grid) - 1 and not has_more
            line = Line(glyphs.ellipsis).add(rail, look.rule)
            line.add(self._fork(number, is_last=is_last) + " ", look.rule)
            for slot in row:
                glyph, style = mark_glyph(slot.state, glyphs, look)
                line.add(f"{glyph} ", style)
                name_style = look.plain if slot.state != "skipped" else look.muted
                line.add(pad(clean_line(slot.name), size + 2, ellipsis=glyphs.ellipsis), name_style)
            yield GraphRow(
                f"{place.path}\ns{number}", place.path, line, is_head=False,
                slots=tuple(slot.name for slot in row), slots_left=width(rail) + 3,
                slot_cells=size + 4,
            )  # fmt: skip
        if has_more:
            yield self._more(place, rail, [slot for slot in slots if slot not in shown])

    def _chosen(self, slots: Sequence[SlotMark]) -> Sequence[SlotMark]:
        """All slots, or those that need a look where there are too many."""
        if len(slots) <= SLOTS_MOST:
            return slots
        rank = {state: place for place, state in enumerate(URGENCY)}
        chosen = set(sorted(slots, key=lambda slot: rank[slot.state])[:SLOTS_MOST])
        return [slot for slot in slots if slot in chosen][:SLOTS_MOST]

    def _more(self, place: _Place, rail: str, rest: Sequence[SlotMark]) -> GraphRow:
        look, glyphs = self._look, self._glyphs
        line = Line(glyphs.ellipsis).add(f"{rail}{self._fork(1, is_last=True)} ", look.rule)
        line.add(f"{len(rest)} more  ", look.muted)
        counts = Counter(slot.state for slot in rest)
        for state in URGENCY:
            if counts[state] and self._marks is not None:
                glyph, style = mark_glyph(state, glyphs, look)
                line.add(f"{glyph}{counts[state]} ", style)
        return GraphRow(f"{place.path}\nmore", place.path, line, is_head=False)

    def _fork(self, number: int, *, is_last: bool) -> str:
        glyphs = self._glyphs
        if number == 0:
            rule = "-" if glyphs.is_ascii else "─"
            return glyphs.branch_mid + (rule if is_last else glyphs.branch_open)
        return glyphs.vertical + (glyphs.branch_end if is_last else glyphs.branch_mid)

    # -- measures ------------------------------------------------------------------------------

    def _rail(self, depth: int) -> str:
        return f"{self._glyphs.vertical} " * depth

    def _widest_name(self) -> int:
        """Cells of the column of names, the indent of nested ones included."""
        widest = 4
        for workflow, depth in self._all(self._workflow, 0):
            for step in workflow.steps:
                widest = max(widest, width(title(step)) + 2 * depth)
        return min(widest, max(_NAME_MOST, self._cells // 4), max(8, self._cells // 3))

    def _all(self, workflow: Workflow, depth: int) -> Iterator[tuple[Workflow, int]]:
        yield workflow, depth
        if depth < NESTED_MOST:
            for step in workflow.steps:
                if (inside := self._nested.get(step.workflow or "")) is not None:
                    yield from self._all(inside, depth + 1)


def state_counts(marks: Sequence[StepMark]) -> dict[MarkState, int]:
    """How many steps are in each state, the most urgent first; states without any left out."""
    counts = Counter(mark.state for mark in marks)
    return {state: counts[state] for state in URGENCY if counts[state]}


def fit_lines(rows: Sequence[GraphRow], cells: int) -> list[str]:
    """The drawing as plain text, for copying."""
    return [fit(row.line.strip(cells).text.rstrip(), cells) for row in rows]
