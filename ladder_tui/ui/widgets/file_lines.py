"""The files of one agent: what it changed, where that conflicts, what it looked at. Pure."""

from __future__ import annotations

from collections import Counter

from ladder_tui.domain.finding import Finding
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.transcript import Transcript
from ladder_tui.projections.transcript_item import ToolItem
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.text_view import TextLine

_LETTERS = {"added": "A", "modified": "M", "deleted": "D", "renamed": "R"}
_DECISIONS = {"accepted": "accepted", "rejected": "rejected", "left": "left on its branch"}


def change_lines(card: AgentCard, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    """Each changed file with its lines added and removed, and who else changed it differently."""
    if not card.workspace and not card.files:
        return []
    head = form.plural(len(card.files), "file") + " changed"
    if card.branch:
        head += f" on {clean_line(card.branch)}"
    if card.decision is not None:
        head += f", {_DECISIONS[card.decision]}"
    lines: list[TextLine] = [(head, look.heading)]
    others = _conflicting(card)
    for change in card.files:
        path = clean_line(change.path)
        counts = f"{f'+{change.added}':>6} {f'-{change.removed}':>6}"
        text, style = f"{counts}  {_LETTERS[change.status]} {path}", look.plain
        if change.path in others:
            names = ", ".join(clean_line(name) for name in others[change.path])
            text, style = f"{text}  {glyphs.degraded} conflicts with {names}", look.warning
        lines.append((text, style))
    return [*lines, ("", look.plain)]


def _conflicting(card: AgentCard) -> dict[str, list[str]]:
    """By path: the agents whose change of it does not merge with this one's."""
    found: dict[str, list[str]] = {}
    for conflict in card.conflicts:
        other = conflict.second if conflict.first == card.agent_id else conflict.first
        for path in conflict.paths:
            found.setdefault(path, []).append(other.partition("/")[2] or other)
    return found


def read_lines(
    transcript: Transcript | None, findings: list[Finding], look: Styles
) -> list[TextLine]:
    """Each file that a tool was called with or a finding names."""
    calls: Counter[str] = Counter()
    for item in transcript.items if transcript is not None else ():
        if isinstance(item, ToolItem):
            path = item.input.get("file_path") or item.input.get("path")
            if isinstance(path, str):
                calls[clean_line(path)] += 1
    found = Counter(clean_line(finding.path) for finding in findings)
    paths = sorted(calls.keys() | found.keys())
    if not paths:
        return [("No file was read by a tool and no finding names one.", look.muted)]
    lines: list[TextLine] = [(f"{'calls':>5} {'find':>4}  path", look.heading)]
    for path in paths:
        style = look.plain if found[path] else look.muted
        lines.append((f"{calls[path]:>5} {found[path]:>4}  {path}", style))
    return lines
