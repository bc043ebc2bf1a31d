"""Findings by rule: a heading for each rule with its count, and its findings beneath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.style import Style
from textual.strip import Strip

from ladder_tui.projections.findings import FindingRow, RuleGroup
from ladder_tui.ui.text import clean_line, fit_path
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.transcript_lines import severity_mark


class FindingList(RowView, inherit_bindings=False):
    """Groups can be folded; the cursor follows a finding when groups move."""

    has_head = True

    def __init__(self) -> None:
        super().__init__()
        self.groups: dict[str, RuleGroup] = {}
        self.findings: dict[str, FindingRow] = {}
        self._group_of: dict[str, str] = {}
        self.folded: set[str] = set()

    def show(self, groups: Sequence[RuleGroup]) -> None:
        """Show these groups, ranked."""
        self.groups = {f"rule {group.rule}": group for group in groups}
        self.findings, self._group_of = {}, {}
        for group_id, group in self.groups.items():
            for row in group.rows:
                row_id = _row_id(row, self.findings)
                self.findings[row_id] = row
                self._group_of[row_id] = group_id
        self._arrange()

    def _arrange(self) -> None:
        ids: list[str] = []
        members: dict[str, list[str]] = {group_id: [] for group_id in self.groups}
        for row_id, group_id in self._group_of.items():
            members[group_id].append(row_id)
        for group_id, row_ids in members.items():
            if len(row_ids) == 1:
                ids += row_ids  # a heading over one row would only repeat it
                continue
            ids.append(group_id)
            ids += [] if group_id in self.folded else row_ids
        has_cursor = self.cursor_id is not None
        self.set_rows(ids)
        if not has_cursor and ids and ids[0] in self.groups:
            self.step_finding(1)  # the worst finding, not its heading

    @property
    def current(self) -> FindingRow | None:
        """The finding under the cursor; on a heading the first of its group."""
        if self.cursor_id is None:
            return None
        if self.cursor_id in self.groups:
            return self.groups[self.cursor_id].rows[0]
        return self.findings.get(self.cursor_id)

    def chosen(self) -> list[FindingRow]:
        """What an action takes: the marked findings, all of a heading, or the one here."""
        rows: dict[str, FindingRow] = {}
        for row_id in self.action_rows():
            members = self.groups[row_id].rows if row_id in self.groups else ()
            for row in members or (self.findings[row_id],):
                rows[row.finding.fingerprint] = row
        return list(rows.values())

    def fold(self, *, is_folded: bool) -> None:
        """Fold or unfold the group of the cursor row."""
        if self.cursor_id is None:
            return
        group_id = self._group_of.get(self.cursor_id, self.cursor_id)
        if len(self.groups[group_id].rows) == 1:
            return
        if is_folded:
            self.folded.add(group_id)
        else:
            self.folded.discard(group_id)
        self._arrange()
        self.select(group_id)

    def select_fingerprint(self, fingerprint: str) -> None:
        """Put the cursor on a finding, unfolding its group."""
        for row_id, row in self.findings.items():
            if row.finding.fingerprint == fingerprint:
                self.folded.discard(self._group_of[row_id])
                self._arrange()
                self.select(row_id)
                return

    def is_heading(self, row_id: str | None) -> bool:
        """True for the heading of a group."""
        return row_id in self.groups

    def step_finding(self, delta: int) -> None:
        """Go to the next or previous finding, over headings."""
        place = self.cursor_index + delta
        while 0 <= place < len(self.row_ids) and self.row_ids[place] in self.groups:
            place += delta
        self.move_to(place)

    def draw_head(self, cells: int) -> Strip:
        """Column titles."""
        line = Line(self.ladder.glyphs.ellipsis)
        line.add("     rule, place, message", self.ladder.look.heading)
        return line.add_right("marks ", self.ladder.look.heading).strip(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """A heading or a finding."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        if (group := self.groups.get(row_id)) is not None:
            arrow = glyphs.closed if row_id in self.folded else glyphs.opened
            letter, style = severity_mark(group.severity, look)
            line.add(f"{arrow} ", look.muted).add(f"{letter} ", style)
            line.add(f"{clean_line(group.rule)} ", look.strong)
            line.add_right(f"{len(group.rows)} ", look.muted)
            line.add(clean_line(_lens(group.rows)), look.muted)
            return line.strip(cells, base)
        row = self.findings[row_id]
        finding = row.finding
        letter, style = severity_mark(finding.severity, look)
        self._add_marks(line, row)
        space = max(8, cells - line.cells - line.right_cells - 5 - len(str(finding.line)))
        group = self.groups[self._group_of[row_id]]
        line.add(f"{'' if len(group.rows) == 1 else '  '}  {letter} ", style)
        if len(group.rows) == 1:
            line.add(f"{clean_line(group.rule)} ", look.strong).add(" ", look.plain)
            space = max(8, space - line.cells)
        path = fit_path(clean_line(finding.path), space, glyphs.ellipsis)
        line.add(f"{path}:{finding.line}", look.plain)
        line.add(f"  {clean_line(finding.message)}", look.muted)
        return line.strip(cells, base)

    def _add_marks(self, line: Line, row: FindingRow) -> None:
        """Decision, disagreement, unverified, agreement, at the right."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        if row.decision == "accepted":
            line.add_right(f"{glyphs.done} accepted ", look.success)
        elif row.decision == "dismissed":
            line.add_right(f"{glyphs.cancelled} dismissed ", look.muted)
        if row.merged.is_disputed:
            line.add_right("disputed ", look.warning)
        if row.finding.quote_state == "unverified":
            line.add_right("unverified ", look.warning)
        if row.merged.agreement > 1:
            line.add_right(f"{row.merged.agreement}/{row.merged.agents_total} ", look.plain)


def _lens(rows: Iterable[FindingRow]) -> str:
    return " ".join(dict.fromkeys(row.finding.lens for row in rows))


def _row_id(row: FindingRow, taken: dict[str, FindingRow]) -> str:
    f = row.finding
    base = f"{f.fingerprint} {f.path}:{f.line} {f.rule}"
    row_id, number = base, 2
    while row_id in taken:
        row_id, number = f"{base} {number}", number + 1
    return row_id
