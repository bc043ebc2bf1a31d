"""Commands and signals, whenever they come."""

from __future__ import annotations

import asyncio

import msgspec

from ladder_tui.agent.ledger_key import answer_key
from ladder_tui.agent.reply import Reply
from ladder_tui.domain.command import (
    AnswerQuestion,
    CancelAgent,
    CancelRun,
    Command,
    Continue,
    ContinueAgent,
    Interject,
    Pause,
    PauseAgent,
    RetryAgent,
    SetLimits,
)
from ladder_tui.domain.event import (
    CommandApplied,
    Event,
    LimitsChanged,
    RunContinued,
    RunPaused,
)
from ladder_tui.domain.ids import AgentId, QuestionId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import RunLimits
from ladder_tui.runner.control import PARK_AFTER_S, Control

AGENT = AgentId("s/security")


class Desk:
    """A control with everything it says, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.said: list[Event] = []
        self.now = 0.0
        self.limited: list[SetLimits] = []
        self.control = Control(self.said.append, lambda: self.now, self.limited.append)

    def outcomes(self) -> list[str]:
        return [e.outcome for e in self.said if isinstance(e, CommandApplied)]


async def forever() -> None:
    await asyncio.sleep(60)


async def is_cancelled(task: asyncio.Task[None]) -> bool:
    await asyncio.gather(task, return_exceptions=True)
    return task.cancelled()


async def test_a_stop_before_there_is_work_is_not_lost() -> None:
    desk = Desk()
    desk.control.apply(1, CancelRun())
    task = asyncio.create_task(forever())
    desk.control.watch_run(task)
    assert await is_cancelled(task)
    assert desk.control.end_reason == ""


async def test_a_signal_before_there_is_work_is_not_lost() -> None:
    desk = Desk()
    desk.control.end("received SIGTERM")
    task = asyncio.create_task(forever())
    desk.control.watch_run(task)
    assert await is_cancelled(task)
    assert desk.control.end_reason == "received SIGTERM"


async def test_the_first_to_stop_it_is_who_stopped_it() -> None:
    desk = Desk()
    desk.control.apply(1, CancelRun())
    desk.control.end("received SIGTERM")
    desk.control.apply(2, CancelRun())
    assert desk.control.end_reason == ""
    assert desk.outcomes() == ["applied", "refused: it is stopping already"]


async def test_an_end_that_takes_its_time_is_not_cancelled_again() -> None:
    desk = Desk()
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.02)
            ended.append("cleanly")

    task = asyncio.create_task(work())
    desk.control.watch_run(task)
    await asyncio.sleep(0)
    desk.control.apply(1, CancelRun())
    await asyncio.sleep(0)
    desk.control.end("received SIGTERM")
    await asyncio.gather(task, return_exceptions=True)
    assert ended == ["cleanly"]


async def test_pause_and_continue_say_what_they_did() -> None:
    desk = Desk()
    commands: tuple[Command, ...] = (Continue(), Pause(), Pause(), Continue())
    for number, command in enumerate(commands, 1):
        desk.control.apply(number, command)
    assert desk.outcomes() == [
        "refused: it is not paused",
        "applied",
        "refused: it is paused already",
        "applied",
    ]
    assert [type(e) for e in desk.said if not isinstance(e, CommandApplied)] == [
        RunPaused,
        RunContinued,
    ]
    assert desk.control.gate.is_set()


async def test_an_agent_that_ended_cannot_be_cancelled() -> None:
    desk = Desk()
    task = asyncio.create_task(asyncio.sleep(0))
    desk.control.watch_agent(AGENT, task.cancel)
    await task
    desk.control.apply(1, CancelAgent(AGENT))
    assert desk.outcomes() == ["refused: the agent has ended"]
    assert desk.control.cancelled_agents == set()


async def test_an_agent_that_is_still_to_come_is_remembered() -> None:
    desk = Desk()
    desk.control.apply(1, CancelAgent(AGENT))
    assert desk.control.cancelled_agents == {AGENT}
    (said,) = (e for e in desk.said if isinstance(e, CommandApplied))
    assert (said.agent_id, said.outcome) == (AGENT, "applied")


async def test_a_long_pause_parks_the_run() -> None:
    desk = Desk()
    desk.control.apply(1, Pause())
    desk.now = PARK_AFTER_S
    desk.control.check_parked()
    assert desk.control.end_reason == ""
    desk.now += 1
    desk.control.check_parked()
    assert desk.control.end_reason.startswith("parked")


QUESTION = Question(
    question_id=QuestionId("ok#1"), step_id=StepId("ok"), kind="approve", text="Go?"
)


async def asked(desk: Desk) -> asyncio.Task[Reply]:
    task = asyncio.create_task(desk.control.ask(QUESTION))
    await asyncio.sleep(0)
    return task


async def test_an_answer_is_settled_only_when_it_is_safe() -> None:
    desk = Desk()
    told: list[str] = []
    command = AnswerQuestion(QUESTION.question_id, Answer())
    assert not desk.control.answer(command, told.append)  # not asked yet: it waits
    task = await asked(desk)
    desk.now = 5.0
    assert desk.control.answer(command, told.append)
    reply = await task
    assert (reply.waited_s, told) == (5.0, [])
    reply.kept()
    assert told == ["applied"]
    assert desk.control.answer(command, told.append)
    assert told[1:] == ["refused: it was answered already"]


async def test_an_answer_holds_for_what_was_on_the_screen() -> None:
    desk = Desk()
    told: list[str] = []
    task = await asked(desk)
    other = msgspec.structs.replace(QUESTION, shown="something else")
    answer = AnswerQuestion(QUESTION.question_id, Answer(), seen=answer_key(other))
    assert desk.control.answer(answer, told.append)
    assert told == ["refused: the question has changed since"]
    assert not task.done()
    # The words about what comes next do not count.
    again = msgspec.structs.replace(QUESTION, next_step="step b runs")
    answer = AnswerQuestion(QUESTION.question_id, Answer(), seen=answer_key(again))
    assert desk.control.answer(answer, told.append)
    (await task).kept()
    assert told[1:] == ["applied"]


async def test_a_runner_that_waits_for_a_person_parks_unless_an_agent_works() -> None:
    desk = Desk()
    task = await asked(desk)
    desk.now = PARK_AFTER_S + 1
    desk.control.check_parked(is_busy=True)
    assert desk.control.end_reason == ""
    desk.control.check_parked()
    assert desk.control.end_reason == "waits for an answer"
    task.cancel()


async def test_one_agent_is_paused_and_the_run_goes_on() -> None:
    desk = Desk()
    commands: tuple[Command, ...] = (PauseAgent(AGENT), PauseAgent(AGENT), ContinueAgent(AGENT))
    for number, command in enumerate(commands, 1):
        desk.control.apply(number, command)
        if number == 1:
            assert not desk.control.steering.of(AGENT).is_clear(desk.control.gate)
    assert desk.outcomes() == ["applied", "refused: it is paused already", "applied"]
    assert desk.control.gate.is_set()
    assert desk.control.steering.of(AGENT).is_clear(desk.control.gate)


async def test_an_agent_whose_step_does_not_run_cannot_be_started_over() -> None:
    desk = Desk()
    desk.control.cancelled_agents.add(AGENT)
    desk.control.apply(1, RetryAgent(AGENT))
    assert desk.outcomes() == ["refused: its step does not run"]
    assert desk.control.cancelled_agents == {AGENT}


async def test_a_retry_takes_a_cancel_and_a_pause_back() -> None:
    desk = Desk()
    steer = desk.control.steering.of(AGENT)
    steer.restart = lambda: AGENT not in desk.control.cancelled_agents
    desk.control.cancelled_agents.add(AGENT)
    steer.gate.clear()
    desk.control.apply(1, RetryAgent(AGENT))
    assert desk.outcomes() == ["applied"]
    assert steer.gate.is_set()


async def test_words_for_an_agent_that_has_ended_are_refused() -> None:
    desk = Desk()
    told: list[str] = []
    desk.control.interject(Interject(AGENT, "look at a.py"), told.append)
    assert told == []  # nobody has heard it yet
    desk.control.steering.of(AGENT).end()
    desk.control.interject(Interject(AGENT, "and at b.py"), told.append)
    assert told == ["refused: the agent has ended"] * 2


async def test_new_limits_are_handed_on_and_told() -> None:
    desk = Desk()
    command = SetLimits(RunLimits(usd=2.0))
    desk.control.apply(1, command)
    assert desk.limited == [command]
    assert desk.outcomes() == ["applied"]
    assert [e.limits for e in desk.said if isinstance(e, LimitsChanged)] == [RunLimits(usd=2.0)]
