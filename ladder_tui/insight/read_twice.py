"""What several agents read that one agent would have read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from ladder_tui.domain.event import (
    AgentQueued,
    EventRecord,
    ToolFinished,
    ToolStarted,
    TurnFinished,
)
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.skill import Skill


class ReadTwice(msgspec.Struct, frozen=True):
    """Tokens that were sent more often than one agent would have sent them. Estimated."""

    prompt_tokens: int = 0
    """The parts that the prompts of a step have in common."""
    tool_tokens: int = 0
    """Results of the same call of a tool, made by several agents."""

    @property
    def tokens(self) -> int:
        """Both."""
        return self.prompt_tokens + self.tool_tokens


class _Prompt(msgspec.Struct):
    step_id: str
    own_tokens: int
    sent: int = 0


def read_twice(
    records: Iterable[EventRecord],
    skills: Iterable[Skill],
    tokens_of: Callable[[str], int],
) -> ReadTwice:
    """Estimate it from the journal of a run and the skills that it froze.

    Of a prompt, all but its skill may be shared: of the agents of a step, as much as the one with
    the least has. It is counted once for each agent after the first, although later turns send it
    again, since one agent would have had more turns.
    """
    own = {s.name: tokens_of(s.body) + sum(tokens_of(p.body) for p in s.parts) for s in skills}
    prompts: dict[AgentId, _Prompt] = {}
    calls: dict[str, str] = {}
    results: dict[tuple[str, str], dict[AgentId, int]] = {}
    for record in records:
        match event := record.event:
            case AgentQueued():
                prompt = _Prompt(event.step_id, own.get(event.skill, 0))
                prompts.setdefault(event.agent_id, prompt)
            case TurnFinished(turn=1) if event.agent_id in prompts:
                first = prompts[event.agent_id]
                first.sent = first.sent or event.usage.context_tokens
            case ToolStarted():
                asked = msgspec.json.encode(event.input, order="sorted").decode()
                calls[f"{event.agent_id} {event.tool_use_id}"] = asked
            case ToolFinished():
                asked = calls.get(f"{event.agent_id} {event.tool_use_id}", "")
                by_agent = results.setdefault((event.tool, asked), {})
                by_agent.setdefault(event.agent_id, tokens_of(event.output))
            case _:
                pass
    return ReadTwice(_shared(prompts), sum(map(_again, results.values())))


def _shared(prompts: Mapping[AgentId, _Prompt]) -> int:
    by_step: dict[str, list[int]] = {}
    for prompt in prompts.values():
        if prompt.sent:
            shared = max(0, prompt.sent - prompt.own_tokens)
            by_step.setdefault(prompt.step_id, []).append(shared)
    return sum((len(parts) - 1) * min(parts) for parts in by_step.values())


def _again(by_agent: Mapping[AgentId, int]) -> int:
    return sum(by_agent.values()) - max(by_agent.values())
