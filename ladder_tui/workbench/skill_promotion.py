"""The prompt of an agent of a run becomes a skill: what it was told, and what it was given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from ladder_tui.domain.event import AgentQueued, Event, StepStarted
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.skill import Skill
from ladder_tui.errors import UsageError
from ladder_tui.library.frontmatter_edit import quoted
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_folder import FolderFile
from ladder_tui.library.skill_sidecar import SIDECAR_NAME
from ladder_tui.library.skill_walk import SKILL_NAME
from ladder_tui.store import event as event_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.authored_file import encoded

_BATCH = 1_000


def promoted_files(db: Database, run_id: RunId, agent_id: AgentId, name: str) -> list[FolderFile]:
    """Files of a skill made from the prompt of an agent, as it was in that run.

    Later edits of the skill that the agent ran with do not count. Raises UsageError for an unknown
    run or agent.
    """
    spec = run_rows.get_spec(db, run_id)
    queued, inputs = _found(db, spec, agent_id)
    skill = _skill(spec, queued)
    text = _text(spec, queued, skill, inputs, name)
    files = [FolderFile(SKILL_NAME, encoded(name, text))]
    if sidecar := _sidecar(skill):
        note = f"# As in run #{spec.number}, from {skill.name} {skill.content_hash[:10]}.\n"
        files.append(FolderFile(SIDECAR_NAME, note.encode() + msgspec.yaml.encode(sidecar)))
    return files


def _found(db: Database, spec: RunSpec, agent_id: AgentId) -> tuple[AgentQueued, dict[str, Any]]:
    """How the agent was queued last, and what its step was given then."""
    inputs: dict[str, dict[str, Any]] = {}
    queued: AgentQueued | None = None
    for event in _events(db, spec.run_id, agent_id):
        if isinstance(event, StepStarted):
            inputs[event.step_id] = event.inputs
        elif isinstance(event, AgentQueued):
            queued = event
    if queued is None:
        agents = [e.agent_id for e in _events(db, spec.run_id) if isinstance(e, AgentQueued)]
        raise UsageError(
            f"run #{spec.number} has no agent {agent_id!r}",
            why=name_hint(agent_id, set(agents)) or "it has no agents",
            next_step=f"ladder runs show {spec.number}",
        )
    return queued, inputs.get(queued.step_id) or spec.inputs


def _events(db: Database, run_id: RunId, agent_id: AgentId | None = None) -> Iterator[Event]:
    """Events of one agent and of the run as a whole; of all agents without one."""
    after = 0
    while True:
        if agent_id is None:
            batch = event_rows.read_events(db, run_id, after, _BATCH)
        else:
            batch = event_rows.read_agent_events(db, run_id, agent_id, after, _BATCH)
        if not batch:
            return
        yield from (record.event for record in batch)
        after = batch[-1].id


def _skill(spec: RunSpec, queued: AgentQueued) -> Skill:
    named = [skill for skill in spec.skills if skill.name == queued.skill]
    exact = [skill for skill in named if skill.content_hash == queued.skill_hash]
    for skill in (*exact, *named):
        return skill
    raise UsageError(
        f"the skill {queued.skill} is not kept with run #{spec.number}",
        next_step="promote an agent of a newer run",
    )


def _text(
    spec: RunSpec, queued: AgentQueued, skill: Skill, inputs: dict[str, Any], name: str
) -> str:
    header = [f"name: {name}", f"description: {quoted(skill.description)}"]
    if skill.allowed_tools:
        header.append(f"allowed-tools: {quoted(', '.join(skill.allowed_tools))}")
    lines = ["---", *header, "---", skill.body.strip("\n")]
    if inputs:
        lines += ["", "## Task", ""]
        lines += [f"What agent `{queued.name}` of run #{spec.number} was given:", ""]
        lines += [
            f"- {key}: `{json.dumps(value, ensure_ascii=False, sort_keys=True)}`"
            for key, value in sorted(inputs.items())
        ]
    return "\n".join(lines) + "\n"


def _sidecar(skill: Skill) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "lens": skill.lens,
        "evidence": list(skill.evidence),
        "tier": skill.tier,
        "uses": list(skill.uses),
        "inputs": skill.inputs,
        "outputs": skill.outputs,
    }
    return {key: value for key, value in fields.items() if value}
