"""Opening the frame's modal screens. Each is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ladder_tui.domain.ids import AgentId
    from ladder_tui.domain.run import RunSummary
    from ladder_tui.ui.host import Host


def show_palette(app: Host) -> None:
    """Open the palette."""
    from ladder_tui.ui.screens.palette import Palette  # deferred: loads Input

    app.push_screen(Palette())


def show_help(app: Host) -> None:
    """Open the help of the current pane."""
    from ladder_tui.ui.screens.help import Help  # deferred: not on the path to the first paint

    app.push_screen(Help())


def show_messages(app: Host) -> None:
    """List all messages; every error counts as read."""
    from ladder_tui.ui.screens.message_list import MessageList  # deferred likewise

    app.push_screen(MessageList())
    app.log_of_messages.read_all()


def show_question(app: Host) -> None:
    """Open the sheet of the question that waits longest."""
    from ladder_tui.ui.screens.question import QuestionSheet  # deferred likewise

    if app.waiting.all:
        app.push_screen(QuestionSheet(app.waiting.all[0]))


def show_changes(app: Host, run: RunSummary, agent_id: AgentId | None = None) -> None:
    """Open what the agents of a run changed, at one of them where it is named."""
    from ladder_tui.ui.screens.changes import ChangesSheet  # deferred likewise

    app.push_screen(ChangesSheet(run, agent_id))
