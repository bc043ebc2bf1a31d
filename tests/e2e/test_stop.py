"""Stop means stop: twenty agents of a run and of a nested one, on a real server that counts."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from ladder_tui.domain.event import AttemptLost, TurnFinished, TurnStarted
from ladder_tui.domain.usage import Usage
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import trust, until, wait_for_end
from tests.e2e.test_storm import AGENTS, SWARM
from tests.servers.loopback import in_thread
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, Seen, Tool

NESTING = """\
name: nesting
steps:
  - id: inner
    workflow: swarm
    with: {path: "."}
"""
STOPPED_WITHIN_S = 1.0
WATCHED_S = 2.0


def endless(seen: Seen) -> Reply:
    """Asks for a tool for ever, a tenth of a second at a time."""
    return Reply(tools=(Tool("Glob", {"pattern": "*.py"}),), delay_s=0.1)


def check(repo: Path, workflow: str, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    """Stop a run. Returns the last request and the end of the run, in seconds from the stop."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-secret-0123456789")
    folder = repo / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "swarm.yaml").write_text(SWARM)
    (folder / "nesting.yaml").write_text(NESTING)
    trust(repo)
    with in_thread(lambda: MessagesServer(endless)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        with contextlib.closing(Workbench.open(repo)) as wb:
            options = RunOptions(model="anthropic/claude-sonnet-5-5")
            run_id = wb.runs.start(workflow, {}, options)
            until(lambda: server.count > 2 * AGENTS)
            stopped_at = time.monotonic()
            wb.runs.cancel(run_id)
            run = wait_for_end(wb, run_id)
            ended_at = time.monotonic()
            time.sleep(WATCHED_S)
            last = max(seen.at for seen in server.requests)
            events = [record.event for record in wb.runs.events(run_id, limit=100_000)]
    assert run.state == "cancelled"
    started = sum(isinstance(event, TurnStarted) for event in events)
    ended = [event for event in events if isinstance(event, TurnFinished | AttemptLost)]
    assert started == len(ended)
    assert run.usage == sum((event.usage for event in ended), Usage())
    return last - stopped_at, ended_at - stopped_at


@pytest.mark.parametrize("workflow", ["swarm", "nesting"])
def test_nothing_is_asked_of_the_server_once_a_stopped_run_has_ended(
    repo: Path, workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, end = check(repo, workflow, monkeypatch)
    assert last < end


@pytest.mark.soak
@pytest.mark.parametrize("workflow", ["swarm", "nesting"])
def test_a_second_after_a_stop_nothing_is_asked_any_more(
    repo: Path, workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The promise is of a machine that is not overloaded: the runner looks for commands ten times
    # a second, and cannot stop what it is not given the time to. So the best of three counts.
    assert min(check(repo, workflow, monkeypatch)[0] for _ in range(3)) < STOPPED_WITHIN_S
