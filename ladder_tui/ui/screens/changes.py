"""What a run's editing agents changed: read each diff, accept it whole or by hunk, or reject it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ladder_tui.domain.change import AgentChange, DiffPiece
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.run import RunSummary
from ladder_tui.errors import LadderError
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.change_decision import (
    Decision,
    accept_changes,
    accept_pieces,
    leave_change,
    reject_change,
    reject_lines,
)
from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.change_lines import (
    change_keys,
    conflict_lines,
    outcome_lines,
    summary_line,
)
from ladder_tui.ui.widgets.change_list import ChangeList
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.piece_view import PieceView
from ladder_tui.ui.widgets.question_lines import key_line
from ladder_tui.ui.widgets.rows import RowView

NARROW = 100
Got = TypeVar("Got")
LOOK_EVERY_S = 1.0


class ChangesSheet(Sheet):
    """List and diff. What git does is done in a thread; nothing is decided by default."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ChangesSheet > .sheet { width: 100%; max-width: 100%; height: 100%; }
    ChangesSheet ChangeList { width: 2fr; }
    ChangesSheet PieceView { width: 3fr; }
    ChangesSheet.-narrow PieceView { display: none; }
    ChangesSheet.-narrow.-diff PieceView { display: block; width: 1fr; }
    ChangesSheet.-narrow.-diff ChangeList { display: none; }
    ChangesSheet #changes-body { height: 1fr; margin: 1 0; }
    """

    def __init__(self, run: RunSummary, agent_id: AgentId | None = None) -> None:
        super().__init__()
        self.run = run
        self._wanted = agent_id
        self._shown: tuple[str, str] | None = None
        """Agent and commit whose diff is shown."""
        self._is_busy, self._said = False, ""
        self._fault: LadderError | None = None

    def compose(self) -> ComposeResult:
        """How much there is, the list and the diff, what conflicts, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = f"changes of {clean_line(self.run.workflow)} #{self.run.number}"
            yield LineBlock(id="changes-head")
            with Horizontal(id="changes-body"):
                yield ChangeList()
                yield PieceView()
            yield LineBlock(id="changes-conflicts")
            yield LineBlock(id="changes-keys")

    @property
    def rows(self) -> ChangeList:
        """The agents' changes."""
        return self.query_one(ChangeList)

    @property
    def diff(self) -> PieceView:
        """The diff of the change under the cursor."""
        return self.query_one(PieceView)

    def on_mount(self) -> None:
        """Read what there is, and look again while agents work."""
        super().on_mount()
        self.set_class(self.app.size.width < NARROW, "-narrow")
        self.set_focus(self.rows)
        self._read()
        self.set_interval(LOOK_EVERY_S, self._read)

    def on_resize(self) -> None:
        """One area at a time where two do not fit."""
        self.set_class(self.app.size.width < NARROW, "-narrow")

    # -- reading -------------------------------------------------------------------------------

    def _read(self) -> None:
        self._in_thread(lambda: self.ladder.workbench.runs.changes(self.run.run_id), self._show)

    def _show(self, changes: Sequence[AgentChange]) -> None:
        self.rows.show(changes)
        if self._wanted is not None:
            self.rows.select(self._wanted)
            self._wanted = None
        self._show_diff()
        self._draw()

    def _show_diff(self) -> None:
        change = self.rows.current
        if change is None:
            self._shown = None
            self.diff.show(())
            return
        shown = (change.agent_id, change.commit)
        if shown == self._shown:
            return
        self._shown = shown
        if not change.files:
            self.diff.show((), "This agent has not changed a file.")
            return
        self.diff.show((), "reading")
        runs, run_id = self.ladder.workbench.runs, self.run.run_id
        self._in_thread(
            lambda: runs.pieces(run_id, change.agent_id), partial(self._show_pieces, shown)
        )

    def _show_pieces(self, shown: tuple[str, str], pieces: Sequence[DiffPiece]) -> None:
        if shown == self._shown:  # else another change is looked at by now
            self.diff.show(pieces, "Nothing differs from its base any more.")
            self._draw()

    def _in_thread(self, work: Callable[[], Got], take: Callable[[Got], None]) -> None:
        """Do ``work`` in a thread, and take what it gives where this sheet is still open."""

        def run() -> None:
            try:
                got = work()
            except LadderError as error:
                self.ladder.call_from_thread(self._complain, error)
            else:
                self.ladder.call_from_thread(self._take, take, got)

        self.run_worker(run, thread=True, exit_on_error=False)

    def _take(self, take: Callable[[Got], None], got: Got) -> None:
        if self.is_mounted:
            take(got)

    def _complain(self, error: LadderError) -> None:
        self._is_busy = False
        if self.is_mounted:
            self._fault = error
            self._draw()

    # -- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        changes, change = list(self.rows.changes.values()), self.rows.current
        self.query_one("#changes-head", LineBlock).show(
            lambda _: [summary_line(changes, glyphs, look)]
        )
        self.query_one("#changes-conflicts", LineBlock).show(
            lambda cells: conflict_lines(change, self.rows.changes, cells, glyphs, look)
        )
        self.query_one("#changes-keys", LineBlock).show(self._key_lines)

    def _key_lines(self, cells: int) -> list[Line]:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        counts = len(self.rows.action_rows()), len(self.diff.chosen())
        keys = key_line(change_keys(*counts, is_diff=self._is_diff), glyphs, look)
        return [*outcome_lines(self._fault, self._said, cells, glyphs, look), keys]

    @property
    def _is_diff(self) -> bool:
        return self.focused is self.diff

    # -- moving --------------------------------------------------------------------------------

    def action_to_diff(self) -> None:
        """Go to the diff."""
        if self.rows.current is not None:
            self.add_class("-diff")
            self.set_focus(self.diff)
            self._draw()

    def action_to_list(self) -> None:
        """Go back to the list."""
        self.remove_class("-diff")
        self.set_focus(self.rows)
        self._draw()

    def leave_text(self) -> bool:
        """``esc`` goes from the diff to the list; False in the list, where it closes."""
        if not self._is_diff:
            return False
        self.action_to_list()
        return True

    def action_next(self) -> None:
        """Go to the next hunk."""
        self.diff.step(1)

    def action_mark(self) -> None:
        """Mark the change, or the hunk."""
        (self.diff if self._is_diff else self.rows).toggle_mark()
        self._draw()

    # -- deciding ------------------------------------------------------------------------------

    def action_accept(self) -> None:
        """Merge the chosen changes, or the chosen hunks of one."""
        change = self.rows.current
        if change is not None and self._is_diff:
            self._decide(accept_pieces(change, self.diff.chosen()))
        elif change is not None:
            self._decide(accept_changes([self.rows.changes[i] for i in self.rows.chosen()]))

    def action_reject(self) -> None:
        """Send the change back, or turn it down, with a reason."""
        change = self.rows.current
        if change is not None:
            ask = reject_lines(change)

            def reject(reason: str) -> None:
                self._decide(reject_change(change, reason))

            self.app.push_screen(Ask("reject", ask, "what is to be done differently", reject))

    def action_leave(self) -> None:
        """Keep the change as a branch."""
        if self.rows.current is not None:
            self._decide(leave_change(self.rows.current))

    def _decide(self, decision: Decision) -> None:
        if self._is_busy:
            return
        self._is_busy, self._fault, self._said = True, None, ""
        runs, run_id = self.ladder.workbench.runs, self.run.run_id

        def done(_: object) -> None:
            self._is_busy = False
            self.rows.marked.clear()
            self._said = decision.said
            self.ladder.say(decision.said)
            self._read()

        self._in_thread(lambda: decision.apply(runs, run_id), done)

    # -- keys and mouse ------------------------------------------------------------------------

    def _acts(self) -> Mapping[str, Callable[[], object]]:
        view = self.diff if self._is_diff else self.rows
        return {
            **dict.fromkeys(("j", "down"), partial(view.move, 1)),
            **dict.fromkeys(("k", "up"), partial(view.move, -1)),
            **dict.fromkeys(("ctrl+d", "pagedown"), partial(view.move_page, 1)),
            **dict.fromkeys(("ctrl+u", "pageup"), partial(view.move_page, -1)),
            "g": partial(view.move_end, is_last=False),
            "G": partial(view.move_end, is_last=True),
            "n": partial(self.diff.step, 1),
            "N": partial(self.diff.step, -1),
            "tab": self.action_to_list if self._is_diff else self.action_to_diff,
            "enter": self.action_to_diff,
            "space": self.action_mark,
            "a": self.action_accept,
            "R": self.action_reject,
            "b": self.action_leave,
            "q": self.action_close,
        }

    def on_key(self, event: events.Key) -> None:
        """One key, one act."""
        act = self._acts().get(event.key)
        if act is not None:
            event.stop()
            event.prevent_default()
            act()

    @on(RowView.Moved)
    def _moved(self) -> None:
        self._fault = None
        self._show_diff()
        self._draw()

    @on(PieceView.Moved)
    def _piece_moved(self) -> None:
        self._draw()

    @on(RowView.Opened)
    def _opened(self, event: RowView.Opened) -> None:
        event.stop()
        self.action_to_diff()
