"""The state of a run, for drawing and for printing: the fold of its events.

``apply`` changes the view in place, and folding events one after another, or in any cut into
parts, gives the same state. Live meters are shown beside the fold and never change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from ladder_tui.domain.event import EscalationSummed, EventRecord, LiveRow
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import FINAL_STATES
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.agent_card import ATTENTION, AgentCard, Totals, total
from ladder_tui.projections.run_fold import RunFold, StepCard
from ladder_tui.projections.run_handler import HANDLERS


class RunView(RunFold):
    """State of one run. Read it freely; only ``apply`` and ``apply_live`` change it."""

    def __init__(self, run_id: RunId | None = None) -> None:
        super().__init__(run_id)
        self.version = 0
        """Grows with every change, live meters included; for drawing."""

    @property
    def is_final(self) -> bool:
        """True once the run has ended for good."""
        return self.state in FINAL_STATES

    def apply(self, record: EventRecord) -> None:
        """Fold one event in. An event that is already in (its ``id`` is not newer) is ignored."""
        self.apply_all((record,))

    def apply_all(self, records: Iterable[EventRecord]) -> None:
        """Fold events in, in order: the same as ``apply`` for each, and quicker."""
        handlers, last_id = HANDLERS, self.last_id
        last: EventRecord | None = None
        for record in records:
            id_ = record.id
            if 0 < id_ <= last_id:
                continue
            event = record.event
            handler = handlers.get(type(event))
            if handler is not None:
                handler(self, record.at, event)
            last_id, last = id_, record
            self.last_at = record.at
        if last is not None:
            self.run_id = self.run_id or last.run_id
            self.last_id, self.last_seq = last.id, last.seq
            self.version += 1

    def apply_live(self, rows: Iterable[LiveRow]) -> None:
        """Show the meters of this moment: all that there are. Changes nothing that is folded."""
        live = {row.agent_id: row for row in rows}
        if live == self.live:
            return
        self.live = live
        for agent_id, card in self.agents.items():
            card.live = live.get(agent_id)
        self.version += 1


def fold(records: Iterable[EventRecord], view: RunView | None = None) -> RunView:
    """Apply ``records`` to ``view``, or to a new one, and return it."""
    if view is None:
        view = RunView()
    view.apply_all(records)
    return view


def cards_by_attention(view: RunView, now: float | None = None) -> list[AgentCard]:
    """Agents, those that need a look first: ``? ◌ ✗ ◉ ✓``, and in their order within each.

    ``now`` in Unix seconds tells which are stalled; without it none is.
    """
    rank = {attention: place for place, attention in enumerate(ATTENTION)}
    moment = 0.0 if now is None else now
    return sorted(view.agents.values(), key=lambda card: rank[card.attention(moment)])


def totals(view: RunView, prefix: str = "") -> Totals:
    """Sums over all agents, or over ``prefix`` (a step or an agent) and what is below it."""
    if not prefix:
        return total(view.agents.values())
    return total(children(view, prefix))


def children(view: RunView, prefix: str) -> list[AgentCard]:
    """The agents of a step, or an agent with its children, in order."""
    below = prefix + "/"
    return [
        card
        for agent_id, card in view.agents.items()
        if agent_id == prefix or agent_id.startswith(below) or card.step_id == prefix
    ]


def to_dict(view: RunView) -> dict[str, Any]:
    """The folded state as plain JSON values. Live meters and the version are left out."""
    plain = {
        name: getattr(view, name)
        for name in (
            *("run_id", "number", "workflow", "state", "verdict", "reason", "inputs", "model"),
            *("sandbox", "base_commit", "prd", "limits", "started_at", "finished_at"),
            *("lost_attempts", "resumes", "output_digest"),
            *("last_id", "last_seq", "last_at", "notes"),
            *("trigger", "answered", "revisions", "output"),
        )
    }
    plain["usage"], plain["cost"] = usage_dict(view.usage), cost_dict(view.cost)
    plain["steps"] = [_step_dict(step) for step in view.steps.values()]
    plain["questions"] = list(view.questions.values())
    plain["agents"] = [_card_dict(view, card) for card in view.agents.values()]
    plain["gates"] = [
        {"step_id": step_id, "agent_id": agent_id, "result": result}
        for (step_id, agent_id, _), result in view.gate_results.items()
    ]
    plain["merged"] = list(view.merged_by_step.values())
    plain["escalations"] = list(map(_escalation_dict, view.escalations.values()))
    converted: dict[str, Any] = msgspec.to_builtins(plain)
    return converted


def usage_dict(usage: Usage) -> dict[str, Any]:
    """Every field, zeros included, and the total."""
    return {**msgspec.structs.asdict(usage), "total_tokens": usage.total_tokens}


def cost_dict(cost: Cost) -> dict[str, Any]:
    """Every field, zeros included, and dollars for display."""
    return {**msgspec.structs.asdict(cost), "usd": cost.usd}


def _escalation_dict(event: EscalationSummed) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(event)
    for name in ("cost", "wasted", "without"):
        fields[name] = cost_dict(fields[name])
    return {**fields, "saved_nano_usd": event.saved_nano_usd}


def _step_dict(step: StepCard) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(step)
    fields["usage"], fields["cost"] = usage_dict(step.usage), cost_dict(step.cost)
    fields["processes"] = list(step.processes.values())
    return fields


def _card_dict(view: RunView, card: AgentCard) -> dict[str, Any]:
    # Without live meters, what an agent does is what its events say.
    folded = msgspec.structs.replace(card, live=None)
    fields: dict[str, Any] = msgspec.structs.asdict(folded)
    for name in ("live", "last_event", "last_event_at", "open_segments"):
        del fields[name]
    fields["activity"], fields["activity_at"] = folded.activity, folded.activity_at
    fields["usage"], fields["cost"] = usage_dict(card.usage), cost_dict(card.cost)
    fields["lost_usage"] = usage_dict(card.lost_usage)
    fields["lost_cost"] = cost_dict(card.lost_cost)
    fields["reported"] = view.findings_of(card.agent_id)
    return fields
