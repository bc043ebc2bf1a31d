"""What lists and headlines say about a run: pure functions."""

from __future__ import annotations

from rich.style import Style

from ladder_tui.domain.run import RunState, RunSummary, RunVerdict
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Column

COLUMNS: tuple[Column, ...] = (
    Column("run", "run", 5, is_right=True),
    Column("workflow", "workflow", 0, min_width=12),
    Column("state", "state", 13),
    Column("agents", "agents", 7, is_right=True),
    Column("time", "time", 7, is_right=True),
    Column("tokens", "tokens", 7, is_right=True, drop=2),
    Column("cost", "$", 8, is_right=True),
    Column("findings", "find", 5, is_right=True),
    Column("gates", "gates", 5, is_right=True, drop=4),
    Column("ago", "started", 9, is_right=True, drop=3),
    Column("model", "model", 22, drop=1),
)


def run_glyph(
    state: RunState, verdict: RunVerdict, glyphs: Glyphs, look: Styles
) -> tuple[str, Style]:
    """Glyph and style of a run: its state, and once it is done its verdict."""
    if state == "done":
        return {
            "pass": (glyphs.done, look.success),
            "fail": (glyphs.failed, look.error),
            "degraded": (glyphs.degraded, look.warning),
        }.get(verdict, (glyphs.done, look.muted))
    return {
        "queued": (glyphs.queued, look.muted),
        "running": (glyphs.running, look.running),
        "paused": (glyphs.paused, look.muted),
        "interrupted": (glyphs.degraded, look.warning),
        "budget": (glyphs.failed, look.error),
        "cancelled": (glyphs.cancelled, look.muted),
        "error": (glyphs.failed, look.error),
    }[state]


def run_word(state: RunState, verdict: RunVerdict) -> str:
    """State and verdict in one word."""
    return verdict if state == "done" and verdict != "none" else state


def run_cell(
    column: str, run: RunSummary, now: float, glyphs: Glyphs, look: Styles
) -> tuple[str, Style]:
    """Text and style of one cell of the run list; ``state`` is drawn by the list."""
    if column == "run":
        return f"#{run.number}", look.strong
    if column == "agents":
        style = look.warning if run.agents_failed else look.plain
        return f"{run.agents_done}/{run.agents_total}", style
    if column == "time":
        return run_time(run, now), look.plain
    if column == "tokens":
        usage = run.usage
        text = form.tokens(usage.total_tokens, is_estimated=usage.is_estimated)
        return text, look.plain if usage.total_tokens else look.muted
    if column == "cost":
        return form.money(run.cost), look.money
    if column == "findings":
        return str(run.findings), look.plain if run.findings else look.muted
    if column == "gates":
        if run.gates_bad:
            return f"{glyphs.failed}{run.gates_bad}", look.error
        return ("0" if run.finished_at is not None else ""), look.muted
    if column == "ago":
        return ago(now - run.created_at), look.muted
    return run.model, look.muted


def run_time(run: RunSummary, now: float) -> str:
    """How long it took, or takes while a runner is at work."""
    if run.started_at is None:
        return ""
    if run.finished_at is not None:
        return form.age(run.finished_at - run.started_at)
    return form.age(now - run.started_at) if run.is_alive else ""


def ago(seconds: float) -> str:
    """``just now``, ``12 min``, ``3 h``, ``5 d``."""
    if seconds < 60:
        return "just now"
    if seconds < 3_600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.0f} h" if seconds < 48 * 3_600 else f"{seconds / 86_400:.0f} d"
