"""Five agents edit one repository at the same time, through the whole program."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.event import (
    AgentFinished,
    CheckpointMade,
    ConflictsFound,
    RunFinished,
    ToolFinished,
    TurnFinished,
    WorkspaceOpened,
)
from ladder_tui.errors import UsageError
from ladder_tui.workbench import Workbench
from tests.chaos.test_kill import kill_runner
from tests.conftest import SHOP, git, until, wait_for_end
from tests.e2e.edit_run import agent, edit, events_of, prepare, start, write

FIVE = {
    "percent": [
        [edit("shop/cart.py", "price - price * percent", "price - price * percent / 100")],
        [write("docs/percent.md", "A percent is a percent.\n")],
    ],
    "floor": [[edit("shop/cart.py", "return price - price * percent", "return max(0, price)")]],
    "shell": [
        [edit("shop/shell.py", '"ls " + name, shell=True', '["ls", name]')],
        [edit("shop/shell.py", "def run(name)", "def run(name: str)")],
    ],
    "readme": [[edit("README.md", "seperate", "separate")]],
    "total": [[edit("shop/cart.py", '"""The cart."""', '"""The cart of a shop."""')]],
}


def head(root: Path) -> str:
    return git(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def edited(wb: Workbench) -> Workbench:
    """A workbench whose last run has five finished editing agents."""
    run_id = start(wb, prepare(wb.root, FIVE))
    assert wait_for_end(wb, run_id).state == "done"
    return wb


def test_five_agents_edit_apart_and_what_conflicts_is_said_meanwhile(wb: Workbench) -> None:
    before = git(wb.root, "status", "--porcelain")
    run_id = start(wb, prepare(wb.root, FIVE, delay_s=0.3))
    until(lambda: any(c.conflicts for c in wb.runs.changes(run_id)))
    assert wb.runs.is_alive(run_id)
    (found,) = {c for change in wb.runs.changes(run_id) for c in change.conflicts}
    assert (found.first, found.second) == (agent("floor"), agent("percent"))
    assert found.paths == ("shop/cart.py",)
    with pytest.raises(UsageError, match="is at work"):
        wb.runs.accept(run_id, [agent("readme")])

    assert wait_for_end(wb, run_id).state == "done"
    events = events_of(wb, run_id)
    assert [e.output for e in events if isinstance(e, ToolFinished) and e.is_error] == []
    places = [e for e in events if isinstance(e, WorkspaceOpened)]
    assert len({e.path for e in places}) == len({e.branch for e in places}) == 5
    said = [i for i, e in enumerate(events) if isinstance(e, ConflictsFound)]
    ended = [i for i, e in enumerate(events) if isinstance(e, AgentFinished)]
    assert said[0] < ended[-1]
    # Nothing reached the repository itself.
    assert git(wb.root, "diff", "HEAD") == ""
    assert set(before.splitlines()) <= set(git(wb.root, "status", "--porcelain").splitlines())


def test_a_clean_merge_is_merged_and_a_conflicting_one_is_offered(edited: Workbench) -> None:
    wb, run_id = edited, edited.runs.list()[0].run_id
    merged = wb.runs.accept(run_id, [agent("percent"), agent("readme"), agent("total")])
    assert head(wb.root) == merged
    text = (wb.root / "shop/cart.py").read_text()
    assert "percent / 100" in text
    assert "The cart of a shop." in text
    assert (wb.root / "docs/percent.md").exists()
    assert git(wb.root, "status", "--porcelain", "--untracked-files=no") == ""
    trailers = git(wb.root, "log", "-3", "--format=%(trailers:key=Ladder-Agent,valueonly)")
    assert trailers.split() == ["work/total", "work/readme", "work/percent"]

    with pytest.raises(UsageError, match="conflict, and nothing was merged") as caught:
        wb.runs.accept(run_id, [agent("shell"), agent("floor")])
    assert caught.value.why == "work/floor: shop/cart.py"
    assert "git merge ladder/" in caught.value.next_step
    assert head(wb.root) == merged
    decisions = {c.name: c.decision for c in wb.runs.changes(run_id)}
    assert decisions == {"percent": "accepted", "readme": "accepted", "total": "accepted",
                         "floor": None, "shell": None}  # fmt: skip
    assert wb.runs.leave(run_id, agent("floor")).startswith("ladder/")
    view = wb.runs.feed(run_id)
    view.poll()
    assert view.view.state == "done"
    assert view.view.agents[agent("floor")].decision == "left"


def test_a_file_of_the_users_is_never_overwritten(edited: Workbench) -> None:
    wb, run_id = edited, edited.runs.list()[0].run_id
    start_at = head(wb.root)
    (wb.root / "README.md").write_text("mine\n")
    with pytest.raises(UsageError, match="would be overwritten") as caught:
        wb.runs.accept(run_id, [agent("shell"), agent("readme")])
    assert "README.md has changes" in caught.value.why
    assert head(wb.root) == start_at
    (wb.root / "docs").mkdir()
    (wb.root / "docs/percent.md").write_text("mine\n")
    (wb.root / ".git/info/exclude").write_text("docs/\n")
    with pytest.raises(UsageError, match="would be overwritten"):
        wb.runs.accept(run_id, [agent("percent")])
    # What lies elsewhere stays, and does not hold anything up.
    wb.runs.accept(run_id, [agent("shell")])
    assert (wb.root / "README.md").read_text() == "mine\n"
    assert git(wb.root, "diff", "--name-only").split() == ["README.md"]


def test_a_part_of_a_change_is_accepted(edited: Workbench) -> None:
    wb, run_id = edited, edited.runs.list()[0].run_id
    pieces = wb.runs.pieces(run_id, agent("percent"))
    assert [piece.path for piece in pieces] == ["docs/percent.md", "shop/cart.py"]
    with pytest.raises(UsageError, match="no file of this change"):
        wb.runs.accept(run_id, [agent("percent")], paths=["nowhere.md"])
    wb.runs.accept(run_id, [agent("percent")], paths=["docs/percent.md"])
    assert (wb.root / "docs/percent.md").exists()
    assert "/ 100" not in (wb.root / "shop/cart.py").read_text()
    assert wb.runs.changes(run_id)[0].decision is None
    wb.runs.accept(run_id, [agent("percent")], pieces=[1])
    assert "/ 100" in (wb.root / "shop/cart.py").read_text()
    assert not [x for x in wb.runs.losses(run_id) if x.agent_id == agent("percent")]


def test_a_run_is_not_removed_with_work_that_is_nowhere_else(edited: Workbench) -> None:
    wb, run_id = edited, edited.runs.list()[0].run_id
    wb.runs.accept(run_id, [agent("percent")])
    wb.runs.reject(run_id, agent("floor"), "a price is not its own discount")
    kept = wb.runs.leave(run_id, agent("readme"))
    workspace = wb.root / ".ladder/worktrees" / run_id
    (workspace / "work.total" / "README.md").write_text("by hand\n")
    lost = {(loss.name, loss.why) for loss in wb.runs.losses(run_id)}
    open_work = "neither accepted, rejected nor left as a branch"
    assert lost == {("total", "in no commit"), ("total", open_work), ("shell", open_work)}
    with pytest.raises(UsageError, match="would be lost"):
        wb.runs.remove(run_id)
    assert workspace.exists()
    spent = wb.runs.get(run_id).cost.nano_usd
    assert spent > 0
    assert list(wb.runs.remove(run_id, is_forced=True)) == [kept]
    assert not workspace.exists()
    assert git(wb.root, "branch", "--list", "ladder/*").split() == [kept]
    assert git(wb.root, "for-each-ref", "refs/ladder") == ""
    assert wb.runs.list() == []


@pytest.mark.parametrize("after", [1, 4, 6])
def test_a_killed_run_loses_no_committed_turn(wb: Workbench, after: int) -> None:
    run_id = start(wb, prepare(wb.root, FIVE, delay_s=0.2))

    def made() -> list[CheckpointMade]:
        return [e for e in events_of(wb, run_id) if isinstance(e, CheckpointMade)]

    until(lambda: len(made()) >= after)
    kill_runner(run_id)
    until(lambda: not wb.runs.is_alive(run_id))
    before = {e.commit for e in made()}
    wb.runs.resume(run_id)
    assert wait_for_end(wb, run_id).state == "done"
    for commit in before:  # each is still an ancestor of its agent's branch
        assert git(wb.root, "branch", "--list", "ladder/*", "--contains", commit).strip()
    changes = {c.name: c for c in wb.runs.changes(run_id)}
    text = git(wb.root, "show", f"{changes['shell'].commit}:shop/shell.py")
    assert "def run(name: str)" in text
    assert '["ls", name]' in text
    assert [f.path for f in changes["percent"].files] == ["docs/percent.md", "shop/cart.py"]
    bought = [e.ledger_key for e in events_of(wb, run_id) if isinstance(e, TurnFinished)]
    assert len(bought) == len(set(bought)) == 12
    (end,) = [e for e in events_of(wb, run_id) if isinstance(e, RunFinished)]
    assert end.agents_ok == 5


def test_a_place_that_cannot_be_made_is_a_typed_slot(wb: Workbench) -> None:
    model = prepare(wb.root, {"readme": FIVE["readme"], "shell": FIVE["shell"]})
    git(wb.root, "branch", "ladder/1/work/readme/in-the-way")
    run_id = start(wb, model)
    wait_for_end(wb, run_id)
    events = events_of(wb, run_id)
    ends = {e.agent_id: e for e in events if isinstance(e, AgentFinished)}
    refused = ends[agent("readme")]
    assert (refused.state, refused.failure) == ("failed", "tool")
    assert "readme has no safe place to edit in" in refused.reason
    assert "ladder/1/work/readme" in refused.reason
    assert ends[agent("shell")].state == "done"
    turns = [e.agent_id for e in events if isinstance(e, TurnFinished)]
    assert agent("readme") not in turns
    assert (wb.root / "README.md").read_text() == SHOP["README.md"]


def test_a_folder_without_git_is_edited_in_copies(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    (root / ".ladder").mkdir(parents=True)
    (root / "README.md").write_text(SHOP["README.md"])
    (root / "cart.py").write_text("one\n")
    scripts = {"readme": FIVE["readme"], "cart": [[write("cart.py", "two\n")]]}
    model = prepare(root, scripts)
    wb = Workbench.open(root)
    run_id = start(wb, model)
    assert wait_for_end(wb, run_id).state == "done"
    assert (root / "cart.py").read_text() == "one\n"
    (root / "other.txt").write_text("mine\n")
    wb.runs.accept(run_id, [agent("readme"), agent("cart")])
    assert (root / "cart.py").read_text() == "two\n"
    assert "separate" in (root / "README.md").read_text()
    assert (root / "other.txt").read_text() == "mine\n"
    assert not (root / ".git").exists()
    assert list(wb.runs.losses(run_id)) == []
    wb.runs.remove(run_id)
    wb.close()
