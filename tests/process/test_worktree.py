"""Worktrees made at the same time."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ladder_tui.process.git_command import find_repository
from ladder_tui.process.worktree import add_worktree
from tests.conftest import git

OTHER_PROCESS = """
import sys
from pathlib import Path
from ladder_tui.process.git_command import find_repository
from ladder_tui.process.worktree import add_worktree

root, commit = Path(sys.argv[1]), sys.argv[2]
repository = find_repository(root)
for n in range(12):
    add_worktree(repository, root.parent / f"other-{n}", f"other/{n}", commit, replaces=False)
"""


def test_many_at_once_from_two_processes_are_all_made(repo: Path) -> None:
    commit = git(repo, "rev-parse", "HEAD").strip()
    repository = find_repository(repo)
    assert repository is not None

    def add(number: int) -> Path:
        place = repo.parent / f"ours-{number}"
        return add_worktree(repository, place, f"ours/{number}", commit, replaces=False).top

    command = [sys.executable, "-c", OTHER_PROCESS, str(repo), commit]
    with subprocess.Popen(command) as other, ThreadPoolExecutor(8) as pool:
        made = list(pool.map(add, range(24)))
        assert other.wait(120) == 0
    assert len(set(made)) == 24
    listed = git(repo, "worktree", "list").splitlines()
    assert len(listed) == 1 + 24 + 12
    for place in made:
        assert (place / "shop/cart.py").read_text() == (repo / "shop/cart.py").read_text()
        assert git(place, "status", "--porcelain") == ""
