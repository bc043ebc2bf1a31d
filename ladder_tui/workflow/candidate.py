"""The answers that an aggregate joins: one for each place of the step it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.finding import MergedFinding
from ladder_tui.domain.ids import AgentId
from ladder_tui.workflow.plain import plain
from ladder_tui.workflow.step import StepContext

LABEL = 60
"""Characters of a value that is shown as what was voted for."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class Candidate(msgspec.Struct, frozen=True):
    """One agent's answer, or the place where it is missing."""

    agent_id: str
    name: str
    output: Any = None
    is_ok: bool = True
    outcome: AgentOutcome | None = None
    """Where it came from an agent."""

    @property
    def content(self) -> bytes:
        """Equal for equal answers, whatever the order of their keys."""
        return _encode(self.output)


def distinct(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Each agent once: what it delivered first counts."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        found.setdefault(candidate.agent_id, candidate)
    return tuple(found.values())


def candidates_of(context: StepContext, over: str) -> tuple[Candidate, ...]:
    """The answers of the step with the given id in the file, in their order.

    Merged findings are one answer each: all of them, also those that are not shown.
    """
    source = context.frame.step_id(over)
    found = context.data.found.get(source)
    if found is not None:
        return tuple(_of_finding(source, number, merged) for number, merged in enumerate(found, 1))
    output = context.frame.outputs.get(over)
    outputs = output if isinstance(output, list) else [output]
    slots = context.data.slots.get(source, ())
    if len(slots) == len(outputs):
        return tuple(_of_slot(slot, given) for slot, given in zip(slots, outputs, strict=True))
    return tuple(
        Candidate(f"{source}/{number}", f"{over}-{number}", given, given is not None)
        for number, given in enumerate(outputs, 1)
    )


def label(value: Any) -> str:
    """A value as the name of a vote."""
    text = value if isinstance(value, str) else _encode(value).decode()
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _of_slot(slot: AgentOutcome, output: Any) -> Candidate:
    # The output is the slot's, or the fallback that took its place.
    return Candidate(slot.agent_id, slot.name, output, output is not None, slot)


def _of_finding(source: str, number: int, merged: MergedFinding) -> Candidate:
    return Candidate(AgentId(f"{source}/{number}"), f"finding {number}", plain(merged))
