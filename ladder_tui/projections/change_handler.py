"""How the events of editing agents change the folded state of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ladder_tui.domain import event as ev
from ladder_tui.projections.run_fold import RunFold


def _on_workspace_opened(view: RunFold, at: float, event: ev.WorkspaceOpened) -> None:
    card = view.card(event.agent_id)
    card.workspace, card.branch = event.path, event.branch
    card.last_event_at = at


def _on_checkpoint_made(view: RunFold, at: float, event: ev.CheckpointMade) -> None:
    card = view.card(event.agent_id)
    if event.commit != card.commit:
        card.decision = None  # it was about other work
    card.commit, card.files = event.commit, event.files
    card.last_event_at = at


def _on_conflicts_found(view: RunFold, _at: float, event: ev.ConflictsFound) -> None:
    view.conflicts = event.conflicts
    for agent_id, card in view.agents.items():
        card.conflicts = tuple(c for c in event.conflicts if agent_id in (c.first, c.second))


def _on_change_decided(view: RunFold, _at: float, event: ev.ChangeDecided) -> None:
    if not event.paths:  # a part leaves the rest open
        view.card(event.agent_id).decision = event.decision


CHANGE_HANDLERS: dict[type[Any], Callable[[RunFold, float, Any], None]] = {
    ev.WorkspaceOpened: _on_workspace_opened,
    ev.CheckpointMade: _on_checkpoint_made,
    ev.ConflictsFound: _on_conflicts_found,
    ev.ChangeDecided: _on_change_decided,
}
