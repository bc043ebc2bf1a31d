from __future__ import annotations

import json

from ladder_tui.domain.event import (
    AgentFinished,
    Event,
    LiveRow,
    NoteAdded,
    RunContinued,
    RunFinished,
    RunInterrupted,
    RunPaused,
    StepFinished,
)
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.agent_card import Segment
from ladder_tui.projections.run_view import (
    RunView,
    cards_by_attention,
    children,
    fold,
    to_dict,
    totals,
)
from tests.projections.story import (
    COST,
    STEP,
    USAGE,
    A,
    B,
    asked,
    finding,
    finished,
    gate_finished,
    gate_started,
    grep,
    lost,
    queued,
    records,
    replied,
    reported,
    run_started,
    started,
    step_started,
    tool_finished,
    tool_started,
)

LOST_USAGE, LOST_COST = Usage(50), Cost(3)


def view_of(*events: Event) -> RunView:
    return fold(records(*events))


def test_a_run_says_what_it_is() -> None:
    view = view_of(run_started())
    assert (view.run_id, view.number, view.workflow, view.state) == (
        RunId("r-1"),
        41,
        "review",
        "running",
    )
    assert (view.inputs, view.base_commit, view.prd) == ({"path": "src"}, "abc", "prd.md")
    assert (view.started_at, view.last_id, view.last_seq, view.last_at) == (1_001.0, 1, 1, 1_001.0)


def test_slots_of_a_step_come_in_their_order_before_they_are_queued() -> None:
    view = view_of(run_started(), step_started(A, B), queued(B), queued(A))
    assert list(view.agents) == [A, B]
    assert [card.name for card in view.agents.values()] == ["security", "tests"]
    step = view.steps[STEP]
    assert (step.state, step.slots_total, step.max_parallel) == ("running", 2, 4)
    view.apply_all(records(StepFinished(STEP, "done", "", 3.0, 1, 2), start=5))
    assert (step.state, step.slots_ok, step.finished_at) == ("done", 1, 1_005.0)


def test_an_agents_turns_add_up() -> None:
    view = view_of(queued(), started(), asked(), lost(), asked(attempt=2), replied(), asked(2))
    card = view.agents[A]
    assert (card.state, card.turn, card.turns_done, card.attempt) == ("running", 2, 1, 1)
    assert card.usage == view.usage == USAGE + LOST_USAGE
    assert card.cost == view.cost == COST + LOST_COST
    assert (card.lost_attempts, card.lost_usage, card.lost_cost) == (1, LOST_USAGE, LOST_COST)
    assert view.lost_attempts == 1
    assert (card.context_tokens, card.context_window, card.token_limit) == (400, 8_000, 2_000)


def test_the_timeline_shows_waiting_model_tools_gates_and_retries() -> None:
    view = view_of(
        *(queued(), started(), gate_started(), gate_finished(), asked(), lost()),
        *(asked(attempt=2), replied(1, A, grep("t1"), grep("t2")), tool_started("t1")),
        *(tool_started("t2"), tool_finished("t1"), tool_finished("t2"), asked(2), finished()),
    )
    segments = view.agents[A].segments
    assert segments == [
        Segment("wait", 1_001.0, 1_002.0),
        Segment("gate", 1_003.0, 1_004.0, "ruff S"),
        Segment("model", 1_005.0, 1_006.0),
        Segment("retry", 1_006.0, 1_007.0),
        Segment("model", 1_007.0, 1_008.0),
        Segment("tool", 1_009.0, 1_011.0, "Grep"),
        Segment("tool", 1_010.0, 1_012.0, "Grep"),
        Segment("model", 1_013.0, 1_014.0),
    ]
    assert view.agents[A].tools_done == 2


def test_a_lost_attempt_without_a_retry_opens_no_segment() -> None:
    view = view_of(queued(), started(), asked(), lost(retry_in_s=None))
    assert [s.kind for s in view.agents[A].segments] == ["wait", "model"]
    assert view.agents[A].open_segments == {}


def test_an_end_says_why() -> None:
    failed = AgentFinished(A, "failed", "invalid_output", "schema missed twice", elapsed_s=9.0)
    card = view_of(queued(), started(), failed).agents[A]
    assert (card.state, card.failure, card.reason) == (
        "failed",
        "invalid_output",
        "schema missed twice",
    )
    assert (card.finished_at, card.elapsed_s(5_000.0)) == (1_003.0, 1.0)
    assert card.activity == "schema missed twice"


def test_an_interrupted_agent_is_paused_and_its_segments_end() -> None:
    view = view_of(run_started(), queued(), started(), asked(), RunInterrupted("going down"))
    assert (view.state, view.reason) == ("interrupted", "going down")
    assert view.agents[A].state == "paused"
    assert view.agents[A].segments[-1] == Segment("model", 1_004.0, 1_005.0)


def test_a_pause_and_its_end() -> None:
    view = view_of(run_started(), RunPaused("asked"))
    assert (view.state, view.reason) == ("paused", "asked")
    view.apply_all(records(RunContinued(), start=3))
    assert (view.state, view.reason) == ("running", "")


def test_the_end_of_a_run() -> None:
    end = RunFinished("done", "fail", "1 finding", USAGE, COST, 1, 1, 1, 9.0, "digest")
    view = view_of(run_started(), queued(), started(), asked(), NoteAdded("late", "warning"), end)
    assert (view.state, view.verdict, view.reason) == ("done", "fail", "1 finding")
    assert (view.finished_at, view.output_digest) == (1_006.0, "digest")
    assert view.agents[A].segments[-1].end == 1_006.0
    assert [(n.at, n.level, n.text) for n in view.notes] == [(1_005.0, "warning", "late")]


def test_activity_comes_from_events_and_newer_meters() -> None:
    view = view_of(queued())
    card = view.agents[A]
    assert card.activity == "queued"
    view.apply_all(records(started(), asked(), start=2))
    assert (card.activity, card.activity_at) == ("waiting for model", 1_003.0)
    view.apply_live([LiveRow(A, "generating", 1_003.5, 12, "The loop")])
    assert (card.activity, card.activity_at) == ("generating", 1_003.5)
    assert (card.partial_tokens, card.partial_text) == (12, "The loop")
    view.apply_all(records(replied(1, A, grep()), tool_started(), start=4))
    assert (card.activity, card.partial_tokens) == ("Grep for .* in", 0)
    view.apply_live([])
    assert card.live is None


def test_meters_that_come_before_the_card_are_not_lost() -> None:
    view = RunView()
    view.apply_live([LiveRow(A, "generating", 5_000.0)])
    view.apply_all(records(queued(), started()))
    assert view.agents[A].activity == "generating"


def test_meters_change_the_version_only_when_they_change() -> None:
    view = view_of(queued())
    row = LiveRow(A, "generating", 5_000.0)
    versions = []
    for rows in ([row], [row], [], []):
        view.apply_live(rows)
        versions.append(view.version)
    assert versions == [2, 2, 3, 3]


def test_agents_that_need_a_look_come_first() -> None:
    agents = [AgentId(f"scan/{name}") for name in ("done", "run", "fail", "stall", "queue", "stop")]
    done, run, fail, stall, queue, stop = agents
    view = view_of(
        *(queued(agent) for agent in agents),
        started(stall),
        *(started(agent) for agent in (done, fail, stop)),
        finished(done),
        AgentFinished(fail, "failed", "crash", "boom"),
        AgentFinished(stop, "cancelled", "cancelled"),
        started(run),
    )
    now = view.last_at + 25.0
    assert [c.agent_id for c in cards_by_attention(view, now)] == [
        *(stall, fail, run, queue, stop, done)
    ]
    assert [c.agent_id for c in cards_by_attention(view)] == [fail, run, stall, queue, stop, done]
    view.apply_live([LiveRow(stall, "generating", now - 1.0)])
    assert not view.agents[stall].is_stalled(now)


def test_totals_of_the_run_of_a_step_and_of_an_agent_with_its_children() -> None:
    child = AgentId("scan/security/child")
    view = view_of(
        *(queued(A), queued(B), queued(child), started(A), asked(), lost(), asked(), replied()),
        *(started(child), asked(1, child), replied(1, child), finished(child)),
    )
    of_run = totals(view)
    assert (of_run.agents, of_run.queued, of_run.running, of_run.done) == (3, 1, 1, 1)
    assert (of_run.usage, of_run.cost) == (view.usage, view.cost)
    assert (of_run.turns, of_run.lost_attempts) == (2, 1)
    assert [c.agent_id for c in children(view, A)] == [A, child]
    assert totals(view, A).usage == USAGE + LOST_USAGE + USAGE
    assert totals(view, STEP) == of_run
    assert totals(view, "other").agents == 0


def test_a_view_prints_as_json_with_every_figure() -> None:
    view = view_of(
        *(run_started(), step_started(), queued(), started(), gate_finished(), asked(), replied()),
        *(reported(finding()), finished(findings=1)),
    )
    plain = json.loads(json.dumps(to_dict(view)))
    assert plain["number"] == 41
    assert plain["usage"]["total_tokens"] == USAGE.total_tokens
    assert plain["usage"]["cache_creation_input_tokens"] == 0
    assert plain["cost"] == {
        "nano_usd": 7_000,
        "unpriced_calls": 0,
        "is_estimated": False,
        "usd": 7e-6,
    }
    agent = plain["agents"][0]
    assert (agent["agent_id"], agent["state"], agent["activity"]) == (A, "done", "fine")
    assert agent["reported"][0]["rule"] == "S608"
    assert plain["gates"][0]["result"]["verdict"] == "fail"
    assert plain["agents"][1]["state"] == "queued"
    assert plain["steps"][0]["step_id"] == "scan"


def test_a_gate_of_a_step_belongs_to_no_agent() -> None:
    view = view_of(step_started(A), gate_started(None), gate_finished("pass", None))
    assert [(agent, r.gate) for agent, r in view.gates] == [(None, "ruff S")]
    assert view.agents[A].segments == []
