"""The live view of a run in a terminal: one line per agent, redrawn in place, without Textual."""

from __future__ import annotations

import time

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ladder_tui.cli.terminal import Printer
from ladder_tui.cli.wording import cost_text, state_glyph
from ladder_tui.domain.event import EventRecord
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.run_view import RunView, cards_by_attention, totals
from ladder_tui.ui.format import age, money, percent, plural, tokens
from ladder_tui.ui.text import clean_line, pad
from ladder_tui.workbench.feed import RunFeed

FRAME_S = 0.12
_NAME_CELLS = (8, 20)
_ACTIVITY_CELLS = (16, 60)
_FIXED_CELLS = 47
"""All other columns with their gaps."""
_STYLES = {"running": "cyan", "done": "green", "failed": "red", "budget": "red"}


class Board:
    """Draws the folded state of a run a few times a second."""

    def __init__(self, feed: RunFeed, err: Printer, hint: str) -> None:
        self._feed = feed
        self._glyphs = err.glyphs
        self._hint = hint
        self._console = Console(
            stderr=True, highlight=False, markup=False, emoji=False, no_color=not err.has_color
        )
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._next_frame = 0.0
        self._spin = 0

    def record(self, record: EventRecord) -> None:
        """The feed reads for itself."""

    def say(self, text: str) -> None:
        """Show the line below the agents until the end."""
        self._hint = text
        self._next_frame = 0.0

    def tick(self) -> None:
        """Draw a frame when one is due."""
        now = time.monotonic()
        if now < self._next_frame:
            return
        self._next_frame = now + FRAME_S
        self._spin += 1
        self._feed.poll()
        self._live.update(self._frame(self._feed.view, time.time()), refresh=True)

    def close(self) -> None:
        """Draw the last frame, which stays, and show the cursor again."""
        self._hint = ""
        self._feed.poll()
        self._live.update(self._frame(self._feed.view, time.time()), refresh=True)
        self._live.stop()

    def pause(self) -> None:
        """Leave the terminal to a question."""
        self._live.stop()

    def go_on(self) -> None:
        """Draw below what was asked."""
        self._live.start()
        self._next_frame = 0.0

    def _frame(self, view: RunView, now: float) -> Text:
        width, height = self._console.size
        cards = cards_by_attention(view, now)
        room = max(1, height - 5)
        if len(cards) <= room:
            cards = list(view.agents.values())
        lines = [self._head(view, now)]
        if cards:
            lines.append(self._header(width))
        lines += [self._row(card, width, now) for card in cards[:room]]
        if len(cards) > room:
            lines.append(Text(f"  {self._glyphs.ellipsis} {len(cards) - room} more", "dim"))
        if self._hint:
            lines.append(Text(f"  {self._hint}", "dim"))
        for line in lines:
            line.truncate(width - 1)
        return Text("\n").join(lines)

    def _head(self, view: RunView, now: float) -> Text:
        glyphs, total = self._glyphs, totals(view)
        counts = [
            (glyphs.running, total.running, "cyan"),
            (glyphs.done, total.done, "green"),
            (glyphs.failed, total.failed, "red"),
            (glyphs.queued, total.queued, "dim"),
        ]
        head = Text()
        if view.state == "queued":
            spinner = glyphs.spinner[self._spin % len(glyphs.spinner)]
            return head.append(f"{spinner} waiting for the runner")
        head.append(f"{clean_line(view.workflow)} #{view.number}", "bold")
        for glyph, count, style in counts:
            if count:
                head.append(f"  {glyph} {count}", style)
        started = view.started_at if view.started_at is not None else now
        head.append(f"  {age(now - started)}  {tokens(view.usage.total_tokens)} tok  ")
        head.append(cost_text(view.cost), "magenta")
        if view.limits.usd is not None:
            head.append(f" of ${view.limits.usd:.2f}")
        if view.state == "paused":
            head.append(f"  {glyphs.paused} paused", "bold")
        return head

    def _cells(self, width: int) -> tuple[int, int]:
        """Cells of the name and of the activity."""
        names = [len(card.name) for card in self._feed.view.agents.values()]
        name_cells = min(max([_NAME_CELLS[0], *names]), _NAME_CELLS[1])
        left = width - _FIXED_CELLS - name_cells
        return name_cells, min(max(left, _ACTIVITY_CELLS[0]), _ACTIVITY_CELLS[1])

    def _header(self, width: int) -> Text:
        name_cells, activity_cells = self._cells(width)
        text = f"    {'agent':<{name_cells}}  {'activity':<{activity_cells}}"
        return Text(f"{text}  {'age':>6}  {'in':>6} {'out':>6}  {'$':>7}  {'ctx':>4}", "dim")

    def _row(self, card: AgentCard, width: int, now: float) -> Text:
        name_cells, activity_cells = self._cells(width)
        is_stalled = card.is_stalled(now)
        glyph = self._glyphs.stalled if is_stalled else state_glyph(self._glyphs, card.state)
        style = "yellow" if is_stalled else _STYLES.get(card.state, "dim")
        end = self._glyphs.ellipsis
        row = Text("  ")
        row.append(f"{glyph} ", style)
        row.append(pad(clean_line(card.name), name_cells, ellipsis=end))
        row.append("  " + pad(clean_line(self._activity(card)), activity_cells, ellipsis=end))
        since = card.elapsed_s(now) if card.is_final else now - card.activity_at
        row.append(f"  {age(since) if card.started_at is not None else '':>6}", "dim")
        output = card.usage.output_tokens + card.partial_tokens
        is_partial = card.partial_tokens > 0
        row.append(f"  {tokens(card.usage.context_tokens):>6}")
        row.append(f" {tokens(output, is_estimated=is_partial):>6}")
        row.append(f"  {money(card.cost):>7}", "magenta")
        row.append(f"  {percent(card.context_tokens, card.context_window):>4}", "dim")
        return row

    def _activity(self, card: AgentCard) -> str:
        if card.state == "done":
            again = f", {plural(card.lost_attempts, 'retry', 'retries')}"
            return plural(card.findings, "finding") + (again if card.lost_attempts else "")
        if card.is_final:
            return f"{card.failure or card.state}: {card.reason}".rstrip(": ")
        if card.lost_attempts and card.state == "running":
            return (
                f"{card.activity} (attempt {card.attempt})" if card.attempt > 1 else card.activity
            )
        return card.activity
