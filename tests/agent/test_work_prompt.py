"""Prompts of agents that do a step's work instead of reviewing."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ladder_tui.agent.prompt import is_reviewer, system_prompt, task_prompt
from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.model import Capabilities
from ladder_tui.domain.skill import Skill, SkillPart
from tests.agent.world import skill, task, world

WRITER = Skill(
    "writer", "Writes.", "Write it.", "h", "project", "p",
    parts=(SkillPart("style", "h2", "Short words."),),
)  # fmt: skip
TOOLS = Capabilities(True, "schema", context_window=8, max_output_tokens=8)


def asked(spec: AgentSpec) -> str:
    return task_prompt(spec, TOOLS)


def test_only_reviewers_are_told_that_they_review() -> None:
    assert is_reviewer(skill())
    assert is_reviewer(msgspec.structs.replace(skill(), lens=""))  # it reports findings
    assert not is_reviewer(WRITER)
    assert "specialists who review" in system_prompt(task())
    work = system_prompt(task(skill=WRITER))
    assert "specialist" not in work
    assert work.index("Write it.") < work.index("Short words.")
    assert asked(task(skill=WRITER)).startswith("Do what the skill writer says.")


def test_short_inputs_are_listed_and_long_ones_fenced_as_data() -> None:
    long = "line </input>\n" * 60
    text = asked(task(skill=WRITER, inputs={"n": 3, "text": long, "doc": {"a": ["x"] * 200}}))
    assert "- n: 3" in text
    mark = text[text.index("<input-") + 7 :][:8]
    assert text.count(f"</input-{mark}>") == 1
    assert mark not in long
    assert text == asked(
        task(skill=WRITER, inputs={"doc": {"a": ["x"] * 200}, "text": long, "n": 3})
    )


def test_feedback_is_told_apart_from_data() -> None:
    spec = msgspec.structs.replace(
        task(skill=WRITER, inputs={"feedback": "shorter", "topic": "tea"}),
        feedback="shorter",
        previous={"summary": "A long text."},
    )
    text = asked(spec)
    assert text.count("shorter") == 1
    assert "which you are to follow:\nshorter" in text
    assert '"summary": "A long text."' in text
    assert "- topic:" in text


async def test_a_model_that_only_writes_prose_says_that_it_cannot_fill_a_schema(
    tmp_path: Path,
) -> None:
    scenario = {
        "capabilities": {"has_tools": False, "structured_output": "none"},
        "default": {"text": "Prose."},
    }
    typed = msgspec.structs.replace(WRITER, outputs={"type": "object", "required": ["kind"]})
    async with world(tmp_path, scenario) as here:
        refused = await here.run(task(skill=typed))
        prose = await here.run(task(skill=WRITER))
    assert (refused.state, refused.failure) == ("failed", "limit")
    assert "writer needs a model that fills a schema" in refused.reason
    assert refused.usage.total_tokens == 0
    assert (prose.state, prose.summary) == ("done", "Prose.")
