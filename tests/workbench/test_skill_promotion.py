"""The prompt of an agent of a run becomes a skill."""

from __future__ import annotations

import msgspec
import pytest

from ladder_tui.domain.event import StepStarted
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.skill import Skill
from ladder_tui.errors import UsageError
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import create_run, take_run
from ladder_tui.workbench import Workbench
from tests.store.build import SECURITY, STEP, clock, queued, spec

SKILL = Skill(
    name="review-security",
    description="Looks: for holes.",
    body="# Look\n\nLook for holes.",
    content_hash="hash",
    origin="project",
    path=".ladder/skills/review-security/SKILL.md",
    allowed_tools=("Read", "Bash(git log:*)"),
    lens="security",
    outputs={"type": "object", "properties": {"summary": {"type": "string"}}},
    tier="fast",
)


async def run_of(wb: Workbench, skill: Skill = SKILL) -> RunId:
    """A run in the journal of the repository whose agent used ``skill``."""
    asked = msgspec.structs.replace(spec("r-1"), skills=(skill,))
    run_id = create_run(wb._db, asked).run_id
    journal = Journal(wb.project.database, run_id, take_run(wb._db, run_id), clock())
    journal.emit(StepStarted(STEP, "skill", (SECURITY,), inputs={"path": "src", "deep": True}))
    journal.emit(queued())
    await journal.aclose()
    return run_id


async def test_a_promoted_prompt_is_what_the_agent_was_told(wb: Workbench) -> None:
    run_id = await run_of(wb)

    shown = wb.skills.promote(run_id, SECURITY, "find-holes")

    made = wb.skills.get("find-holes")
    assert made.path == shown == ".ladder/skills/find-holes/SKILL.md"
    assert made.description == SKILL.description
    assert made.allowed_tools == SKILL.allowed_tools
    assert made.body.startswith(SKILL.body)
    assert '- deep: `true`\n- path: `"src"`' in made.body
    assert (made.lens, made.tier, made.outputs) == ("security", "fast", SKILL.outputs)
    problems = [p for p in wb.skills.problems() if p.path.startswith(".ladder/skills/find")]
    assert problems == []


async def test_what_is_not_there_is_named(wb: Workbench) -> None:
    run_id = await run_of(wb, msgspec.structs.replace(SKILL, name="other"))
    with pytest.raises(UsageError, match="nearest: specialists/security"):
        wb.skills.promote(run_id, AgentId("specialists/securty"), "x")
    with pytest.raises(UsageError, match="not kept"):
        wb.skills.promote(run_id, SECURITY, "x")
    with pytest.raises(UsageError, match="no run"):
        wb.skills.promote(RunId("r-9"), SECURITY, "x")
    assert not (wb.root / ".ladder/skills/x").exists()
