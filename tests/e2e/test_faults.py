"""Every fault of a Messages server, through the whole program: survived, or reported correctly.

One agent reviews against a loopback server that fails in one way and then answers. What counts is
what a person sees: the attempts in the journal, what the lost ones cost, and how the run ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ladder_tui.domain.event import AttemptLost, RunFinished, TurnFinished
from ladder_tui.domain.usage import Usage
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import wait_for_end
from tests.servers.loopback import in_thread
from tests.servers.messages import MessagesServer
from tests.servers.reply import FaultName, Reply, Script, in_order

GOOD = Reply(text='{"summary": "Looked.", "findings": []}', input_tokens=120)
SOLO = """\
name: solo
inputs:
  path: {type: directory, default: "."}
steps:
  - id: look
    for_each: [{name: security, skill: review-security}]
    name: ${item.name}
    skill: ${item.skill}
    on_error: continue
    limits: {seconds: 40}
  - id: merge
    aggregate: union-dedup
    over: look
"""


@pytest.fixture
def solo(repo: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-secret-0123456789")
    folder = repo / ".ladder" / "workflows"
    folder.mkdir(parents=True)
    (folder / "solo.yaml").write_text(SOLO)
    wb = Workbench.open(repo)
    yield wb
    wb.close()


class Outcome(NamedTuple):
    lost: list[AttemptLost]
    bought: list[TurnFinished]
    end: RunFinished
    requests: int


def run_against(solo: Workbench, script: Script, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    with in_thread(lambda: MessagesServer(script)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        wb = Workbench.open(solo.root)
        run_id = wb.runs.start("solo", {}, RunOptions(model="anthropic/claude-sonnet-5-5"))
        wait_for_end(wb, run_id, 60)
        requests = server.count
    events = [r.event for r in wb.runs.events(run_id, limit=100_000)]
    journal = b"".join(p.read_bytes() for p in wb.project.directory.rglob("*") if p.is_file())
    assert b"sk-test-secret" not in journal
    wb.close()
    (end,) = (e for e in events if isinstance(e, RunFinished))
    return Outcome(
        [e for e in events if isinstance(e, AttemptLost)],
        [e for e in events if isinstance(e, TurnFinished)],
        end,
        requests,
    )


SURVIVED: list[tuple[str, Reply, str]] = [
    ("408", Reply(status=408), "timeout"),
    ("409", Reply(status=409), "server"),
    ("429", Reply(status=429, headers={"retry-after": "0"}), "rate_limit"),
    ("500", Reply(status=500), "server"),
    ("529", Reply(status=529), "overloaded"),
    ("reset", Reply(fault="reset"), "connection"),
    ("cut", Reply(text=GOOD.text, fault="cut"), "cut"),
    ("end_early", Reply(text=GOOD.text, fault="end_early"), "truncated"),
    ("no_stop_reason", Reply(text=GOOD.text, fault="no_stop_reason"), "truncated"),
    ("empty", Reply(fault="empty"), "truncated"),
    ("error_event", Reply(text=GOOD.text, fault="error_event", error_type="overloaded_error"),
     "overloaded"),
    ("bad_json", Reply(text=GOOD.text, fault="bad_json"), "garbage"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "kind"), [s[1:] for s in SURVIVED], ids=[s[0] for s in SURVIVED])
def test_survived_with_a_visible_retry(
    solo: Workbench, monkeypatch: pytest.MonkeyPatch, first: Reply, kind: str
) -> None:
    seen = run_against(solo, in_order(first, GOOD), monkeypatch)

    assert [e.kind for e in seen.lost] == [kind]
    assert seen.lost[0].retry_in_s is not None
    assert seen.requests == 2
    assert (seen.end.state, seen.end.agents_ok) == ("done", 1)
    assert seen.bought[0].attempt == 2
    # What the lost attempt used is in the total.
    assert seen.end.usage == seen.lost[0].usage + seen.bought[0].usage
    assert seen.end.cost == seen.lost[0].cost + seen.bought[0].cost
    if first.fault in ("cut", "end_early", "error_event", "bad_json"):
        assert seen.lost[0].usage.input_tokens == 100
        assert seen.lost[0].cost.nano_usd > 0


FATAL: list[tuple[int, str]] = [
    (400, "invalid_request"),
    (401, "auth"),
    (403, "permission"),
    (404, "not_found"),
    (413, "too_large"),
]


@pytest.mark.parametrize(("status", "kind"), FATAL)
def test_reported_at_once_without_a_retry(
    solo: Workbench, monkeypatch: pytest.MonkeyPatch, status: int, kind: str
) -> None:
    seen = run_against(solo, in_order(Reply(status=status), GOOD), monkeypatch)

    assert [(e.kind, e.retry_in_s, e.http_status) for e in seen.lost] == [(kind, None, status)]
    assert seen.requests == 1
    assert seen.end.state == "error"
    assert kind in seen.end.reason


def test_a_web_page_instead_of_an_api_is_said_at_once(
    solo: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = run_against(solo, in_order(Reply(fault="html"), GOOD), monkeypatch)
    assert [(e.kind, e.retry_in_s) for e in seen.lost] == [("garbage", None)]
    assert seen.end.state == "error"


def test_an_hour_of_retry_after_is_not_slept_through(
    solo: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Reply(status=429, headers={"retry-after": "3600"})
    seen = run_against(solo, in_order(late, GOOD), monkeypatch)

    assert seen.requests == 1
    assert seen.lost[0].retry_in_s is None
    assert "3600 s" in seen.lost[0].message
    assert seen.end.state == "error"
    assert seen.end.elapsed_s < 20


@pytest.mark.parametrize("fault", ["unknown_events", "late_end", "no_usage"])
def test_odd_but_whole_replies_are_taken(
    solo: Workbench, monkeypatch: pytest.MonkeyPatch, fault: FaultName
) -> None:
    seen = run_against(solo, in_order(Reply(text=GOOD.text, fault=fault)), monkeypatch)
    assert seen.lost == []
    assert seen.end.state == "done"
    if fault == "no_usage":
        assert seen.end.usage.is_estimated
        assert seen.end.usage != Usage()


def test_a_server_that_is_down(solo: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    wb = Workbench.open(solo.root)
    run_id = wb.runs.start("solo", {}, RunOptions(model="anthropic/claude-sonnet-5-5"))
    assert wait_for_end(wb, run_id, 60).state == "error"
    lost = [r.event for r in wb.runs.events(run_id) if isinstance(r.event, AttemptLost)]
    assert len(lost) == 5
    assert {e.kind for e in lost} == {"connection"}
    wb.close()


def test_a_missing_key_is_said_before_anything_is_sent(
    solo: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    wb = Workbench.open(solo.root)
    run_id = wb.runs.start("solo", {}, RunOptions(model="anthropic/claude-sonnet-5-5"))
    run = wait_for_end(wb, run_id)
    assert run.state == "error"
    assert "ANTHROPIC_API_KEY" in run.reason
    wb.close()
