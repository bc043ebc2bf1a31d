"""What happens 15 times a second: facts, the visible pane, messages, footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.errors import LadderError
from ladder_tui.ui import format as form
from ladder_tui.ui.facts import FactsGatherer
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.waiting import terminal_title
from ladder_tui.ui.widgets.footer import Footer
from ladder_tui.ui.widgets.header import Header
from ladder_tui.ui.widgets.message_line import MessageLine
from ladder_tui.ui.widgets.run_cells import run_word
from ladder_tui.ui.widgets.tabs import Tabs
from ladder_tui.ui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

FACTS_EVERY_S = 1.0


class FrameTick:
    """Draws what changed since the last frame, and nothing else."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self.gatherer = FactsGatherer(app.workbench, app.glyphs, app.waiting)
        self.is_footer_stale = True
        self._facts_at = float("-inf")
        self._last_error = ""
        self._drawn_log = -1
        self._had_questions = False
        self._ended = ""
        """The run that ended while the terminal had no focus."""

    def tick(self) -> None:
        """One frame. An error of the store is said once and tried again."""
        app = self._app
        if not app.screen_stack:
            return  # the program ends
        now = app.clock()
        try:
            if now - self._facts_at >= FACTS_EVERY_S:
                self._facts_at = now
                self.is_footer_stale = True
                self._refresh_facts()
            pane = app.pane
            if pane is not None and pane.is_mounted and len(app.screen_stack) == 1:
                pane.tick(now)
            self._last_error = ""
        except LadderError as error:
            if str(error) != self._last_error:
                self._last_error = str(error)
                app.say_error(error)
        self._draw_messages(now)
        if self.is_footer_stale:
            self.is_footer_stale = False
            for footer in app.screen_stack[0].query(Footer):
                footer.update()

    def _refresh_facts(self) -> None:
        facts = self.gatherer.gather()
        for run in self.gatherer.take_ended():
            is_good = run.verdict in ("pass", "none") and run.state == "done"
            self._app.say(ended_text(run), level="info" if is_good else "warning", key="6")
            if not self._app.app_focus:
                self._app.bell()
                self._ended = f"{run.workflow} #{run.number}"
        self._tell_questions(facts.repository)
        if facts != self._app.facts:
            self._app.facts = facts
            for kind in (Header, Tabs, TooSmall):
                self.redraw(kind)

    def _tell_questions(self, repository: str) -> None:
        """Age in the message line, number in the terminal's title, a bell for who is elsewhere."""
        app, waiting = self._app, self._app.waiting
        if waiting.take_new() and not app.app_focus:
            app.bell()
        if waiting.all or self._had_questions:
            self.redraw(MessageLine)
        self._had_questions = bool(waiting.all)
        if app.app_focus:
            self._ended = ""
        app.set_terminal_title(terminal_title(repository, len(waiting.all), self._ended))

    def _draw_messages(self, now: float) -> None:
        log = self._app.log_of_messages
        log.expire(now)
        if log.version != self._drawn_log:
            self._drawn_log = log.version
            self.redraw(MessageLine)

    def redraw(self, kind: type[Widget]) -> None:
        """Draw every widget of a kind on the main screen again."""
        for widget in self._app.screen_stack[0].query(kind):
            widget.refresh()


def ended_text(run: RunSummary) -> str:
    """How a run ended, in one line: counts first."""
    parts = [f"{run.agents_done} of {run.agents_total} agents done"]
    parts.append(form.plural(run.findings, "finding"))
    if run.gates_bad:
        parts.append(f"{form.plural(run.gates_bad, 'gate')} not passed")
    word = run_word(run.state, run.verdict)
    tail = "; r there resumes it" if run.state not in FINAL_STATES else ""
    return f"{clean_line(run.workflow)} #{run.number} {word}: {', '.join(parts)}{tail}"
