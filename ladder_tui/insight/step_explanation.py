"""Why each step of a run ran again, or did not: its last start against the one before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ladder_tui.domain import event as ev
from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import AgentId, StepId

Why = Literal["first run", "reused", "not finished before", "changed", "sent back", "skipped"]


class StepExplanation(msgspec.Struct, frozen=True):
    """What the last start of a step did, and why."""

    step_id: StepId
    why: Why
    text: str
    """For people, one line."""
    state: str
    starts: int
    turns_reused: int = 0
    """Of its last start, from the ledger."""
    turns_bought: int = 0
    changed: tuple[str, ...] = ()
    """Parts that are another now: ``skill review-security a91c… → b22d…``."""


class _Start:
    def __init__(self, event: ev.StepStarted, runner: int) -> None:
        self.event = event
        self.runner = runner
        self.reused = self.bought = 0
        self.state = "running"
        self.is_finished = False


class _Past:
    """What was seen of the steps so far."""

    def __init__(self) -> None:
        self.starts: dict[StepId, list[_Start]] = {}
        self.skipped: dict[StepId, str] = {}
        self._of_agent: dict[AgentId, StepId] = {}
        self._runner = 1

    def take(self, event: ev.Event) -> None:
        match event:
            case ev.RunResumed():
                self._runner += 1
            case ev.StepStarted():
                self.starts.setdefault(event.step_id, []).append(_Start(event, self._runner))
                self._of_agent.update((agent, event.step_id) for agent in event.agents)
                self.skipped.pop(event.step_id, None)
            case ev.StepFinished(state="skipped"):
                self.skipped[event.step_id] = event.reason
            case ev.StepFinished():
                self._finish(event)
            case ev.TurnReused(agent_id=agent_id) if (last := self._last(agent_id)) is not None:
                last.reused += 1
            case ev.TurnFinished(agent_id=agent_id) if (last := self._last(agent_id)) is not None:
                last.bought += 1
            case _:
                pass

    def _finish(self, event: ev.StepFinished) -> None:
        if starts := self.starts.get(event.step_id):
            starts[-1].state = event.state
            starts[-1].is_finished = event.state in ("done", "failed")

    def _last(self, agent_id: AgentId) -> _Start | None:
        step_id = self._of_agent.get(agent_id)
        return None if step_id is None else self.starts[step_id][-1]


def explain(records: Iterable[EventRecord], step_id: str = "") -> list[StepExplanation]:
    """Explain all steps of a run, or the one called ``step_id`` and those below it."""
    past = _Past()
    for record in records:
        past.take(record.event)
    found = {**dict.fromkeys(past.starts), **dict.fromkeys(past.skipped)}
    wanted = [s for s in found if not step_id or s == step_id or s.startswith(f"{step_id}/")]
    return [_explain(s, past) for s in wanted]


def _explain(step_id: StepId, past: _Past) -> StepExplanation:
    starts = past.starts.get(step_id, [])
    reason = past.skipped.get(step_id)
    if reason is not None or not starts:
        return StepExplanation(
            step_id, "skipped", f"skipped: {reason or 'no reason'}", "skipped", len(starts)
        )
    last = starts[-1]
    turns = _turns(last)
    before = starts[-2] if len(starts) > 1 else None
    changed = () if before is None else _changes(before.event.parts, last.event.parts)
    if before is None:
        why: Why = "first run"
        text = f"first run{turns}"
    elif last.runner == before.runner:
        why, text = "sent back", f"ran again because a person sent it back{turns}"
    elif changed:
        why, text = "changed", f"ran again because {', '.join(changed)}{turns}"
    elif not before.is_finished:
        why, text = "not finished before", f"went on: it had not finished before{turns}"
    else:
        why, text = "reused", f"nothing changed{turns}"
    return StepExplanation(
        step_id, why, text, last.state, len(starts), last.reused, last.bought, changed
    )


def _turns(start: _Start) -> str:
    parts = []
    if start.reused:
        parts.append(f"{start.reused} turn{_s(start.reused)} from the ledger")
    if start.bought:
        parts.append(f"{start.bought} turn{_s(start.bought)} bought")
    return f": {', '.join(parts)}" if parts else ""


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _changes(before: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    names = [*now, *(name for name in before if name not in now)]
    return tuple(
        f"{name} changed {_short(before.get(name))} → {_short(now.get(name))}"
        for name in names
        if before.get(name) != now.get(name)
    )


def _short(part: str | None) -> str:
    return part[:4] if part else "nothing"
