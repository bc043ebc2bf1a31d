"""What a person can decide about agents' changes, as calls that run in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ladder_tui.domain.change import AgentChange
from ladder_tui.domain.ids import RunId
from ladder_tui.ui.format import plural
from ladder_tui.ui.ports_run import RunsPort
from ladder_tui.ui.text import clean_line


class Decision(NamedTuple):
    """A decision, and what is said once it is done."""

    apply: Callable[[RunsPort, RunId], object]
    said: str


def accept_changes(changes: Sequence[AgentChange]) -> Decision:
    """Merge changes whole, one after the other."""
    names = ", ".join(clean_line(change.name) for change in changes)
    agents = [change.agent_id for change in changes]
    return Decision(lambda runs, run_id: runs.accept(run_id, agents), f"Merged {names}")


def accept_pieces(change: AgentChange, places: Sequence[int]) -> Decision:
    """Merge some hunks of a change."""
    said = f"Merged {plural(len(places), 'hunk')} of {clean_line(change.name)}"
    agents = [change.agent_id]
    return Decision(lambda runs, run_id: runs.accept(run_id, agents, pieces=places), said)


def reject_change(change: AgentChange, reason: str) -> Decision:
    """Turn a change down."""
    said = f"Rejected {clean_line(change.name)}"
    return Decision(lambda runs, run_id: runs.reject(run_id, change.agent_id, reason), said)


def reject_lines(change: AgentChange) -> list[str]:
    """What a rejection means, before its reason is asked for."""
    return [
        f"{clean_line(change.name)}: {plural(len(change.files), 'file')}",
        "The reason stays with it; its branch stays until the run is removed.",
    ]


def leave_change(change: AgentChange) -> Decision:
    """Keep a change as a branch."""
    said = f"{clean_line(change.name)} stays on the branch {clean_line(change.branch)}"
    return Decision(lambda runs, run_id: runs.leave(run_id, change.agent_id), said)
