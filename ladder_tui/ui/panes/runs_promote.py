"""From an agent of a run to a skill: its prompt, as it was in that run, becomes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.errors import LadderError
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.text import clean_line

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


def promote_agent(ladder: Host, run_id: RunId, agent_id: AgentId, agent: str) -> None:
    """Ask for a name, write the skill, and go to it."""

    def write(name: str) -> None:
        try:
            path = ladder.workbench.skills.promote(run_id, agent_id, name)
        except LadderError as error:
            ladder.say_error(error)
            return
        ladder.say(f"Wrote {clean_line(path)} from the prompt of {clean_line(agent)}")
        ladder.go_to("skills", name)

    lines = [f"The prompt of {clean_line(agent)} in this run becomes a skill.", "Its name:"]
    ladder.push_screen(Ask("to a skill", lines, f"{clean_line(agent)}-2", write))
