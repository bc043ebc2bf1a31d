"""Kills a run at every step boundary and in mid-step, resumes it, and proves that nothing is lost.

``kill_at_every_boundary`` works on any workflow that is deterministic on the scripted model.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ladder_tui.domain.event import (
    Event,
    ProcessStarted,
    QuestionAnswered,
    QuestionAsked,
    StepStarted,
)
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import FINAL_STATES, RunState
from ladder_tui.errors import UsageError
from ladder_tui.store import command as command_rows
from ladder_tui.store import run as run_rows
from ladder_tui.workbench import RunOptions, Workbench
from ladder_tui.workbench.launch import new_spec
from ladder_tui.workflow.step_run import AGAIN, EXTERNAL_RULE
from tests.chaos.test_kill import check_after, check_nothing_left, last_end

TOP = Path(__file__).parents[2]
BOUNDARIES = ("step_started", "step_finished")
IN_STEPS = (
    *("agent_started", "turn_started", "turn_finished", "tool_started", "gate_finished"),
    *("process_started", "process_finished", "question_asked", "question_answered"),
)
Answers = Callable[[Question], Answer]


class Place(NamedTuple):
    """Right after the event of a kind with this number, counted from 1."""

    kind: str
    number: int


def approve(question: Question) -> Answer:
    """Approve, and take the first choice; a value has to be given by the test."""
    return Answer(choice=question.options[0] if question.options else "")


def kill_at_every_boundary(
    wb: Workbench,
    workflow: str,
    inputs: Mapping[str, Any],
    scenario: Path,
    answers: Answers = approve,
    *,
    most: int | None = None,
    state: RunState = "done",
    timeout_s: float = 60,
) -> int:
    """Kill a run of ``workflow`` at each of its places (``most`` of them, evenly spaced).

    Every killed run is resumed and must end in ``state`` with the output of an undisturbed one,
    with no committed call paid twice, no external effect repeated silently, and nothing left
    behind. Returns how many kills there were.
    """
    options = RunOptions(model=f"scripted/{scenario}")
    calm = _start(wb, workflow, inputs, options)
    wb.runs.resume(calm)  # its first runner: the row was made without one
    _to_the_end(wb, calm, answers, timeout_s)
    end = last_end(wb, calm)
    assert end.state == state, end.reason
    places = _places(_events(wb, calm))
    if most is not None:
        places = places[:: max(1, -(-len(places) // most))]
    kills = 0
    for place in places:
        run_id = _start(wb, workflow, inputs, options)
        was_killed = _doomed(wb, run_id, place, answers, timeout_s)
        kills += was_killed
        if wb.runs.get(run_id).state not in FINAL_STATES and not wb.runs.is_alive(run_id):
            wb.runs.resume(run_id, as_started=True)
        _to_the_end(wb, run_id, answers, timeout_s)
        check_end(wb, run_id, end.output_digest, place, state)
    check_nothing_left(wb, calm)
    return kills


def check_end(
    wb: Workbench, run_id: RunId, digest: str, place: Place, state: RunState = "done"
) -> None:
    """The proof for one killed and resumed run."""
    try:
        check_after(wb, run_id, digest, state)
        check_effects(_events(wb, run_id))
    except AssertionError as error:
        raise AssertionError(f"killed after {place}: {error}") from error


def check_effects(events: Sequence[Event]) -> None:
    """No command with effects ran twice at one place without a person's word in between."""
    started: Counter[tuple[str, str, int]] = Counter()
    allowed: Counter[str] = Counter()
    rules: dict[str, str] = {}
    for event in events:
        match event:
            case QuestionAsked(question=question):
                rules[question.question_id] = question.rule
            case QuestionAnswered(question_id=question_id, answer=answer):
                if rules.get(question_id) == EXTERNAL_RULE and answer.choice == AGAIN:
                    allowed[question_id.partition("#")[0]] += 1
            case ProcessStarted(effect="external"):
                place = (event.step_id, event.slot, event.attempt)
                name = f"{event.step_id}/{event.slot}" if event.slot else event.step_id
                if started[place]:
                    assert allowed[name] > 0, f"{name} was repeated silently"
                    allowed[name] -= 1
                started[place] += 1
            case _:
                pass


def _start(wb: Workbench, workflow: str, inputs: Mapping[str, Any], options: RunOptions) -> RunId:
    """The row of a run that has no runner yet."""
    plan = wb.runs.preflight(workflow, inputs, options)
    assert not plan.problems, plan.problems
    now = time.time() - 60  # old enough not to be taken for one whose runner is on its way
    spec = new_spec(wb.root, plan, options, now, origin="project", given=inputs)
    return run_rows.create_run(wb._db, spec).run_id


def _doomed(wb: Workbench, run_id: RunId, place: Place, answers: Answers, timeout_s: float) -> bool:
    """Run until the kill; False where the run ended before it came there."""
    argv = [sys.executable, "-m", "tests.chaos.doomed", "--root", str(wb.root), "--run", run_id]
    argv += ["--kind", place.kind, "--count", str(place.number)]
    log = wb.project.log_path(run_id)
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            argv, cwd=TOP, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + timeout_s
    while process.poll() is None:
        assert time.monotonic() < deadline, f"{place} did not come: {log.read_text()}"
        _answer(wb, run_id, answers)
        time.sleep(0.02)
    return process.returncode < 0


def _to_the_end(wb: Workbench, run_id: RunId, answers: Answers, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while wb.runs.get(run_id).state not in FINAL_STATES or wb.runs.is_alive(run_id):
        log = wb.project.log_path(run_id)
        assert time.monotonic() < deadline, log.read_text() if log.exists() else "no log"
        _answer(wb, run_id, answers)
        time.sleep(0.02)


def _answer(wb: Workbench, run_id: RunId, answers: Answers) -> None:
    if not wb.runs.is_alive(run_id):
        return
    for asked in wb.runs.questions():
        if asked.run_id == run_id and asked.question.question_id not in _sent(wb, run_id):
            question = asked.question
            is_rule = question.rule == EXTERNAL_RULE
            answer = Answer(choice=AGAIN) if is_rule else answers(question)
            with contextlib.suppress(UsageError):  # it was taken since the question was read
                wb.runs.answer(run_id, question.question_id, answer)


def _sent(wb: Workbench, run_id: RunId) -> set[str]:
    """Questions whose answer is on its way."""
    pending = command_rows.pending(wb._db, run_id)
    return {getattr(command, "question_id", "") for _, command in pending}


def _places(events: Sequence[Event]) -> list[Place]:
    """Every boundary between steps and every kind of moment in a step, in order."""
    counts: Counter[str] = Counter()
    found = []
    for event in events:
        kind = str(type(event).__struct_config__.tag)
        if kind in BOUNDARIES or kind in IN_STEPS:
            counts[kind] += 1
            found.append(Place(kind, counts[kind]))
    assert any(isinstance(event, StepStarted) for event in events)
    return found


def _events(wb: Workbench, run_id: RunId) -> list[Event]:
    return [record.event for record in wb.runs.events(run_id, limit=100_000)]
