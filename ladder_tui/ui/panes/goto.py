"""From another pane to an agent of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.errors import LadderError

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host
    from ladder_tui.ui.panes.runs import RunsPane


def go_to_run(ladder: Host, run_id: RunId, agent_id: AgentId | None = None) -> None:
    """Open the Runs pane on a run, with an agent in focus."""
    pane = cast("RunsPane", ladder.open_pane("runs"))

    def show() -> None:
        try:
            pane.show_run(run_id)
        except LadderError as error:
            ladder.say_error(error)
            return
        if agent_id is not None:
            pane.board.select(agent_id)
            pane.focus_area("detail")

    # Through the pane's own queue: a pane that is just being made is mounted by then.
    pane.call_later(show)
