"""Everything about the agent under the board's cursor, in tabs."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from ladder_tui.domain.finding import Finding
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.transcript import Transcript
from ladder_tui.ui import format as form
from ladder_tui.ui.text import clean_line, clean_lines
from ladder_tui.ui.widgets.detail_tabs import DetailTabs
from ladder_tui.ui.widgets.file_lines import change_lines, read_lines
from ladder_tui.ui.widgets.filter_bar import FilterField
from ladder_tui.ui.widgets.text_view import TextLine, TextView
from ladder_tui.ui.widgets.timeline import Timeline
from ladder_tui.ui.widgets.transcript import TranscriptView
from ladder_tui.ui.widgets.transcript_lines import severity_mark

WIDE_TABS = ("transcript", "files", "findings")
NARROW_TABS = (*WIDE_TABS, "timeline")
"""Where the timeline has no place of its own it is a tab."""


class AgentDetail(Vertical):
    """Tabs over transcript, files, findings and, on narrow terminals, the timeline."""

    DEFAULT_CSS = """
    AgentDetail FilterField { display: none; }
    AgentDetail.-filtering FilterField { display: block; }
    """

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.tabs = DetailTabs(*WIDE_TABS)
        self.search_field = FilterField(placeholder="search, enter then n N")
        self.transcript_view = TranscriptView()
        self.files_view = TextView()
        self.findings_view = TextView()
        self.timeline = Timeline()
        self._card: AgentCard | None = None
        self._transcript: Transcript | None = None
        self._listed: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Tabs over their views."""
        yield self.tabs
        yield self.search_field
        yield from (self.transcript_view, self.files_view, self.findings_view, self.timeline)

    def on_mount(self) -> None:
        """Show the first tab."""
        self._show_tab()

    @property
    def tab(self) -> str:
        """Name of the current tab."""
        return self.tabs.current

    @property
    def _views(self) -> dict[str, Widget]:
        return {
            "transcript": self.transcript_view,
            "files": self.files_view,
            "findings": self.findings_view,
            "timeline": self.timeline,
        }

    @property
    def view(self) -> Widget:
        """The view of the current tab."""
        return self._views[self.tab]

    def _show_tab(self) -> None:
        for name, widget in self._views.items():
            widget.display = name == self.tab

    @on(DetailTabs.Chosen)
    def _chosen(self) -> None:
        had_focus = self.screen.focused in self._views.values()
        self._show_tab()
        if had_focus:
            self.view.focus(scroll_visible=False)

    # -- search in the transcript --------------------------------------------------------------

    def start_search(self) -> None:
        """Type what to look for in the transcript."""
        self.tabs.choose("transcript")
        self.add_class("-filtering")
        self.search_field.focus(scroll_visible=False)

    @property
    def is_searching(self) -> bool:
        """True while there is a search line."""
        return self.has_class("-filtering")

    def clear_search(self) -> bool:
        """Search for nothing; False when nothing was searched for."""
        if not self.is_searching:
            return False
        self.search_field.value = ""
        self.remove_class("-filtering")
        self.transcript_view.focus(scroll_visible=False)
        return True

    @on(Input.Changed)
    def _search_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.transcript_view.search(event.value.strip().lower())

    @on(Input.Submitted)
    def _search_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            self.remove_class("-filtering")
        self.transcript_view.focus(scroll_visible=False)

    def text(self, *, is_whole: bool) -> str:
        """Text of the current tab to copy: all of it, or the item under the cursor."""
        if self.tab == "transcript":
            view = self.transcript_view
            return view.all_text() if is_whole else view.item_text()
        return self.findings_view.text if self.tab == "findings" else self.files_view.text

    # -- content -------------------------------------------------------------------------------

    def show(
        self,
        card: AgentCard | None,
        transcript: Transcript | None,
        findings: list[Finding],
        *,
        is_narrow: bool,
    ) -> None:
        """Show an agent; None before there is one."""
        self._card, self._transcript = card, transcript
        partial = card.partial_text if card is not None else ""
        self.transcript_view.show(transcript, partial, _waiting_text(card))
        self._list(card, transcript, findings)
        note, action = self._note()
        heading = card.name if card is not None else ""
        names = NARROW_TABS if is_narrow else WIDE_TABS
        self.tabs.update(heading=heading, note=note, note_action=action, names=names)

    def _note(self) -> tuple[str, str]:
        view = self.transcript_view
        if self.tab != "transcript":
            return "", ""
        if view.query_text:
            return f"{view.matches} of {view.query_text!r}, n N", ""
        if view.is_following:
            return "follow", ""
        if view.new_lines:
            return f"{view.new_lines} new, G", "app.perform('move.last')"
        return "G follows", "app.perform('move.last')"

    def _list(
        self, card: AgentCard | None, transcript: Transcript | None, findings: list[Finding]
    ) -> None:
        version = transcript.version if transcript is not None else -1
        edits = (card.files, card.conflicts, card.decision) if card is not None else ()
        listed = (id(transcript), version, len(findings), edits)
        if listed == self._listed:
            return
        is_same = self._listed[:1] == listed[:1]
        self._listed = listed
        ladder = self.transcript_view.ladder
        lines = change_lines(card, ladder.glyphs, ladder.look) if card is not None else []
        lines += read_lines(transcript, findings, ladder.look)
        self.files_view.set_lines(lines, keep_scroll=is_same)
        self.findings_view.set_lines(self._finding_lines(findings), keep_scroll=is_same)

    def _finding_lines(self, findings: list[Finding]) -> list[TextLine]:
        ladder = self.transcript_view.ladder
        look, glyphs = ladder.look, ladder.glyphs
        if not findings:
            return [("No findings so far.", look.muted)]
        lines: list[TextLine] = [(form.plural(len(findings), "finding"), look.heading)]
        for finding in findings:
            letter, style = severity_mark(finding.severity, look)
            is_verified = finding.quote_state == "verified"
            quote = f"quote {glyphs.done}" if is_verified else f"quote {glyphs.degraded} not found"
            place = f"{clean_line(finding.path)}:{finding.line}"
            lines.append(("", look.plain))
            lines.append((f"{letter} {clean_line(finding.rule)} {place}  {quote}", style))
            lines += [(f"  {text}", look.plain) for text in clean_lines(finding.message)]
            if finding.quote:
                lines.append((f"  {clean_line(finding.quote).strip()}", look.muted))
            if finding.suggestion:
                lines += [(f"  {t}", look.accent) for t in clean_lines(finding.suggestion)]
        return lines


def _waiting_text(card: AgentCard | None) -> str:
    if card is None:
        return "No agent has been queued yet."
    return "Waits for its turn." if card.state == "queued" else "Nothing has been said yet."
