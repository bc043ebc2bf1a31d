"""What several agents came to together: time, tokens read twice, and what each one added."""

from __future__ import annotations

import msgspec
import pytest

from ladder_tui.domain import event as ev
from ladder_tui.domain.finding import MergedFinding
from ladder_tui.domain.ids import AgentId, QuestionId, RunId, StepId
from ladder_tui.domain.message import Message, TextBlock
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight.parallel_verdict import ParallelVerdict, judge
from ladder_tui.insight.read_twice import ReadTwice, read_twice
from ladder_tui.projections.run_view import fold
from tests.agent.world import skill
from tests.workflow.build import finding

STEP = StepId("s")
A, B, C = (AgentId(f"s/{name}") for name in "abc")
Timed = tuple[float, ev.Event]


def queued(agent_id: AgentId) -> ev.AgentQueued:
    name = agent_id.partition("/")[2]
    return ev.AgentQueued(agent_id, STEP, name, "review-security", "h", "m", 8_000, 9, 9)


def turn(
    agent_id: AgentId, start: float, end: float, number: int = 1, sent: int = 1_000, cost: int = 5
) -> list[Timed]:
    message = Message("assistant", (TextBlock("ok"),))
    used, paid = Usage(sent, 10), Cost(cost)
    finished = ev.TurnFinished(
        agent_id, number, 1, message, "end_turn", used, paid, "m", end - start
    )
    return [(start, ev.TurnStarted(agent_id, number, 1, "h", sent, 99)), (end, finished)]


def records(*timed: Timed) -> list[ev.EventRecord]:
    return [
        ev.EventRecord(n, RunId("r"), n, at, event)
        for n, (at, event) in enumerate(sorted(timed, key=lambda pair: pair[0]), 1)
    ]


def begin(*agents: AgentId, at: float = 0.0) -> list[Timed]:
    return [(at, queued(a)) for a in agents] + [(at, ev.AgentStarted(a)) for a in agents]


def end(*agents: AgentId, at: float) -> list[Timed]:
    return [(at, ev.AgentFinished(a, "done")) for a in agents]


def verdict(*timed: Timed, dismissed: tuple[str, ...] = ()) -> ParallelVerdict:
    found = judge(fold(records(*timed)), ReadTwice(), Cost(), dismissed)
    assert found is not None
    return found


def test_one_agent_has_no_verdict() -> None:
    view = fold(records(*begin(A), *turn(A, 0, 5), *end(A, at=5)))
    assert judge(view, ReadTwice(), Cost()) is None


def test_the_speed_up_is_work_over_the_time_in_which_there_was_any() -> None:
    found = verdict(*begin(A, B), *turn(A, 0, 10), *turn(B, 2, 8), *end(A, at=10), *end(B, at=8))
    assert (found.agents_s, found.wall_s, found.speed_up) == (16.0, 10.0, 1.6)


def test_the_time_of_a_person_is_not_the_time_of_an_agent() -> None:
    # A is sent back: between its two starts a person read what it gave, for 990 seconds.
    found = verdict(
        *begin(A, B), *turn(A, 0, 5), *end(A, at=5), *turn(B, 0, 5), *end(B, at=5),
        *begin(A, at=995), *turn(A, 995, 1_000, 2), *end(A, at=1_000),
    )  # fmt: skip
    assert (found.agents_s, found.wall_s) == (15.0, 10.0)


def test_waiting_for_a_permission_is_no_work() -> None:
    asked = Question(question_id=QuestionId("q"), step_id=STEP, kind="approve", text="May I?",
                     agent_id=A)  # fmt: skip
    found = verdict(
        *begin(A, B), *turn(B, 0, 4), *end(B, at=4),
        (0, ev.ToolStarted(A, "t", "Bash", {"command": "pytest"})),
        (1, ev.QuestionAsked(asked)),
        (91, ev.QuestionAnswered(asked.question_id, STEP, Answer(), 90.0)),
        (95, ev.ToolFinished(A, "t", "Bash", "ok", False, 4.0)),
        *end(A, at=95),
    )  # fmt: skip
    assert found.agents_s == 9.0


def test_queued_and_paused_time_is_no_work() -> None:
    found = verdict(
        (0, queued(A)), (0, queued(B)),
        (0, ev.AgentStarted(A)), *turn(A, 0, 10), *end(A, at=10),
        (10, ev.AgentStarted(B)), *turn(B, 10, 12),
        (12, ev.RunPaused()), (500, ev.RunContinued()),
        *turn(B, 500, 503, 2), *end(B, at=503),
    )  # fmt: skip
    assert (found.agents_s, found.wall_s, found.speed_up) == (15.0, 15.0, 1.0)


def reports(agent_id: AgentId, *rules: str, at: float = 3.0) -> list[Timed]:
    name = agent_id.partition("/")[2]
    return [
        (at, ev.FindingReported(agent_id, finding(
            rule, line, reporter=name, fingerprint=f"{rule}{line}")))
        for line, rule in enumerate(rules, 1) if rule
    ]  # fmt: skip


def merged(*lines: tuple[str, int, tuple[str, ...]]) -> Timed:
    found = tuple(
        MergedFinding(
            finding(rule, line, reporter=names[0], fingerprint=f"{rule}{line}"), names,
            len(names), 3, dict.fromkeys(names, "high"),
        )
        for rule, line, names in lines
    )  # fmt: skip
    return 6.0, ev.FindingsMerged(StepId("merge"), "union-dedup", 3, 3, (), found, len(found))


STORY = [
    *begin(A, B, C),
    *turn(A, 0, 5, cost=7), *turn(B, 0, 5, cost=2), *turn(C, 0, 5, cost=3),
    *reports(A, "x", "y"), *reports(B, "x", "y", "z"), *reports(C, "", "", "z"),
    *end(A, B, C, at=5),
    merged(("x", 1, ("a", "b")), ("y", 2, ("a", "b")), ("z", 3, ("b", "c"))),
]  # fmt: skip


def test_what_each_agent_adds_and_which_were_enough() -> None:
    found = verdict(*STORY)
    assert (found.findings, found.only_one) == (3, 0)
    assert [(a.name, a.found, a.only, a.added, a.total) for a in found.agents] == [
        ("b", 3, 0, 3, 3), ("c", 1, 0, 0, 3), ("a", 2, 0, 0, 3),
    ]  # fmt: skip
    assert (found.smallest, found.smallest_method) == (("s/b",), "exact")
    assert found.smallest_cost == Cost(2)


def test_findings_that_one_agent_alone_had_make_it_needed() -> None:
    found = verdict(*STORY, *reports(C, "", "", "", "w"))
    assert found.only_one == 0  # what the merge left out is no finding of the run
    alone = verdict(
        *STORY[:-1], *reports(C, "", "", "", "w"),
        merged(("x", 1, ("a", "b")), ("w", 4, ("c",))),
    )  # fmt: skip
    assert (alone.findings, alone.only_one) == (2, 1)
    assert set(alone.smallest) == {"s/b", "s/c"}


def test_dismissed_findings_are_worth_nothing() -> None:
    found = verdict(*STORY, dismissed=("z3",))
    assert found.findings == 2
    assert {a.name: a.found for a in found.agents}["c"] == 0


def test_what_is_read_more_often_than_once() -> None:
    def tool(agent_id: AgentId, path: str, output: str) -> list[Timed]:
        return [
            (1, ev.ToolStarted(agent_id, "t" + path, "Read", {"path": path})),
            (2, ev.ToolFinished(agent_id, "t" + path, "Read", output, False, 0.1)),
        ]

    own = skill()
    story = records(
        *begin(A, B), *turn(A, 0, 5, sent=1_000), *turn(B, 0, 5, sent=1_400),
        *turn(A, 6, 7, 2, sent=5_000),
        *tool(A, "cart.py", "x" * 40), *tool(B, "cart.py", "x" * 40), *tool(B, "db.py", "y" * 70),
    )  # fmt: skip
    found = read_twice(story, (own,), len)
    # Of the prompts, all but the skill, as much as the shorter has; of the tools, the file again.
    assert found == ReadTwice(1_000 - len(own.body), 40)


@pytest.mark.parametrize("cut", range(1, 22))
def test_a_run_can_be_judged_at_every_moment(cut: int) -> None:
    view = fold(records(*STORY)[:cut])
    found = judge(view, ReadTwice(), Cost())
    assert found is None or msgspec.json.encode(found)
