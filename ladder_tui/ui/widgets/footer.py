"""The footer: what the keys do here and now, from the action table; each entry is a button."""

from __future__ import annotations

from textual.strip import Strip

from ladder_tui.ui.actions import show_key
from ladder_tui.ui.text import width
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line

_FIXED = ("palette", "help")


class Footer(Bar):
    """Enabled actions by rank at the left; palette and help fixed at the right."""

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        ladder = self.ladder
        styles, is_ascii = ladder.look, ladder.glyphs.is_ascii
        context = ladder.context()
        line = Line(ladder.glyphs.ellipsis)
        line.add(" ", styles.plain)
        entries: list[tuple[str, str, str, bool]] = []
        for action in ladder.available(context):
            keys = action.text_keys if context.is_text else action.keys + action.text_keys
            if action.footer and keys:
                label = action.label
                if context.is_text and action.id == "back":
                    label = ladder.dispatcher.back_label()
                elif ladder.pane is not None:
                    label = ladder.pane.label(action)
                is_enabled = not ladder.why_not(action.id)
                key = show_key(keys[0], is_ascii=is_ascii)
                entries.append((action.id, key, label, is_enabled))
        fixed = [e for e in entries if e[0] in _FIXED]
        for action_id, key, label, _ in fixed:
            click = f"app.perform({action_id!r})"
            line.add_right(key, styles.key, click).add_right(f" {label}  ", styles.muted, click)
        space = cells - line.right_cells - 2
        for action_id, key, label, is_enabled in entries:
            size = width(key) + width(label) + 3
            if action_id in _FIXED or not is_enabled or line.cells + size > space:
                continue
            click = f"app.perform({action_id!r})"
            line.add(key, styles.key, click).add(f" {label}  ", styles.plain, click)
        return line.strip(cells, styles.bar)
