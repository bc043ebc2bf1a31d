"""The review workflow on the scripted model: what it finds, what it says when parts fail."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from ladder_tui.domain.event import AttemptLost, RunFinished, ToolFinished, TurnFinished
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.projections.run_view import RunView, to_dict
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import (
    QUIET,
    SCENARIOS,
    git,
    processes_mentioning,
    run_review,
    until,
    wait_for_end,
)

LENSES = {"security", "performance", "architecture", "tests", "documentation"}


def view_of(wb: Workbench, run_id: str) -> RunView:
    feed = wb.runs.feed(wb.runs.get(run_id).run_id)
    while feed.poll() and not feed.is_caught_up:
        pass
    return feed.view


def test_findings_have_real_places_and_totals_are_sums(wb: Workbench) -> None:
    run = run_review(wb, SCENARIOS / "defect.yaml")

    found = wb.findings.of_run(run.run_id)
    assert {"security", "performance", "tests", "documentation"} <= {m.finding.lens for m in found}
    for merged in found:
        lines = (wb.root / merged.finding.path).read_text().split("\n")
        assert 1 <= merged.finding.line <= len(lines), merged.finding

    usage, cost = Usage(), Cost()
    end: RunFinished | None = None
    for record in wb.runs.events(run.run_id, limit=100_000):
        if isinstance(record.event, TurnFinished | AttemptLost):
            usage, cost = usage + record.event.usage, cost + record.event.cost
        elif isinstance(record.event, RunFinished):
            end = record.event
    assert end is not None
    assert (end.usage, end.cost) == (usage, cost)
    assert (run.usage, run.cost) == (usage, cost)
    assert cost.nano_usd > 0
    assert wb.spend.today() == (usage, cost)


def test_an_agent_proves_a_defect_no_linter_reports(wb: Workbench) -> None:
    run = run_review(wb, SCENARIOS / "defect.yaml")

    own = {
        m.finding.rule: m.finding
        for m in wb.findings.of_run(run.run_id)
        if m.finding.source == "agent"
    }
    assert own["wrong-unit"].quote_state == "verified"
    assert own["wrong-unit"].symbol == "discount"
    assert own["invented"].quote_state == "unverified"
    transcript = wb.runs.events(run.run_id, limit=100_000)
    tools = [r.event.tool for r in transcript if isinstance(r.event, ToolFinished)]
    assert tools == ["Grep", "Read"]


def test_unverified_findings_do_not_fail_a_run(wb: Workbench) -> None:
    (wb.root / "shop/shell.py").unlink()
    (wb.root / "shop/db.py").unlink()
    scenario = wb.root / "claims.yaml"
    scenario.write_text(
        (SCENARIOS / "defect.yaml").read_text().replace("severity: high", "severity: low")
    )
    run = run_review(wb, scenario, {"path": "shop"})
    assert (run.state, run.verdict) == ("done", "degraded")  # no tests below shop


def one_second_review(wb: Workbench) -> str:
    text = (Path(__file__).parents[2] / "workflows" / "review.yaml").read_text()
    text = text.replace("name: review", "name: quick-review", 1)
    text = text.replace("seconds: 600", "seconds: 4").replace("retry: 1", "retry: 0")
    (wb.root / ".ladder/workflows/quick-review.yaml").write_text(text)
    return "quick-review"


def test_three_of_five_fail_and_two_are_untouched(wb: Workbench) -> None:
    run = run_review(wb, SCENARIOS / "three_fail.yaml", workflow=one_second_review(wb))

    view = view_of(wb, run.run_id)
    failures = {card.name: card.failure for card in view.agents.values()}
    assert failures == {
        "security": "crash",
        "performance": "timeout",
        "architecture": "invalid_output",
        "tests": "",
        "documentation": "",
    }
    assert view.merged is not None
    assert (view.merged.slots_ok, view.merged.slots_total) == (2, 5)
    assert set(view.merged.missing) == {"security", "performance", "architecture"}
    assert (run.state, run.verdict) == ("done", "fail")
    # What the evidence tools found stays, although the agent behind them failed.
    assert any(m.finding.rule == "S602" for m in view.merged.findings)


def test_cancel_stops_everything_within_two_seconds(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SCENARIOS}/hang.yaml"))
    feed = wb.runs.feed(run_id)

    def all_at_work() -> bool:
        feed.poll()
        cards = feed.view.agents.values()
        return len(cards) == 5 and all(c.state == "running" for c in cards)

    until(all_at_work)
    wb.runs.cancel(run_id)
    run = wait_for_end(wb, run_id, 2)
    assert run.state == "cancelled"
    until(lambda: processes_mentioning(run_id) == [], 2)
    assert {c.state for c in view_of(wb, run_id).agents.values()} == {"cancelled"}


def test_pause_holds_and_continue_finishes(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SCENARIOS}/slow.yaml"))
    until(lambda: wb.runs.get(run_id).state == "running")
    wb.runs.pause(run_id)
    until(lambda: wb.runs.get(run_id).state == "paused")
    time.sleep(1.5)  # calls in flight end; without the pause new ones would have begun
    names = [type(r.event).__name__ for r in wb.runs.events(run_id, limit=100_000)]
    assert "TurnStarted" not in names[names.index("RunPaused") :]
    wb.runs.resume(run_id)
    assert wait_for_end(wb, run_id).state == "done"


def test_one_agent_can_be_cancelled(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SCENARIOS}/slow.yaml"))
    feed = wb.runs.feed(run_id)

    def is_at_work() -> bool:
        feed.poll()
        return any(c.name == "tests" and c.state == "running" for c in feed.view.agents.values())

    until(is_at_work)
    wb.runs.cancel_agent(run_id, next(a for a, c in feed.view.agents.items() if c.name == "tests"))
    assert wait_for_end(wb, run_id).state == "done"
    states = {c.name: c.state for c in view_of(wb, run_id).agents.values()}
    assert states.pop("tests") == "cancelled"
    assert set(states.values()) == {"done"}


def test_a_budget_stops_the_run_and_keeps_what_is_there(wb: Workbench) -> None:
    run = run_review(wb, SCENARIOS / "slow.yaml", budget_usd=0.02)
    assert run.state == "budget"
    assert "budget" in run.reason
    assert run.cost.nano_usd <= 20_000_000
    assert wb.findings.of_run(run.run_id)


def test_the_live_view_equals_the_replay_after_every_batch(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SCENARIOS}/slow.yaml"))
    feed = wb.runs.feed(run_id)
    seen: dict[int, bytes] = {}
    while not feed.view.is_final:
        if feed.poll() and feed.view.last_id:
            seen[feed.view.last_id] = msgspec.json.encode(to_dict(feed.view))
        time.sleep(0.01)
    assert len(seen) > 5

    replay = RunView(run_id)
    matched = 0
    for record in wb.runs.events(run_id, limit=100_000):
        replay.apply(record)
        if record.id in seen:
            assert msgspec.json.encode(to_dict(replay)) == seen[record.id]
            matched += 1
    assert matched == len(seen)


def test_changed_lines_decide_the_verdict(wb: Workbench) -> None:
    git(wb.root, "checkout", "-qb", "topic")
    (wb.root / "shop/cart.py").write_text(
        (wb.root / "shop/cart.py").read_text() + "\n\ndef clean(x):\n    return x\n"
    )
    git(wb.root, "commit", "-qam", "harmless")
    run = run_review(wb, QUIET)
    assert wb.runs.spec(run.run_id).base_commit
    assert run.verdict != "fail"  # S602 and S608 are there, but not on changed lines

    (wb.root / "shop/cart.py").write_text(
        "import subprocess\n\n\ndef go(x):\n    subprocess.call(x, shell=True)\n"
    )
    run = run_review(wb, QUIET)
    assert run.verdict == "fail"
    changed = [m for m in wb.findings.of_run(run.run_id) if m.finding.is_changed]
    assert "S602" in {m.finding.rule for m in changed}
    # Changed lines come first.
    order = [m.finding.is_changed for m in wb.findings.of_run(run.run_id)]
    assert order == sorted(order, reverse=True)


def test_a_dismissed_finding_no_longer_fails_a_run(wb: Workbench) -> None:
    run = run_review(wb, QUIET)
    assert run.verdict == "fail"
    bad = [m for m in wb.findings.of_run(run.run_id) if m.finding.severity in ("high", "critical")]
    with pytest.raises(UsageError, match="needs a reason"):
        wb.findings.decide(bad[0].finding.fingerprint, "dismissed")
    for merged in bad:
        wb.findings.decide(
            merged.finding.fingerprint, "dismissed", reason="a sample", decision_s=1.5
        )
    again = run_review(wb, QUIET)
    assert again.verdict != "fail"
    assert len(wb.findings.dispositions()) == len(bad)


@pytest.mark.parametrize(
    ("inputs", "match"),
    [
        ({"path": "nowhere"}, "nowhere"),
        ({"path": "/etc"}, "etc"),
        ({"max_parallel": 99}, "max_parallel"),
        ({"pth": "."}, "path"),
    ],
)
def test_wrong_inputs_are_all_named(wb: Workbench, inputs: dict[str, object], match: str) -> None:
    with pytest.raises(InvalidFileError, match=match):
        wb.runs.start("review", inputs, RunOptions(model=f"scripted/{QUIET}"))
    assert wb.runs.list() == []


def test_a_repository_without_python_is_not_green(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Nothing but notes here.\n")
    wb = Workbench.open(tmp_path)
    run = run_review(wb, QUIET)
    view = view_of(wb, run.run_id)
    assert run.verdict == "degraded"
    blind = {r.gate: r for _, r in view.gates if r.gate not in ("codespell", "schema")}
    assert len(blind) == 8
    assert all(r.verdict == "degraded" and "in scope" in r.reason for r in blind.values())
    wb.close()


def test_an_empty_directory_says_that_there_is_nothing(tmp_path: Path) -> None:
    wb = Workbench.open(tmp_path)
    with pytest.raises(InvalidFileError, match="no file to look at"):
        wb.runs.start("review", {}, RunOptions(model=f"scripted/{QUIET}"))
    wb.close()


def test_the_runner_does_not_import_from_the_repository(wb: Workbench) -> None:
    (wb.root / "msgspec.py").write_text("raise SystemExit('hijacked')\n")
    (wb.root / "ladder_tui").mkdir()
    (wb.root / "ladder_tui/__init__.py").write_text("raise SystemExit('hijacked')\n")
    run = run_review(wb, QUIET)
    assert run.state == "done"


def test_a_broken_scenario_is_an_error_with_its_line(wb: Workbench, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("replies:\n  - agnet: security\n")
    with pytest.raises(InvalidFileError, match=r"bad\.yaml:2: .*agent"):
        run_review(wb, bad)
    assert wb.runs.list() == []


def test_record_and_replay_give_the_same_result(wb: Workbench, tmp_path: Path) -> None:
    cassette = tmp_path / "review.jsonl"
    first = run_review(wb, SCENARIOS / "defect.yaml", record=str(cassette))
    second = run_review(wb, SCENARIOS / "defect.yaml", replay=str(cassette))
    digests = [
        r.event.output_digest
        for run in (first, second)
        for r in wb.runs.events(run.run_id, limit=100_000)
        if isinstance(r.event, RunFinished)
    ]
    assert digests[0] == digests[1]


def test_git_is_not_needed(repo: Path) -> None:
    subprocess.run(["rm", "-rf", str(repo / ".git")], check=True)
    wb = Workbench.open(repo)
    run = run_review(wb, QUIET)
    assert run.state == "done"
    assert wb.findings.of_run(run.run_id)
    wb.close()
