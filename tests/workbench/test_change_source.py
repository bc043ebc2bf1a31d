"""A journal that a repository brought along must not aim deletions at anything else."""

from __future__ import annotations

import time
from pathlib import Path

from ladder_tui.domain.event import CheckpointMade, Event, WorkspaceOpened
from ladder_tui.domain.ids import AgentId
from ladder_tui.store.append import append_events
from ladder_tui.workbench import Workbench
from tests.conftest import git, run_review

AGENT = AgentId("work/a")


def test_planted_branches_commits_and_folders_are_not_believed(
    wb: Workbench, tmp_path: Path
) -> None:
    run = run_review(wb)
    head = git(wb.root, "rev-parse", "HEAD").strip()
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("x")
    planted: list[Event] = [
        WorkspaceOpened(AGENT, "worktree", str(precious), "main", head),
        WorkspaceOpened(AGENT, "worktree", str(precious), f"ladder/{run.number}/work/a", "--all"),
        CheckpointMade(AGENT, 1, head),
    ]
    append_events(wb._db, wb.project.database, run.run_id, planted, time.time())
    assert list(wb.runs.changes(run.run_id)) == []
    # The folder of a believable one is derived again, whatever its journal says.
    believable = WorkspaceOpened(
        AGENT, "worktree", str(precious), f"ladder/{run.number}/work/a", head
    )
    append_events(wb._db, wb.project.database, run.run_id, [believable], time.time())
    assert len(wb.runs.changes(run.run_id)) == 1
    assert wb.runs.get(run.run_id).state == "done"
    wb.runs.remove(run.run_id, is_forced=True)
    assert (precious / "file").exists()
    assert git(wb.root, "rev-parse", "main").strip() == head
