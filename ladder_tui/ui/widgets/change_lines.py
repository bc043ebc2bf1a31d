"""The changes of a run in words: how many, what conflicts, what the keys do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ladder_tui.domain.change import AgentChange
from ladder_tui.errors import LadderError
from ladder_tui.ui.format import plural
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.question_lines import Key

SHOWN_CONFLICTS = 3
SHOWN_FAULT_LINES = 8


def summary_line(changes: Sequence[AgentChange], glyphs: Glyphs, look: Styles) -> Line:
    """How many agents changed how much, and how many changes wait."""
    files = {file.path for change in changes for file in change.files}
    waiting = sum(change.decision is None and bool(change.files) for change in changes)
    pairs = {conflict for change in changes for conflict in change.conflicts}
    line = Line(glyphs.ellipsis).add(
        f"{plural(len(changes), 'agent')}, {plural(len(files), 'file')}", look.strong
    )
    line.add(f"   +{sum(change.added for change in changes)}", look.success)
    line.add(f" -{sum(change.removed for change in changes)}", look.error)
    line.add(f"   {waiting} open", look.plain if waiting else look.muted)
    if pairs:
        line.add(f"   {glyphs.degraded} {plural(len(pairs), 'conflict')}", look.warning)
    return line


def conflict_lines(
    change: AgentChange | None,
    changes: Mapping[str, AgentChange],
    cells: int,  # noqa: ARG001 - builders get the width
    glyphs: Glyphs,
    look: Styles,
) -> list[Line]:
    """With whom the change under the cursor conflicts, and where."""
    if change is None:
        return []
    lines = []
    for conflict in change.conflicts[:SHOWN_CONFLICTS]:
        other = conflict.second if conflict.first == change.agent_id else conflict.first
        name = changes[other].name if other in changes else other
        paths = ", ".join(clean_line(path) for path in conflict.paths)
        line = Line(glyphs.ellipsis).add(f"{glyphs.degraded} conflicts with ", look.warning)
        lines.append(line.add(clean_line(name), look.strong).add(f" in {paths}", look.plain))
    more = len(change.conflicts) - SHOWN_CONFLICTS
    if more > 0:
        lines.append(Line(glyphs.ellipsis).add(f"  and with {more} more", look.muted))
    if change.decision == "rejected" and change.reason:
        text = f"rejected: {clean_line(change.reason)}"
        lines.append(Line(glyphs.ellipsis).add(text, look.muted))
    return lines


def outcome_lines(
    error: LadderError | None, said: str, cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    """What was done, or what could not be done, why, and the next step, whole."""
    if error is None:
        text = f"{glyphs.done} {said}"
        return [Line(glyphs.ellipsis).add(text, look.success)] if said else []
    texts = [f"{glyphs.failed} {clean_line(error.what)}"]
    texts += [f"  why: {clean_line(error.why)}"] if error.why else []
    texts += [f"  next: {clean_line(error.next_step)}"] if error.next_step else []
    parts = [part for text in texts for part in wrap(text, max(10, cells - 1))]
    return [Line(glyphs.ellipsis).add(part, look.error) for part in parts[:SHOWN_FAULT_LINES]]


def change_keys(changes: int, pieces: int, *, is_diff: bool) -> list[Key]:
    """What the keys do now; each can be clicked."""
    if is_diff:
        what = "this hunk" if pieces == 1 else plural(pieces, "hunk")
        return [
            ("a", f"accept {what}", "screen.accept"),
            ("space", "mark", "screen.mark"),
            ("R", "reject", "screen.reject"),
            ("n N", "hunk", "screen.next"),
            ("esc", "list", "screen.to_list"),
        ]
    what = "accept" if changes < 2 else f"accept {changes}"
    return [
        ("a", what, "screen.accept"),
        ("enter", "diff", "screen.to_diff"),
        ("space", "mark", "screen.mark"),
        ("R", "reject", "screen.reject"),
        ("b", "branch", "screen.leave"),
        ("esc", "close", "screen.close"),
    ]
