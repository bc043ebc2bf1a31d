"""An answer that comes while a runner that waited for it is on its way out."""

from __future__ import annotations

import pytest

from ladder_tui.domain.ids import QuestionId
from ladder_tui.domain.question import Answer
from ladder_tui.runner import __main__ as runner
from ladder_tui.runner import control
from ladder_tui.store.lock import FileLock
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import QUIET
from tests.workflow.build import write_workflow

ASK = {"id": "ask", "ask": {"question": "Go on?"}}


@pytest.fixture(autouse=True)
def parks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "PARK_AFTER_S", 0.5)


def queued(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of a runner of a run that asks, which the test starts itself."""
    write_workflow(wb.root, "asks", [ASK])
    with monkeypatch.context() as patch:
        patch.setattr(wb.runs, "_spawn", lambda run_id: None)
        run_id = wb.runs.start("asks", {}, RunOptions(model=f"scripted/{QUIET}"))
    return ["--root", str(wb.root), "--run", run_id]


def test_without_an_answer_it_parks(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runner.main(queued(wb, monkeypatch)) == 0
    run = wb.runs.get("last")
    assert (run.state, run.reason) == ("interrupted", "waits for an answer")


def test_an_answer_before_the_lock_is_free_is_not_left_lying(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = queued(wb, monkeypatch)
    release = FileLock.release

    def answered_first(lock: FileLock) -> None:
        for asked in wb.runs.questions():
            monkeypatch.setattr(FileLock, "release", release)
            assert wb.runs.is_alive(asked.run_id)
            wb.runs.answer(asked.run_id, QuestionId(""), Answer())
        release(lock)

    monkeypatch.setattr(FileLock, "release", answered_first)
    assert runner.main(arguments) == 0
    assert wb.runs.get("last").state == "done"
