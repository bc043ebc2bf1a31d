"""Runs through the facade: starting, stopping early, resuming, saying why a runner is gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.domain.command import CancelRun, Pause
from ladder_tui.domain.event import (
    AgentFinished,
    CommandApplied,
    Event,
    GateFinished,
    NoteAdded,
    RunStarted,
    TurnFinished,
)
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.run import RunLimits, RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.store import command as command_rows
from ladder_tui.workbench import RunOptions, Workbench
from ladder_tui.workbench.runner_log import last_words
from tests.chaos.test_kill import kill_runner
from tests.conftest import QUIET, SCENARIOS, run_review, until, wait_for_end
from tests.workflow.build import write_workflow

SLOW = f"scripted/{SCENARIOS}/slow.yaml"
ONE = [{"id": "look", "skill": "review-security", "on_error": "continue"}]


def interrupted(wb: Workbench, after: int = 1) -> RunSummary:
    """A run of one slow agent that lost its runner after it bought a turn."""
    write_workflow(wb.root, "one", ONE)
    run_id = wb.runs.start("one", {}, RunOptions(model=SLOW))

    def bought() -> int:
        events = wb.runs.events(run_id, limit=100_000)
        return sum(isinstance(r.event, TurnFinished) for r in events)

    until(lambda: bought() >= after)
    kill_runner(run_id)
    until(lambda: not wb.runs.is_alive(run_id))
    until(lambda: wb.runs.get(run_id).state == "interrupted")
    return wb.runs.get(run_id)


def test_an_edit_in_between_buys_nothing_again(wb: Workbench) -> None:
    run = interrupted(wb)
    (wb.root / "shop/new.py").write_text("import os\nos.system(input())\n")
    wb.runs.resume(run.run_id)
    assert wait_for_end(wb, run.run_id).state == "done"
    events = [r.event for r in wb.runs.events(run.run_id, limit=100_000)]
    turns = [e.turn for e in events if isinstance(e, TurnFinished)]
    assert turns == [1, 2, 3]
    assert any("finished work is kept" in e.text for e in events if isinstance(e, NoteAdded))


def test_programs_that_came_since_do_not_start_before_they_are_trusted(wb: Workbench) -> None:
    run = interrupted(wb)
    spec = wb.runs.spec(run.run_id)
    ran = wb.root / "ran"
    starts = {"id": "go", "run": ["touch", str(ran)]}
    write_workflow(wb.root, "one", [starts, *ONE])
    wb.skills.distrust()
    with pytest.raises(UsageError, match="starts programs") as caught:
        wb.runs.resume(run.run_id)
    assert "ladder skills trust" in caught.value.next_step
    assert wb.runs.spec(run.run_id) == spec

    wb.skills.trust()
    wb.runs.resume(run.run_id)
    assert wait_for_end(wb, run.run_id).state == "done"
    assert ran.exists()


def test_what_was_asked_of_a_dead_runner_is_not_meant_for_the_next(wb: Workbench) -> None:
    run = interrupted(wb)
    for command in (Pause(), CancelRun()):
        command_rows.send(wb._db, run.run_id, command)
    wb.runs.resume(run.run_id)
    assert wait_for_end(wb, run.run_id).state == "done"


def test_a_dead_runner_says_why(wb: Workbench) -> None:
    run = interrupted(wb)
    assert run.reason == "its runner is gone without a word"
    log = wb.project.log_path(run.run_id)
    log.write_bytes(b"x" * 5000 + b"\nOSError: \x1b[31mno room\x07\n\n")
    assert wb.runs.get("last").reason == "its runner ended: OSError:  no room"
    assert wb.runs.list()[0].reason == wb.runs.get("last").reason


def test_the_last_words_are_bounded(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_words(log) == ""
    log.write_bytes(b"\xff" * 10_000)
    assert len(last_words(log)) == 300
    log.unlink()
    os.mkfifo(log)
    assert last_words(log) == ""


def test_a_run_can_be_stopped_before_its_runner_is_up(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=SLOW))
    wb.runs.cancel(run_id)
    assert wait_for_end(wb, run_id).state == "cancelled"
    events = [r.event for r in wb.runs.events(run_id, limit=100_000)]
    assert not any(isinstance(e, TurnFinished) for e in events)
    assert [e.outcome for e in events if isinstance(e, CommandApplied)] == ["applied"]


def test_a_runner_that_died_before_its_first_word_starts_the_run(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{QUIET}"))
    kill_runner(run_id)
    until(lambda: not wb.runs.is_alive(run_id))
    if wb.runs.get(run_id).state != "done":
        wb.runs.resume(run_id)
    assert wait_for_end(wb, run_id).state == "done"
    events = [r.event for r in wb.runs.events(run_id, limit=100_000)]
    assert sum(isinstance(e, RunStarted) for e in events) == 1
    assert wb.runs.get(run_id).started_at is not None


def test_a_budget_is_raised_for_the_resume(wb: Workbench) -> None:
    run = run_review(wb, SCENARIOS / "slow.yaml", budget_usd=0.02)
    assert run.state == "budget"
    with pytest.raises(UsageError, match="a limit of nan cannot be"):
        wb.runs.resume(run.run_id, RunLimits(usd=float("nan")))
    wb.runs.resume(run.run_id, RunLimits(usd=5.0))
    until(lambda: wb.runs.is_alive(run.run_id))
    until(lambda: wb.runs.get(run.run_id).state == "running")
    again = wait_for_end(wb, run.run_id)
    assert again.state == "done"
    assert again.cost.nano_usd > run.cost.nano_usd
    with pytest.raises(UsageError, match="nothing to resume"):
        wb.runs.resume(run.run_id)


def test_a_step_that_its_budget_stops_ends_the_run_as_a_budget(wb: Workbench) -> None:
    write_workflow(wb.root, "strict", [{"id": "look", "skill": "review-security"}])
    run = run_review(wb, SCENARIOS / "slow.yaml", workflow="strict", budget_tokens=10)
    assert run.state == "budget"


def test_findings_without_a_merge_fail_a_run(wb: Workbench) -> None:
    write_workflow(wb.root, "one", ONE, fail_on={"severity": "high"})
    run = run_review(wb, QUIET, workflow="one")
    assert (run.state, run.verdict) == ("done", "fail")
    assert run.findings > 0


def test_a_file_whose_name_is_not_utf8_makes_no_gate_green(wb: Workbench) -> None:
    with open(os.fsencode(wb.root) + b"/shop/caf\xe9.py", "wb") as file:  # noqa: PTH123 (bytes)
        file.write(b"x = 1\n")
    write_workflow(wb.root, "one", ONE)
    run = run_review(wb, QUIET, workflow="one")
    events = [r.event for r in wb.runs.events(run.run_id, limit=100_000)]
    (gate,) = (e.result for e in events if isinstance(e, GateFinished))
    assert gate.analysed == gate.in_scope - 1
    assert [s.reason for s in gate.skipped] == ["its name is not UTF-8"]


def test_the_elapsed_time_of_an_agent_covers_its_evidence(wb: Workbench) -> None:
    write_workflow(wb.root, "one", ONE)
    run = run_review(wb, QUIET, workflow="one")
    events = [r.event for r in wb.runs.events(run.run_id, limit=100_000)]
    (end,) = (e for e in events if isinstance(e, AgentFinished))
    (gate,) = (e.result for e in events if isinstance(e, GateFinished))
    assert end.elapsed_s >= gate.elapsed_s > 0


def test_cancelled_agents_end_at_once_and_keep_their_evidence(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {"max_parallel": 1}, RunOptions(model=SLOW))

    def seen(kind: type[Event]) -> list[Event]:
        records = wb.runs.events(run_id, limit=100_000)
        return [r.event for r in records if isinstance(r.event, kind)]

    until(lambda: seen(TurnFinished))
    queued, at_work = AgentId("specialists/documentation"), AgentId("specialists/security")
    wb.runs.cancel_agent(run_id, queued)
    wb.runs.cancel_agent(run_id, at_work)
    assert wait_for_end(wb, run_id).state == "done"
    ended = [e for e in seen(AgentFinished) if isinstance(e, AgentFinished)]
    assert [e.agent_id for e in ended][:2] == [queued, at_work]
    assert [e.state for e in ended] == ["cancelled", "cancelled", "done", "done", "done"]
    assert ended[1].findings > 0
    assert "security" in {m.finding.lens for m in wb.findings.of_run(run_id)}


def test_unknown_runs_and_models_are_wrong_use(wb: Workbench) -> None:
    for ref in ("last", "#9", "r-nowhere"):
        with pytest.raises(UsageError, match="there is no run"):
            wb.runs.get(ref)
    with pytest.raises(UsageError, match="unknown model"):
        wb.runs.preflight("review", {}, RunOptions(model="nobody"))


def test_doctor_looks_at_everything(wb: Workbench) -> None:
    checks = {check.name: check for check in wb.doctor()}
    assert set(checks) == {
        "python", "database", "sqlite", "git", "sandbox", "model", "embedded model",
        "evidence tools", "terminal", "configuration",
    }  # fmt: skip
    assert checks["database"].state == checks["git"].state == "ok"
    assert all(check.fix for check in checks.values() if check.state != "ok")


def test_a_run_whose_runner_is_gone_takes_no_command(wb: Workbench) -> None:
    run = interrupted(wb)
    with pytest.raises(UsageError, match="does not run") as caught:
        wb.runs.pause(run.run_id)
    assert caught.value.why == "it is interrupted"
