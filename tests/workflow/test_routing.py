"""Each agent gets the model that the rules choose, and a better one where its answer fails."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    Escalated,
    EscalationSummed,
    Event,
    FindingReported,
    ModelRouted,
    RunFinished,
    TurnFinished,
)
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import Routing
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost
from ladder_tui.models.client import ModelClient
from ladder_tui.models.pool import ModelPool
from ladder_tui.models.scenario import load_scenario
from ladder_tui.models.scripted import ScriptedClient
from ladder_tui.workflow.engine import Engine
from tests.store.build import spec as run_spec
from tests.workflow.world import as_workflow, opened

CHEAP = {"input": 1.0, "output": 5.0}
DEAR = {"input": 5.0, "output": 25.0}
OUTPUTS: dict[str, Any] = {
    "type": "object",
    "required": ["summary", "confidence", "findings"],
    "properties": {
        "summary": {"type": "string"},
        "confidence": {"type": "number"},
        "findings": {"type": "array"},
    },
}
LOOKER = Skill(
    "looker", "Looks.", "Look for holes.", "hash", "shipped", "SKILL.md", outputs=OUTPUTS
)
HAIKU = msgspec.structs.replace(LOOKER, name="haiku-looker", tier="fast", model="haiku")
SOURCE = "def pay(amount):\n    return charge(amount)\n\ndef refund(amount):\n    return 0\n"
RIGHT = "return 0"
"""The line that is really wrong."""
WRONG = "return charge(amount)"
"""A line that is there, and is fine."""

Kind = Literal["right", "no_schema", "no_quote", "unsure", "wrong"]
KINDS: tuple[Kind, ...] = ("right", "no_schema", "no_quote", "unsure", "wrong")


def answer(quote: str, confidence: float = 0.9) -> dict[str, Any]:
    line = 5 if quote == RIGHT else 2
    finding = {"rule": "r", "path": "pay.py", "line": line, "severity": "high",
               "message": "money", "quote": quote, "suggestion": ""}  # fmt: skip
    return {"json": {"summary": "Looked.", "confidence": confidence, "findings": [finding]}}


CHEAP_ANSWERS: dict[Kind, dict[str, Any]] = {
    "right": answer(RIGHT),
    "no_schema": {"text": "I think that refund is odd."},
    "no_quote": answer("return amount * 0"),
    "unsure": answer(WRONG, 0.4),
    "wrong": answer(WRONG),
}


def scenario(folder: Path, name: str, prices: Mapping[str, float], **replies: Any) -> ModelChoice:
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({"prices": prices, **replies}))
    return ModelChoice("scripted", name, script=str(path), is_free=True)


async def open_scripted(choice: ModelChoice) -> ModelClient:
    return ScriptedClient(load_scenario(Path(choice.script)), choice.model)


async def run(
    path: Path,
    steps: list[Any],
    routing: Routing,
    default: ModelChoice,
    skills: tuple[Skill, ...] = (LOOKER, HAIKU),
) -> tuple[RunFinished, list[Event]]:
    spec = msgspec.structs.replace(
        run_spec(),
        workflow=as_workflow({"steps": steps}),
        skills=skills,
        inputs={},
        model=default,
        routing=routing,
    )
    async with opened(path, spec, {}, None, None, [], None, 0.0) as (world, ports):
        (world.root / "pay.py").write_text(SOURCE)
        models = ModelPool(open_scripted, world.ports.clock, lambda: 0.0)
        model = await models.get(default)
        ports.agent = ports.agent.using(model)
        ports.agent.models = models
        end = await Engine(spec, ports).run()
        await models.aclose()
        world.journal.emit(end)
        return end, await world.events()


async def test_each_agent_asks_the_model_of_its_tier(tmp_path: Path) -> None:
    fast = scenario(tmp_path, "cheap", CHEAP, default=answer(RIGHT))
    best = scenario(tmp_path, "dear", DEAR, default=answer(RIGHT))
    steps = [
        {"id": "quick", "skill": "looker", "tier": "fast"},
        {"id": "deep", "skill": "looker", "tier": "best"},
        {"id": "other", "skill": "looker"},
        {"id": "agent", "skill": "haiku-looker"},
    ]
    routing = Routing(tiers={"fast": fast, "best": best})
    end, events = await run(tmp_path, steps, routing, default=best)

    routed = {e.agent_id: (e.model, e.rule) for e in events if isinstance(e, ModelRouted)}
    assert routed == {
        "quick/looker": ("scripted/cheap", "tier of the step"),
        "deep/looker": ("scripted/dear", "tier of the step"),
        "other/looker": ("scripted/dear", "model of the run"),
        "agent/haiku-looker": ("scripted/cheap", "model haiku of haiku-looker"),
    }
    queued = {e.agent_id: e.model for e in events if isinstance(e, AgentQueued)}
    assert queued == {agent: model for agent, (model, _) in routed.items()}
    costs = {str(e.agent_id): e.cost.nano_usd for e in events if isinstance(e, TurnFinished)}
    assert costs["quick/looker"] * 5 == costs["deep/looker"] == costs["other/looker"]
    assert end.cost.nano_usd == sum(costs.values())


async def test_a_model_that_a_person_names_is_the_model_of_all(tmp_path: Path) -> None:
    best = scenario(tmp_path, "dear", DEAR, default=answer("not there"))
    steps = [{"id": "a", "skill": "looker", "tier": "fast", "escalate": {"to": "best"}}]
    _, events = await run(tmp_path, steps, Routing(is_fixed=True), default=best)
    assert [e.model for e in events if isinstance(e, ModelRouted)] == ["scripted/dear"]
    assert not [e for e in events if isinstance(e, Escalated | EscalationSummed)]


async def test_a_model_that_cannot_be_opened_costs_one_slot(tmp_path: Path) -> None:
    best = scenario(tmp_path, "dear", DEAR, default=answer(RIGHT))
    broken = ModelChoice("scripted", "gone", script=str(tmp_path / "gone.yaml"))
    steps = [
        {"id": "a", "skill": "looker", "tier": "fast", "on_error": "continue"},
        {"id": "b", "skill": "looker"},
    ]
    _, events = await run(tmp_path, steps, Routing(tiers={"fast": broken}), default=best)
    ends = {e.agent_id: (e.state, e.failure) for e in events if isinstance(e, AgentFinished)}
    assert ends == {"a/looker": ("failed", "provider"), "b/looker": ("done", "")}


async def suite(path: Path, kinds: list[Kind]) -> tuple[RunFinished, list[Event]]:
    """One generated suite: an agent for each kind of cheap answer; the dear model is right."""
    replies = [{"agent": f"task-{n}-{kind}", **CHEAP_ANSWERS[kind]} for n, kind in enumerate(kinds)]
    fast = scenario(path, "cheap", CHEAP, replies=replies)
    best = scenario(path, "dear", DEAR, default=answer(RIGHT, 0.95))
    step = {
        "id": "look",
        "skill": "looker",
        "name": "${item}",
        "for_each": [f"task-{n}-{kind}" for n, kind in enumerate(kinds)],
        "tier": "fast",
        "escalate": {"on": ["schema", "gate", "confidence"], "confidence": 0.7},
    }
    return await run(path, [step], Routing(tiers={"fast": fast, "best": best}), default=best)


def check_suite(kinds: list[Kind], end: RunFinished, events: list[Event]) -> int:
    """Compare what the run says with what was generated. Returns the misses."""
    (summed,) = (e for e in events if isinstance(e, EscalationSummed))
    expected = {"no_schema": "schema", "no_quote": "gate", "unsure": "confidence"}
    went_up = {e.agent_id: e.trigger for e in events if isinstance(e, Escalated)}
    assert went_up == {
        f"look/task-{n}-{kind}": expected[kind] for n, kind in enumerate(kinds) if kind in expected
    }
    assert summed.held == len(kinds) - len(went_up)
    assert summed.escalated == len(went_up)

    paid = {"scripted/cheap": Cost(), "scripted/dear": Cost()}
    lost = Cost()
    for event in events:
        if isinstance(event, TurnFinished):
            paid[f"scripted/{event.model}"] += event.cost
            if event.model == "cheap" and event.agent_id in went_up:
                lost += event.cost
    assert summed.cost == paid["scripted/cheap"] + paid["scripted/dear"] == end.cost
    assert summed.wasted == lost
    # The dear model costs five times as much for the same tokens.
    held = paid["scripted/cheap"].nano_usd - lost.nano_usd
    assert summed.without.nano_usd == 5 * held + paid["scripted/dear"].nano_usd
    assert summed.saved_nano_usd == 4 * held - lost.nano_usd

    last = {e.agent_id: e.finding for e in events if isinstance(e, FindingReported)}
    misses = [agent for agent, finding in last.items() if finding.quote != RIGHT]
    # Every miss fits its schema, quotes what is there, and is sure of itself.
    assert all(last[agent].quote_state == "verified" for agent in misses)
    wrong = [f"look/task-{n}-wrong" for n, kind in enumerate(kinds) if kind == "wrong"]
    assert sorted(misses) == wrong
    return len(misses)


def new_folder(path: Path, index: int) -> Path:
    folder = path / str(index)
    folder.mkdir()
    return folder


async def run_suites(path: Path, number: int) -> None:
    chance = random.Random(5)
    misses = wrong = 0
    for index in range(number):
        kinds = chance.choices(KINDS, (5, 1, 1, 1, 1), k=chance.randint(1, 6))
        end, events = await suite(new_folder(path, index), kinds)
        misses += check_suite(kinds, end, events)
        wrong += kinds.count("wrong")
    assert misses == wrong > 0


async def test_cost_saving_and_misses_of_generated_suites(tmp_path: Path) -> None:
    await run_suites(tmp_path, 12)


@pytest.mark.soak
async def test_cost_saving_and_misses_of_two_hundred_suites(tmp_path: Path) -> None:
    await run_suites(tmp_path, 200)
