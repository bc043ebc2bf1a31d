"""The base of modal screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.binding import BindingType
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class Sheet(ModalScreen[None], inherit_bindings=False):
    """A modal screen; ``esc`` closes it (the frame's priority binding), a click outside too."""

    DEFAULT_CSS = """
    Sheet > .sheet { width: 90%; max-width: 100; height: 90%; background: $background;
                     border: round $primary; padding: 0 1; }
    Sheet.-ascii > .sheet { border: ascii $primary; }
    """
    AUTO_FOCUS = "*"

    @property
    def ladder(self) -> Host:
        """The application, typed."""
        return cast("Host", self.app)

    def on_mount(self) -> None:
        """ASCII terminals get ASCII borders."""
        self.set_class(self.ladder.glyphs.is_ascii, "-ascii")

    def on_click(self, event: events.Click) -> None:
        """A click outside closes."""
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.dismiss()

    def action_close(self) -> None:
        """Close."""
        self.dismiss()


def moving_bindings() -> list[BindingType]:
    """Bindings of modal screens whose focused view scrolls."""
    return [
        ("j,down", "move(1)", ""),
        ("k,up", "move(-1)", ""),
        ("ctrl+d,pagedown", "page(1)", ""),
        ("ctrl+u,pageup", "page(-1)", ""),
        ("g,home", "end(False)", ""),
        ("G,end", "end(True)", ""),
        ("q", "close", ""),
    ]
