"""Help: the keys of the pane it was opened in, generated from the action table."""

from __future__ import annotations

from ladder_tui.ui.actions import Action, show_key
from ladder_tui.ui.screens.reading import Reading
from ladder_tui.ui.text import pad
from ladder_tui.ui.widgets.text_view import TextLine

_GROUPS = ("Do", "Find", "Move", "Frame", "Panes")


class Help(Reading):
    """What each key does here."""

    title_text = "keys"

    def lines(self) -> list[TextLine]:
        """Actions of the pane, by group."""
        ladder = self.ladder
        styles, handlers = ladder.look, ladder.dispatcher.handlers()
        actions = [
            a
            for a in ladder.dispatcher.actions
            if a.id in handlers and (not a.panes or ladder.pane_id in a.panes)
        ]
        lines: list[TextLine] = []
        for group in _GROUPS:
            members = [a for a in actions if a.group == group]
            if members:
                lines += [("", styles.plain), (group, styles.focus)]
                for action in members:
                    lines.append((self._line(action), styles.plain))
                    if reason := ladder.why_not(action.id):
                        lines.append((f"{'':18}not now: {reason}", styles.muted))
        lines += [
            ("", styles.plain),
            ("Every action is in the palette, and every footer entry is a button.", styles.muted),
            ("Drag selects text; shift and drag belongs to the terminal.", styles.muted),
        ]
        return lines[1:]

    def _line(self, action: Action) -> str:
        is_ascii = self.ladder.glyphs.is_ascii
        keys = " ".join(show_key(k, is_ascii=is_ascii) for k in action.keys)
        twins = [k for k in action.text_keys if k not in action.keys]
        typing = " ".join(show_key(k, is_ascii=is_ascii) for k in twins)
        if typing:
            keys = f"{keys}  {typing}" if keys else typing
        return f"{pad(keys, 18)}{action.help}"
