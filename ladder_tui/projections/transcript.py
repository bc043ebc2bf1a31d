"""The transcript of one agent: what it was told, said and did, in order.

Results are folded into the calls that asked for them. A resumed agent replays its turns from the
ledger; what is already in the transcript is then refreshed, not repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ladder_tui.domain import event as ev
from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import RedactedThinkingBlock, TextBlock, ThinkingBlock, ToolUseBlock
from ladder_tui.projections.transcript_item import (
    EndItem,
    EvidenceItem,
    FindingItem,
    Item,
    NoteItem,
    RejectionItem,
    RetryItem,
    TextItem,
    ToolItem,
    TurnItem,
)

_ItemT = TypeVar("_ItemT", bound=Item)


class Transcript:
    """Items of one agent, in order. Only ``apply`` changes it; text in it is untrusted."""

    def __init__(self, agent_id: AgentId) -> None:
        self.agent_id = agent_id
        self.items: list[Item] = []
        self.version = 0
        self.last_id = 0
        self._attempt = 1
        self._turn = 0
        self._index: dict[tuple[object, ...], Any] = {}

    def apply(self, record: EventRecord) -> None:
        """Fold one event in; those of other agents and those already in are ignored."""
        if 0 < record.id <= self.last_id:
            return
        event = record.event
        handler = _HANDLERS.get(type(event))
        if handler is None:
            return
        of_agent = getattr(event, "agent_id", self.agent_id)
        if of_agent != self.agent_id:
            return
        handler(self, record.at, event)
        self.last_id = record.id
        self.version += 1

    def _put(self, key: tuple[object, ...], item: _ItemT) -> _ItemT:
        """Add an item that later events find again by ``key`` within this attempt."""
        self.items.append(item)
        self._index[(self._attempt, *key)] = item
        return item

    def _find(self, *key: object) -> Any:
        return self._index.get((self._attempt, *key))

    @property
    def _end(self) -> EndItem | None:
        return next((i for i in reversed(self.items) if isinstance(i, EndItem)), None)

    def _on_run_resumed(self, at: float, _event: ev.RunResumed) -> None:
        self._stop_running()
        if self.items and self._end is None:
            self.items.append(NoteItem(at, "resumed"))

    def _on_run_interrupted(self, at: float, _event: ev.RunInterrupted) -> None:
        self._stop_running()
        if self.items and self._end is None:
            self.items.append(NoteItem(at, "interrupted"))

    def _stop_running(self) -> None:
        for item in self.items:
            if isinstance(item, ToolItem) and item.state == "running":
                item.state = "stopped"
            elif isinstance(item, TurnItem) and item.state == "running":
                item.state = "lost"

    def _on_agent_started(self, at: float, event: ev.AgentStarted) -> None:
        end = self._end
        if end is not None:
            self.items.remove(end)  # it goes on after all: the end comes again
        if event.attempt != self._attempt:
            self._attempt, self._turn = event.attempt, 0
            if event.attempt > 1:
                self.items.append(NoteItem(at, f"attempt {event.attempt}"))

    def _on_turn_started(self, at: float, event: ev.TurnStarted) -> None:
        item = self._header(at, event.turn)
        item.state, item.attempt, item.at = "running", event.attempt, at
        item.input_tokens_estimate = event.input_tokens_estimate

    def _header(self, at: float, turn: int) -> TurnItem:
        self._turn = turn
        item: TurnItem | None = self._find("turn", turn)
        return item or self._put(("turn", turn), TurnItem(turn, 1, at))

    def _on_turn_finished(self, at: float, event: ev.TurnFinished) -> None:
        item = self._header(at, event.turn)
        item.state, item.attempt, item.model = "done", event.attempt, event.model
        item.usage, item.cost, item.stop_reason = event.usage, event.cost, event.stop_reason
        item.elapsed_s, item.ttft_s = event.elapsed_s, event.ttft_s
        for block in event.message.content:
            match block:
                case TextBlock(text=text):
                    self.items.append(TextItem(event.turn, "text", text))
                case ThinkingBlock(thinking=text):
                    self.items.append(TextItem(event.turn, "thinking", text))
                case RedactedThinkingBlock():
                    self.items.append(TextItem(event.turn, "thinking", "(hidden by the provider)"))
                case ToolUseBlock():
                    tool = ToolItem(event.turn, block.id, block.name, block.input)
                    self._put(("tool", event.turn, block.id), tool)
                case _:
                    pass  # results are in the tool events

    def _on_turn_reused(self, at: float, event: ev.TurnReused) -> None:
        is_known = self._find("turn", event.turn) is not None
        item = self._header(at, event.turn)
        if not is_known:
            item.state = "reused"

    def _on_attempt_lost(self, at: float, event: ev.AttemptLost) -> None:
        self._header(at, event.turn).state = "lost"
        self.items.append(
            RetryItem(
                *(event.turn, event.attempt, at, event.kind, event.message, event.retry_in_s),
                *(event.usage, event.cost, event.http_status),
            )
        )

    def _on_output_rejected(self, at: float, event: ev.OutputRejected) -> None:
        item = self._find("rejection", event.turn)
        if item is None:
            self._put(("rejection", event.turn), RejectionItem(event.turn, at, event.problems))
        else:
            item.problems = event.problems

    def _tool(self, event: ev.ToolStarted | ev.ToolFinished) -> ToolItem:
        item: ToolItem | None = self._find("tool", self._turn, event.tool_use_id)
        if item is None:
            item = ToolItem(self._turn, event.tool_use_id, event.tool, {})
            self._put(("tool", self._turn, event.tool_use_id), item)
        return item

    def _on_tool_started(self, at: float, event: ev.ToolStarted) -> None:
        item = self._tool(event)
        item.input, item.state, item.at = event.input, "running", at

    def _on_tool_finished(self, _at: float, event: ev.ToolFinished) -> None:
        item = self._tool(event)
        item.state = "error" if event.is_error else "done"
        item.output, item.is_truncated = event.output, event.is_truncated
        item.elapsed_s, item.summary = event.elapsed_s, event.summary

    def _on_gate_started(self, at: float, event: ev.GateStarted) -> None:
        if event.agent_id is not None and self._find("gate", event.gate) is None:
            self._put(("gate", event.gate), EvidenceItem(event.gate, at))

    def _on_gate_finished(self, at: float, event: ev.GateFinished) -> None:
        if event.agent_id is None:
            return
        gate = event.result.gate
        item: EvidenceItem | None = self._find("gate", gate)
        item = item or self._put(("gate", gate), EvidenceItem(gate, at))
        item.result = event.result

    def _on_finding_reported(self, at: float, event: ev.FindingReported) -> None:
        f = event.finding
        key = ("finding", f.fingerprint, f.rule, f.path, f.line, f.message)
        item = self._find(*key)
        if item is None:
            self._put(key, FindingItem(at, f))
        else:
            item.finding = f

    def _on_agent_finished(self, at: float, event: ev.AgentFinished) -> None:
        self._stop_running()
        end = self._end
        if end is not None:
            self.items.remove(end)
        self.items.append(
            EndItem(
                *(at, event.state, event.failure, event.reason, event.summary),
                *(event.findings, event.findings_unverified, event.elapsed_s),
                event.is_evidence_only,
            )
        )

    def _note(self, at: float, text: str) -> None:
        self.items.append(NoteItem(at, text))

    def _on_interjected(self, _at: float, event: ev.Interjected) -> None:
        self.items.append(TextItem(event.turn, "person", event.text))

    def _on_agent_paused(self, at: float, _event: ev.AgentPaused) -> None:
        self._note(at, "paused by a person")

    def _on_agent_continued(self, at: float, _event: ev.AgentContinued) -> None:
        self._note(at, "goes on")

    def _on_call_clipped(self, at: float, event: ev.CallClipped) -> None:
        length = f"at most {event.max_tokens:,} of {event.wanted_tokens:,} tokens"
        self._note(at, f"the reply may have {length}: {event.budget} leaves no more")

    def _on_escalated(self, at: float, event: ev.Escalated) -> None:
        models = f"{event.from_model} to {event.to_model}"
        self._note(at, f"from {models}, {event.trigger}: {event.reason}")

    def _on_checkpoint_made(self, at: float, event: ev.CheckpointMade) -> None:
        added = sum(change.added for change in event.files)
        removed = sum(change.removed for change in event.files)
        files = f"{len(event.files)} file{'' if len(event.files) == 1 else 's'}"
        self._note(at, f"checkpoint {event.commit[:8]}: {files} +{added} -{removed}")

    def _on_change_decided(self, at: float, event: ev.ChangeDecided) -> None:
        reason = f": {event.reason}" if event.reason else ""
        self._note(at, f"the change was {event.decision}{reason}")


_HANDLERS: dict[type[Any], Callable[[Transcript, float, Any], None]] = {
    ev.RunResumed: Transcript._on_run_resumed,
    ev.RunInterrupted: Transcript._on_run_interrupted,
    ev.AgentStarted: Transcript._on_agent_started,
    ev.TurnStarted: Transcript._on_turn_started,
    ev.TurnFinished: Transcript._on_turn_finished,
    ev.TurnReused: Transcript._on_turn_reused,
    ev.AttemptLost: Transcript._on_attempt_lost,
    ev.OutputRejected: Transcript._on_output_rejected,
    ev.ToolStarted: Transcript._on_tool_started,
    ev.ToolFinished: Transcript._on_tool_finished,
    ev.GateStarted: Transcript._on_gate_started,
    ev.GateFinished: Transcript._on_gate_finished,
    ev.FindingReported: Transcript._on_finding_reported,
    ev.AgentFinished: Transcript._on_agent_finished,
    ev.Interjected: Transcript._on_interjected,
    ev.AgentPaused: Transcript._on_agent_paused,
    ev.AgentContinued: Transcript._on_agent_continued,
    ev.CallClipped: Transcript._on_call_clipped,
    ev.Escalated: Transcript._on_escalated,
    ev.CheckpointMade: Transcript._on_checkpoint_made,
    ev.ChangeDecided: Transcript._on_change_decided,
}
