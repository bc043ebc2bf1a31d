"""The row of panes."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line

_UNDERLINE = Style(underline=True)


class Tabs(Bar):
    """Digits, titles and badges of the panes; a click opens one."""

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        ladder = self.ladder
        styles = ladder.look
        is_short = cells < 100
        line = Line(ladder.glyphs.ellipsis)
        line.add(" ", styles.plain)
        for spec in ladder.panes:
            is_current = spec.id == ladder.pane_id
            title = f"{spec.key}{spec.short}" if is_short else f"{spec.key} {spec.title}"
            click = f"app.open_pane({spec.id!r})"
            line.add(title, styles.focus + _UNDERLINE if is_current else styles.muted, click)
            if badge := ladder.facts.badges.get(spec.id, ""):
                line.add(" ", styles.plain, click)
                line.add(badge, self._badge_style(badge[0]), click)
            line.add("  " if is_short else "   ", styles.plain)
        return line.strip(cells)

    def _badge_style(self, glyph: str) -> Style:
        styles, glyphs = self.ladder.look, self.ladder.glyphs
        if glyph == glyphs.question:
            return styles.question
        return styles.running if glyph == glyphs.running else styles.error
