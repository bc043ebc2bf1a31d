"""The sheet that answers a question of a run; it opens only when a person asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from ladder_tui.domain.question import Answer, OpenQuestion
from ladder_tui.errors import LadderError
from ladder_tui.ui import format as form
from ladder_tui.ui.screens.confirm import ARM_AFTER_S
from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.waiting import find_answer
from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.option_rows import OptionRows
from ladder_tui.ui.widgets.question_lines import (
    Key,
    answer_words,
    effect_lines,
    gone_lines,
    head_lines,
    key_line,
    sheet_keys,
    shown_lines,
    title_of,
)
from ladder_tui.ui.widgets.question_value import QuestionValue
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.text_view import TextView

LOOK_EVERY_S = 0.25


class QuestionSheet(Sheet):
    """Nothing is preselected; keys arm a moment after a question appears; a paste is no answer."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    QuestionSheet { align: center bottom; }
    QuestionSheet > .sheet { width: 100%; max-width: 120; height: auto; max-height: 90%;
                             border: round $warning; }
    QuestionSheet.-ascii > .sheet { border: ascii $warning; }
    QuestionSheet TextView { height: auto; max-height: 40vh; margin: 1 0 0 0; }
    QuestionSheet OptionRows { height: auto; max-height: 30vh; margin: 1 0 0 0; }
    QuestionSheet #question-effects { margin: 1 0; }
    QuestionSheet #question-reason { display: none; }
    QuestionSheet.-rejecting #question-reason { display: block; }
    """

    def __init__(self, asked: OpenQuestion) -> None:
        super().__init__()
        self.asked = asked
        self._opened_at = 0.0
        self._is_armed = False
        self._is_sending = False
        self._is_gone = False
        self._elsewhere: Answer | None = None
        self._fault, self._arming = "", 0

    def compose(self) -> ComposeResult:
        """What is asked, what it is about, what to answer with, what happens then, the keys."""
        with Vertical(classes="sheet"):
            yield LineBlock(id="question-head")
            yield TextView(id="question-shown")
            yield OptionRows()
            yield QuestionValue()
            yield LineBlock(id="question-effects")
            yield Field(id="question-reason", placeholder="why, and what is to be different")
            yield LineBlock(id="question-keys")

    def on_mount(self) -> None:
        """Show the question, and look whether it still waits."""
        super().on_mount()
        self._show()
        self.set_interval(LOOK_EVERY_S, self._look_again)

    def _show(self) -> None:
        """Show the question; keys arm a moment later, so that typing does not answer."""
        question, look = self.asked.question, self.ladder.look
        self._opened_at = self.ladder.clock()
        self._is_armed = self._is_sending = self._is_gone = False
        self._fault, self._arming = "", self._arming + 1
        arming = self._arming
        self.set_timer(ARM_AFTER_S, lambda: self._arm(arming))
        self._leave_reason()
        shown = self.query_one("#question-shown", TextView)
        shown.display = bool(question.shown)
        shown.set_lines(shown_lines(question, look))
        rows = self.query_one(OptionRows)
        rows.display = question.kind == "choose"
        rows.show(question.options)
        self.query_one(QuestionValue).show(question)
        self.query_one("#question-head", LineBlock).show(
            lambda cells: head_lines(self.asked, cells, self.ladder.glyphs, look)
        )
        self._draw()

    def _draw(self) -> None:
        question, glyphs, look = self.asked.question, self.ladder.glyphs, self.ladder.look
        self.query_one("#question-effects", LineBlock).show(
            lambda cells: effect_lines(question, cells, glyphs, look)
        )
        self.query_one("#question-keys", LineBlock).show(self._key_lines)
        self._draw_title()

    def _draw_title(self) -> None:
        asked, waiting = self.asked, self.ladder.waiting
        more = len(waiting.all) - waiting.waits(asked)
        sheet = self.query_one(".sheet")
        sheet.border_title = title_of(asked)
        tail = f"   {more} more" if more > 0 else ""
        sheet.border_subtitle = f"waits {form.age(self.ladder.clock() - asked.asked_at)}{tail}"

    def _key_lines(self, cells: int) -> list[Line]:  # noqa: ARG002 - builders get the width
        look, glyphs = self.ladder.look, self.ladder.glyphs
        lines = []
        if self._fault:
            lines.append(Line(glyphs.ellipsis).add(f"{glyphs.failed} {self._fault}", look.error))
        if self._is_gone:
            lines += gone_lines(self._elsewhere, glyphs, look)
        return [*lines, key_line(self._keys(), glyphs, look)]

    def _keys(self) -> list[Key]:
        return sheet_keys(
            self.asked.question,
            is_gone=self._is_gone,
            is_rejecting=self.has_class("-rejecting"),
            is_typing=self.query_one(QuestionValue).is_typing,
            has_following=self.ladder.waiting.after(self.asked) is not None,
        )

    def _arm(self, arming: int) -> None:
        self._is_armed = self._is_armed or arming == self._arming

    def _look_again(self) -> None:
        """Somebody else may have answered, and the waiting time grows."""
        if not self._is_sending and not self._is_gone and not self.ladder.waiting.waits(self.asked):
            self._is_gone = True
            self._elsewhere = find_answer(self.ladder.workbench.runs, self.asked)
            self._draw()
        self._draw_title()

    def action_approve(self) -> None:
        """Approve, take the choice, or give the value."""
        kind = self.asked.question.kind
        if kind == "choose":
            chosen = self.query_one(OptionRows).chosen
            if not chosen:
                self._complain("choose first: a number, an arrow or a click")
                return
            self._send(Answer(choice=chosen))
        elif kind == "value":
            self._send(Answer(value=self.query_one(QuestionValue).value))
        else:
            self._send(Answer())

    def action_always(self) -> None:
        """Approve, and whatever else the rule covers, for the rest of the run."""
        if self.asked.question.grants:
            self._send(Answer(is_always=True))

    def action_reject(self) -> None:
        """Ask for the reason."""
        if self._is_armed and not self._is_gone:
            self.add_class("-rejecting")
            # At once, so that what is typed next is the reason and no answer.
            self.set_focus(self.query_one("#question-reason", Field))
            self._fault = ""
            self._draw()

    def action_reject_now(self) -> None:
        """Reject with what is written."""
        reason = self.query_one("#question-reason", Field).value.strip()
        if reason:
            self._send(Answer(decision="reject", reason=reason))
        else:
            self._complain("write a reason first: it is all the next attempt has to go by")

    def action_following(self) -> None:
        """Go to the next question."""
        following = self.ladder.waiting.after(self.asked)
        if following is not None:
            self.asked = following
            self._show()

    def action_later(self) -> None:
        """Leave the reason, or the sheet; the question goes on waiting."""
        if not self.leave_text():
            self.dismiss()

    def leave_text(self) -> bool:
        """``esc`` in a field goes back to the question; False where it closes the sheet."""
        if not self.has_class("-rejecting"):
            return self.query_one(QuestionValue).leave()
        self._leave_reason()
        self._draw()
        return True

    def _leave_reason(self) -> None:
        self.remove_class("-rejecting")
        self.query_one("#question-reason", Field).value = ""
        self.set_focus(self.query_one(QuestionValue).editor)

    def _complain(self, fault: str) -> None:
        self._fault = fault
        self._draw()

    def _send(self, answer: Answer) -> None:
        """Hand the answer over in a thread: a parked run gets a new runner."""
        if not self._is_armed or self._is_sending or self._is_gone:
            return
        self._is_sending = True
        ladder, asked = self.ladder, self.asked
        waited_s = max(0.0, ladder.clock() - self._opened_at)

        def work() -> None:
            try:
                ladder.workbench.runs.answer(
                    asked.run_id, asked.question.question_id, answer, waited_s
                )
            except LadderError as error:
                ladder.call_from_thread(self._refused, error)
            else:
                ladder.call_from_thread(self._taken, asked, answer)

        self.run_worker(work, thread=True, exit_on_error=False)

    def _refused(self, error: LadderError) -> None:
        self._is_sending = False
        self._complain(clean_line(error.what))

    def _taken(self, asked: OpenQuestion, answer: Answer) -> None:
        self.ladder.waiting.answered_here(asked)
        self.dismiss()
        step = clean_line(asked.question.step_id)
        self.ladder.say(f"#{asked.number} {step} {answer_words(answer)}", key="6")

    def _acts(self) -> Mapping[str, Callable[[], None]]:
        rows, shown = self.query_one(OptionRows), self.query_one("#question-shown", TextView)
        value = self.query_one(QuestionValue)
        view = rows if rows.display else shown
        acts: dict[str, Callable[[], None]] = {
            "right_square_bracket": self.action_following,
            "R": self.action_reject,
            "A": self.action_always,
            "g": partial(shown.move_end, is_last=False),
            "G": partial(shown.move_end, is_last=True),
            "left": partial(value.step, -1),
        }
        for keys, act in (
            (("a", "enter"), self.action_approve),
            (("j", "down"), partial(view.move, 1)),
            (("k", "up"), partial(view.move, -1)),
            (("ctrl+d", "pagedown"), partial(shown.move_page, 1)),
            (("ctrl+u", "pageup"), partial(shown.move_page, -1)),
            (("right", "space"), partial(value.step, 1)),
        ):
            acts |= dict.fromkeys(keys, act)
        return acts

    def on_key(self, event: events.Key) -> None:
        """Keys that no field has taken."""
        if self.has_class("-rejecting"):
            return
        rows = self.query_one(OptionRows)
        act = self._acts().get(event.key)
        if act is not None:
            event.stop()
            act()
        elif event.key.isdecimal() and rows.display and 0 < int(event.key) <= len(rows.options):
            event.stop()
            rows.move_to(int(event.key) - 1)

    def on_paste(self, event: events.Paste) -> None:
        """A paste is no answer."""
        event.stop()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "question-reason":
            self.action_reject_now()
        else:
            self.action_approve()

    @on(RowView.Opened)
    def _opened(self, event: RowView.Opened) -> None:
        event.stop()  # a second click on a choice only chooses it again
