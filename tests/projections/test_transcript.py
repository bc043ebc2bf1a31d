from __future__ import annotations

from ladder_tui.domain.event import (
    AgentFinished,
    Event,
    OutputRejected,
    RunInterrupted,
    RunResumed,
    TurnFinished,
    TurnReused,
)
from ladder_tui.domain.message import Message, RedactedThinkingBlock, ThinkingBlock
from ladder_tui.projections.transcript import Transcript
from ladder_tui.projections.transcript_item import (
    EndItem,
    EvidenceItem,
    FindingItem,
    NoteItem,
    RejectionItem,
    RetryItem,
    TextItem,
    ToolItem,
    TurnItem,
)
from tests.projections.story import (
    COST,
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
    started,
    tool_finished,
    tool_started,
)


def transcript_of(*events: Event) -> Transcript:
    transcript = Transcript(A)
    for record in records(*events):
        transcript.apply(record)
    return transcript


def kinds(transcript: Transcript) -> list[str]:
    return [type(item).__name__.removesuffix("Item") for item in transcript.items]


def test_a_whole_story_in_order() -> None:
    transcript = transcript_of(
        *(queued(), started(), gate_started(), gate_finished(), asked(), lost()),
        *(asked(attempt=2), replied(1, A, grep()), tool_started(), tool_finished()),
        *(asked(2), replied(2), OutputRejected(A, 2, ("findings: missing",))),
        *(reported(finding()), finished(findings=1)),
    )
    assert kinds(transcript) == [
        *("Evidence", "Turn", "Retry", "Text", "Tool", "Turn", "Text", "Rejection"),
        *("Finding", "End"),
    ]
    evidence, turn, retry, text, tool = transcript.items[:5]
    assert isinstance(evidence, EvidenceItem)
    assert evidence.result == gate_finished().result
    assert isinstance(turn, TurnItem)
    assert (turn.state, turn.usage, turn.cost, turn.at) == ("done", USAGE, COST, 1_007.0)
    assert isinstance(retry, RetryItem)
    assert (retry.kind, retry.http_status, retry.retry_in_s) == ("overloaded", 529, 2.0)
    assert text == TextItem(1, "text", "reply 1")
    assert isinstance(tool, ToolItem)
    assert (tool.tool, tool.input, tool.state) == ("Grep", {"pattern": "for .* in"}, "done")
    assert (tool.output, tool.summary, tool.at) == ("2 lines", "2 lines", 1_009.0)
    rejection, found, end = transcript.items[7:]
    assert isinstance(rejection, RejectionItem)
    assert rejection.problems == ("findings: missing",)
    assert found == FindingItem(1_014.0, finding())
    assert isinstance(end, EndItem)
    assert (end.state, end.summary, end.findings) == ("done", "fine", 1)


def test_events_of_other_agents_change_nothing() -> None:
    transcript = transcript_of(queued(B), started(B), asked(1, B), replied(1, B), finished(B))
    assert (transcript.items, transcript.version) == ([], 0)
    transcript.apply(records(gate_finished("pass", None), start=9)[0])
    assert (transcript.items, transcript.version) == ([], 0)


def test_tools_that_run_side_by_side_and_fail_apart() -> None:
    transcript = transcript_of(
        *(asked(), replied(1, A, grep("t1"), grep("t2"), grep("t3"))),
        *(tool_started("t1"), tool_started("t2"), tool_finished("t2", is_error=True)),
    )
    tools = [item for item in transcript.items if isinstance(item, ToolItem)]
    assert [(t.tool_use_id, t.state) for t in tools] == [
        *(("t1", "running"), ("t2", "error"), ("t3", "asked"))
    ]


def test_a_model_that_numbers_its_calls_anew_every_turn() -> None:
    transcript = transcript_of(
        *(asked(), replied(1, A, grep("t1")), tool_started(), tool_finished()),
        *(asked(2), replied(2, A, grep("t1")), tool_started(), tool_finished(is_error=True)),
    )
    tools = [item for item in transcript.items if isinstance(item, ToolItem)]
    assert [(t.turn, t.state) for t in tools] == [(1, "done"), (2, "error")]


def test_a_tool_call_without_its_turn_is_shown_all_the_same() -> None:
    transcript = transcript_of(tool_started(), tool_finished())
    assert kinds(transcript) == ["Tool"]


def test_reasoning_is_kept_apart_from_what_was_said() -> None:
    message = Message("assistant", (ThinkingBlock("hm"), RedactedThinkingBlock("…")))
    reply = TurnFinished(A, 1, 1, message, "end_turn", USAGE, COST, "quiet", 1.0)
    items = transcript_of(reply).items[1:]
    assert [(i.kind, i.text) for i in items if isinstance(i, TextItem)] == [
        *(("thinking", "hm"), ("thinking", "(hidden by the provider)"))
    ]


def test_a_resumed_agent_repeats_nothing() -> None:
    first: list[Event] = [
        *(queued(), started(), gate_started(), gate_finished(), asked(), replied(1, A, grep())),
        *(tool_started(), tool_finished(), asked(2), RunResumed(2)),
    ]
    again: list[Event] = [
        *(queued(), started(), gate_started(), gate_finished("pass"), TurnReused(A, 1, "key")),
        *(tool_started(), tool_finished(), asked(2), replied(2), reported(finding()), finished()),
    ]
    transcript = transcript_of(*first, *again)
    assert kinds(transcript) == [
        *("Evidence", "Turn", "Text", "Tool", "Turn", "Note", "Text", "Finding", "End")
    ]
    turns = [item for item in transcript.items if isinstance(item, TurnItem)]
    assert [(t.turn, t.state) for t in turns] == [(1, "done"), (2, "done")]
    evidence = transcript.items[0]
    assert isinstance(evidence, EvidenceItem)
    assert evidence.result is not None
    assert evidence.result.verdict == "pass"


def test_a_finished_agent_that_a_resume_goes_through_again_has_one_end() -> None:
    once: list[Event] = [started(), asked(), replied(), reported(finding()), finished(findings=1)]
    transcript = transcript_of(
        *once,
        RunResumed(2),
        *(queued(), started(), TurnReused(A, 1, "key"), reported(finding()), finished(findings=1)),
    )
    assert kinds(transcript) == ["Turn", "Text", "Finding", "End"]
    end = transcript.items[-1]
    assert isinstance(end, EndItem)
    assert end.at == 1_011.0


def test_a_turn_from_the_ledger_of_another_run_has_a_header() -> None:
    transcript = transcript_of(started(), TurnReused(A, 1, "key"))
    turn = transcript.items[0]
    assert isinstance(turn, TurnItem)
    assert turn.state == "reused"


def test_what_was_going_on_stops_with_an_interruption() -> None:
    transcript = transcript_of(
        *(started(), asked(), replied(1, A, grep()), tool_started(), RunInterrupted("going down"))
    )
    tool, note = transcript.items[-2:]
    assert isinstance(tool, ToolItem)
    assert tool.state == "stopped"
    assert note == NoteItem(1_005.0, "interrupted")


def test_another_attempt_of_the_agent_starts_over() -> None:
    transcript = transcript_of(
        *(started(), asked(), replied(), AgentFinished(A, "failed", "crash", "boom")),
        *(started(attempt=2), asked(), replied(), finished()),
    )
    assert kinds(transcript) == ["Turn", "Text", "Note", "Turn", "Text", "End"]
    assert transcript.items[2] == NoteItem(1_005.0, "attempt 2")
