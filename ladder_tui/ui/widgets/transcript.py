"""The transcript of the focused agent, drawn line by line while it streams.

It follows the end until somebody scrolls up; then it stands still and counts what is new.
Items are drawn once and kept; while text streams in only the last lines are drawn again.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from ladder_tui.projections.transcript import Transcript
from ladder_tui.ui.widgets.line import fit_pieces
from ladder_tui.ui.widgets.line_view import LineView
from ladder_tui.ui.widgets.transcript_lines import (
    Brush,
    DrawnLine,
    draw_item,
    flow,
    folded_text,
    is_foldable,
    signature,
)

_STREAMING = -1
"""Item index of the lines of the reply that is streaming."""


class TranscriptView(LineView, inherit_bindings=False):
    """Turns, answers, tool calls with folded results, findings."""

    ALLOW_SELECT = True

    class Following(Message):
        """It began or stopped to follow the end, or counted new lines."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.transcript: Transcript | None = None
        self.partial = ""
        self.is_following = True
        self.empty_text = ""
        self.query_text = ""
        self.line_index = 0
        """The line under the cursor."""
        self.seen = 0
        self._opened: set[int] = set()
        self._found: set[int] = set()
        """Items that a search opened, since what was looked for is in their fold."""
        self._drawn: list[tuple[tuple[object, ...], list[DrawnLine]]] = []
        self._lines: list[DrawnLine] = []
        self._owners: list[int] = []
        self._version = -1
        self._brush: Brush | None = None

    # -- what it shows -------------------------------------------------------------------------

    def show(self, transcript: Transcript | None, partial: str, empty_text: str = "") -> None:
        """Show a transcript and the text of the reply that is streaming."""
        if transcript is not self.transcript:
            self.transcript = transcript
            self._opened.clear()
            self._found.clear()
            self._drawn.clear()
            self._version = -1
            self.is_following, self.line_index = True, 0
        elif (partial, empty_text) == (self.partial, self.empty_text) and (
            transcript is not None and transcript.version == self._version
        ):
            return
        self.partial, self.empty_text = partial, empty_text
        self.rebuild()

    def rebuild(self) -> None:
        """Draw what changed and lay the lines out anew."""
        brush = Brush(max(20, self.size.width - 2), self.ladder.look, self.ladder.glyphs)
        if brush != self._brush:
            self._brush = brush
            self._drawn.clear()
        lines: list[DrawnLine] = []
        owners: list[int] = []
        items = self.transcript.items if self.transcript is not None else []
        del self._drawn[len(items) :]
        for index, item in enumerate(items):
            is_open = (index in self._opened) != (index in self._found)
            key = (id(item), is_open, *signature(item))
            if index >= len(self._drawn):
                self._drawn.append((key, draw_item(item, brush, is_open=is_open)))
            elif self._drawn[index][0] != key:
                self._drawn[index] = (key, draw_item(item, brush, is_open=is_open))
            drawn = self._drawn[index][1]
            lines += drawn
            owners += [index] * len(drawn)
        if self.partial:
            streaming = flow(self.partial, brush, brush.look.plain)
            streaming[-1].append((brush.glyphs.caret, brush.look.running))
            lines += streaming
            owners += [_STREAMING] * len(streaming)
        self._version = self.transcript.version if self.transcript is not None else -1
        self._lines, self._owners = lines, owners
        self._lay_out()

    def _lay_out(self) -> None:
        self.virtual_size = Size(self.size.width, max(1, len(self._lines)))
        if self.is_following:
            self.line_index = max(0, len(self._lines) - 1)
            self.seen = len(self._lines)
            self.scroll_to(y=self.virtual_size.height, animate=False)
        self.line_index = min(self.line_index, max(0, len(self._lines) - 1))
        self.refresh()
        self.post_message(self.Following())

    @property
    def new_lines(self) -> int:
        """Lines that came while it was not following."""
        return 0 if self.is_following else max(0, len(self._lines) - self.seen)

    # -- moving --------------------------------------------------------------------------------

    def move(self, delta: int) -> None:
        """Move the line cursor; upwards stops following, the last line starts it again."""
        self.go_to(self.line_index + delta)

    def move_page(self, delta: int) -> None:
        """Move by pages."""
        self.move(delta * max(1, self.size.height - 1))

    def move_end(self, *, is_last: bool) -> None:
        """To the first line, or follow the end."""
        self.go_to(len(self._lines) - 1 if is_last else 0)

    def go_to(self, index: int) -> None:
        """Put the cursor on a line."""
        last = len(self._lines) - 1
        self.line_index = max(0, min(index, last))
        self._set_following(self.line_index >= last)
        top, height = self.scroll_offset.y, self.size.height
        if self.line_index < top:
            self.scroll_to(y=self.line_index, animate=False)
        elif self.line_index >= top + height:
            self.scroll_to(y=self.line_index - height + 1, animate=False)
        self.refresh()

    def _set_following(self, is_following: bool) -> None:
        if is_following != self.is_following:
            self.is_following = is_following
            self.seen = len(self._lines)
        self.post_message(self.Following())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel or the scroll bar moved: up stops following, the end starts it again."""
        super().watch_scroll_y(old_value, new_value)
        bottom = self.virtual_size.height - self.size.height
        if new_value < old_value and new_value < bottom:
            if self.is_following:
                self._set_following(is_following=False)
                self.line_index = min(self.line_index, int(new_value) + self.size.height - 1)
        elif new_value >= bottom and new_value > old_value:
            self._set_following(is_following=True)

    # -- folding, search, copying --------------------------------------------------------------

    def toggle_fold(self) -> bool:
        """Open or fold the item under the cursor; False where there is nothing to fold."""
        if self.transcript is None or not self._owners:
            return False
        owner = self._owners[self.line_index]
        if owner < 0 or not is_foldable(self.transcript.items[owner]):
            return False
        self._opened ^= {owner}
        self.is_following = False
        self.seen = len(self._lines)
        self.rebuild()
        self.line_index = self._owners.index(owner)
        self.go_to(self.line_index)
        return True

    def search(self, text: str) -> None:
        """Mark a lower-case text, open the folds that hide it, and go to its next match."""
        self.query_text = text
        items = self.transcript.items if self.transcript is not None else []
        found = {
            index
            for index, item in enumerate(items)
            if text and index not in self._opened and text in folded_text(item).lower()
        }
        if found != self._found:
            self._found = found
            owner = self._owners[self.line_index] if self._owners else _STREAMING
            self.is_following = self.is_following and not found
            self.rebuild()
            if owner in self._owners:
                self.line_index = self._owners.index(owner)
        if text:
            self.next_match(1, is_inclusive=True)
        self.refresh()

    def next_match(self, delta: int, *, is_inclusive: bool = False) -> bool:
        """Go to the next or previous line with the text; False when there is none."""
        if not self.query_text or not self._lines:
            return False
        count = len(self._lines)
        for step in range(0 if is_inclusive else 1, count + 1):
            index = (self.line_index + delta * step) % count
            if self.query_text in line_text(self._lines[index]).lower():
                self.go_to(index)
                return True
        return False

    @property
    def matches(self) -> int:
        """Lines with the searched text."""
        if not self.query_text:
            return 0
        return sum(self.query_text in line_text(line).lower() for line in self._lines)

    def item_text(self) -> str:
        """Text of the item under the cursor, to copy."""
        if not self._owners:
            return ""
        owner = self._owners[self.line_index]
        pairs = zip(self._lines, self._owners, strict=True)
        return "\n".join(line_text(line).rstrip() for line, o in pairs if o == owner).strip()

    def all_text(self) -> str:
        """The whole transcript as drawn, to copy."""
        return "\n".join(line_text(line).rstrip() for line in self._lines).strip()

    def selectable_lines(self) -> list[str]:
        """The lines as they are drawn."""
        return [f" {line_text(line)}" for line in self._lines]

    # -- Textual -------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self.rebuild()

    def on_click(self, event: events.Click) -> None:
        """A click selects a line; on the head of a folded item it opens it."""
        index = event.y + self.scroll_offset.y
        if index < len(self._lines):
            was = self.line_index
            self.line_index = index
            is_head = index == self._owners.index(self._owners[index])
            if not ((is_head or index == was) and self.toggle_fold()):
                self.go_to(index)

    def draw_line(self, y: int) -> Strip:
        """Draw one visible line."""
        cells = self.size.width
        index = y + self.scroll_offset.y
        look = self.ladder.look
        if not self._lines:
            text = f" {self.empty_text}" if y == 1 else ""
            return Strip([Segment(text, look.muted)]).adjust_cell_length(cells)
        if index >= len(self._lines):
            return Strip.blank(cells)
        is_cursor = index == self.line_index and self.has_focus
        base = look.cursor if is_cursor else Style()
        pieces = fit_pieces(self._lines[index], cells - 1, self.ladder.glyphs.ellipsis)
        if self.query_text:
            pieces = highlight(pieces, self.query_text, look.match)
        segments = [Segment(" ", base), *(Segment(text, base + style) for text, style in pieces)]
        return Strip(segments).adjust_cell_length(cells, base)


def line_text(line: DrawnLine) -> str:
    """The line without styles."""
    return "".join(text for text, _ in line)


def highlight(pieces: DrawnLine, query: str, style: Style) -> DrawnLine:
    """The pieces with every occurrence of a lower-case text in another style."""
    out: DrawnLine = []
    for text, own in pieces:
        lowered, start = text.lower(), 0
        while (found := lowered.find(query, start)) >= 0:
            out.append((text[start:found], own))
            out.append((text[found : found + len(query)], own + style))
            start = found + len(query)
        out.append((text[start:], own))
    return [(text, own) for text, own in out if text]
