"""A budget over twenty agents on a real server: what is overspent, and what is usable of it.

Every run has another budget and other replies, drawn from its seed. A limit may be passed by the
error of the prompts' estimates alone; the journal says what was estimated and what was billed.
"""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from ladder_tui.domain.event import AgentFinished, TurnFinished, TurnStarted
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import wait_for_end
from tests.e2e.test_storm import SWARM
from tests.servers.loopback import in_thread
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, Seen, Tool


def talkative(choose: random.Random) -> MessagesServer:
    """Asks for tools again and again, with thoughts of random length within what it may say."""

    def reply(seen: Seen) -> Reply:
        body = seen.body
        sent = round(len(seen.raw) / 4 * choose.uniform(0.8, 1.2))
        used = choose.randint(1, min(800, body["max_tokens"]))
        if not body.get("tools") or choose.random() < 0.02:
            text = '{"summary": "Looked.", "not_read": [], "findings": []}'
            return Reply(text=text, input_tokens=sent, output_tokens=used)
        glob = Tool("Glob", {"pattern": "*.py"})
        return Reply(text="Hm.", tools=(glob,), input_tokens=sent, output_tokens=used)

    return MessagesServer(reply)


def check(repo: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    choose = random.Random(seed)
    limit = choose.randint(60_000, 160_000)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-secret-0123456789")
    folder = repo / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "swarm.yaml").write_text(SWARM)
    with in_thread(lambda: talkative(choose)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        with contextlib.closing(Workbench.open(repo)) as wb:
            options = RunOptions(model="anthropic/claude-sonnet-5-5", budget_tokens=limit)
            run_id = wb.runs.start("swarm", {}, options)
            run = wait_for_end(wb, run_id, 120)
            events = [r.event for r in wb.runs.events(run_id, limit=100_000)]
    estimated = sum(e.input_tokens_estimate for e in events if isinstance(e, TurnStarted))
    paid = [e.usage for e in events if isinstance(e, TurnFinished)]
    error = sum(usage.input_tokens for usage in paid) - estimated
    assert run.usage.total_tokens <= limit + max(0, error)

    places = [n for n, e in enumerate(events) if isinstance(e, AgentFinished)
              and e.state == "budget"]  # fmt: skip
    assert places, "the budget was never used up"
    before = [e.usage.total_tokens for e in events[: places[0]] if isinstance(e, TurnFinished)]
    assert sum(before) >= 0.85 * limit


@pytest.mark.parametrize("seed", range(2))
def test_a_budget_holds_and_is_usable(
    repo: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(repo, seed, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 50))
def test_the_same_over_fifty_runs(repo: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check(repo, seed, monkeypatch)
