"""A failing specialist, a storm of 429 and an outage of the provider, in one run.

The run ends, says what it lost, and the numbers add up: what the server counted is what the
journal says was sent, and every agent's slot is filled or named.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

import pytest

from ladder_tui.domain.event import (
    AgentFinished,
    AttemptLost,
    Event,
    ProviderPaused,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import wait_for_end
from tests.servers.loopback import in_thread
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, Seen, Tool

AGENTS = 20
SWARM = f"""\
name: swarm
inputs:
  path: {{type: directory, default: "."}}
steps:
  - id: look
    for_each: [{", ".join(f"{{name: agent-{n}}}" for n in range(AGENTS))}]
    name: ${{item.name}}
    skill: audit-shard
    max_parallel: {AGENTS}
    with: {{shard: "${{item.name}}.", paths: ["."]}}
    on_error: continue
  - id: merge
    aggregate: union-dedup
    over: look
"""
STORM_S = 1.0


class Trouble:
    """Refuses for a second, then is down for ``outage_s`` from the first second turn on."""

    def __init__(self, outage_s: float) -> None:
        self.outage_s = outage_s
        self.first_at = 0.0
        self.down_at: float | None = None
        self.refused = 0
        self.turned_away: list[float] = []
        """Seconds into the outage."""

    def __call__(self, seen: Seen) -> Reply:
        self.first_at = self.first_at or seen.at
        if seen.at - self.first_at < STORM_S:
            self.refused += 1
            return Reply(status=429, headers={"retry-after": "1"}, delay_s=0.05)
        if b"agent-7." in seen.raw:
            return Reply(text="I would rather talk about the weather.")
        if seen.turn == 0:
            return Reply(tools=(Tool("Glob", {"pattern": "*.py"}),))
        if self.down_at is None:
            self.down_at = seen.at
        if seen.at - self.down_at < self.outage_s:
            self.turned_away.append(seen.at - self.down_at)
            return Reply(status=503)
        return Reply(text='{"summary": "Looked.", "not_read": [], "findings": []}')


class Seen20(NamedTuple):
    run: RunSummary
    events: list[Event]
    requests: int
    notes: str


def swarm(repo: Path, trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> Seen20:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-secret-0123456789")
    folder = repo / ".ladder" / "workflows"
    folder.mkdir(parents=True)
    (folder / "swarm.yaml").write_text(SWARM)
    with in_thread(lambda: MessagesServer(trouble)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        with contextlib.closing(Workbench.open(repo)) as wb:
            run_id = wb.runs.start("swarm", {}, RunOptions(model="anthropic/claude-sonnet-5-5"))
            run = wait_for_end(wb, run_id, 60 + 3 * trouble.outage_s)
            feed = wb.runs.feed(run_id)
            while feed.poll():
                pass
            notes = "\n".join(note.text for note in feed.view.notes)
            events = [r.event for r in wb.runs.events(run_id, limit=100_000)]
            return Seen20(run, events, server.count, notes)


def check(seen: Seen20, trouble: Trouble) -> None:
    # Nobody was refused twice: all waited together, then came one by one.
    assert 0 < trouble.refused <= AGENTS
    # Those in flight when the server went down, and then a probe now and then.
    late = [at for at in trouble.turned_away if at > trouble.outage_s / 2]
    assert len(late) <= 3 + trouble.outage_s / 10
    assert len(trouble.turned_away) <= AGENTS + 8

    assert seen.run.state == "done"
    ends = {e.agent_id: e for e in seen.events if isinstance(e, AgentFinished)}
    lost = [e for e in ends.values() if e.state != "done"]
    assert len(ends) == AGENTS
    assert [(e.agent_id, e.failure) for e in lost] == [("look/agent-7", "invalid_output")]
    assert (seen.run.agents_done, seen.run.agents_failed) == (AGENTS - 1, 1)
    assert "agent-7" in seen.notes
    assert "anthropic" in seen.notes

    started = [e for e in seen.events if isinstance(e, TurnStarted)]
    failed = [e for e in seen.events if isinstance(e, AttemptLost)]
    bought = [e for e in seen.events if isinstance(e, TurnFinished)]
    assert seen.requests == len(started) == len(failed) + len(bought)
    assert len(failed) == trouble.refused + len(trouble.turned_away)
    paid: list[TurnFinished | AttemptLost] = [*bought, *failed]
    assert sum((e.cost for e in paid), Cost()) == seen.run.cost
    assert sum((e.usage for e in paid), Usage()) == seen.run.usage
    reasons = {e.reason for e in seen.events if isinstance(e, ProviderPaused)}
    assert any("429" in reason for reason in reasons)
    assert any("503" in reason for reason in reasons)


def test_a_failing_specialist_a_storm_and_an_outage(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(outage_s=3.0)
    check(swarm(repo, trouble, monkeypatch), trouble)


@pytest.mark.soak
def test_the_same_with_an_outage_of_half_a_minute(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(outage_s=30.0)
    check(swarm(repo, trouble, monkeypatch), trouble)
