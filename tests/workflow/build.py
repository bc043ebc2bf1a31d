"""Slots, findings and runs for the tests of workflows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import AgentState, FailureKind
from ladder_tui.domain.finding import Finding, QuoteState, Severity
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.domain.workflow import FailOn, Step, Workflow
from ladder_tui.workflow.port import RunStateData
from ladder_tui.workflow.union_dedup import union_dedup
from tests.store.build import spec as run_spec

STEP = StepId("merge")


def finding(
    rule: str = "sql",
    line: int = 3,
    severity: Severity = "high",
    *,
    reporter: str = "security",
    lens: str = "security",
    path: str = "db.py",
    is_evidence: bool = False,
    quote_state: QuoteState = "verified",
    is_changed: bool = False,
    message: str = "bad",
    fingerprint: str = "f",
) -> Finding:
    return Finding(
        rule, lens, path, line, severity, message, reporter,
        "evidence" if is_evidence else "agent", fingerprint,
        quote_state=quote_state, is_changed=is_changed,
    )  # fmt: skip


def slot(
    name: str,
    *findings: Finding,
    state: AgentState = "done",
    failure: FailureKind = "",
    evidence: Sequence[GateResult] = (),
) -> AgentOutcome:
    return AgentOutcome(
        AgentId(f"s/{name}"), name, state, failure, findings=findings, evidence=tuple(evidence)
    )


def gate(verdict: GateVerdict, name: str = "ruff") -> GateResult:
    return GateResult(name, "security", verdict, 1, 1)


def state(
    slots: Sequence[AgentOutcome],
    *,
    fail_on: FailOn | None = None,
    base: str = "",
    gates: Sequence[GateResult] = (),
    is_merged: bool = True,
) -> RunStateData:
    """A run whose steps have all ended."""
    steps = (
        Step(id="s", skill="x", for_each=("a",)),
        *([Step(id="merge", aggregate="union-dedup", over="s")] if is_merged else []),
    )
    workflow = Workflow(name="w", steps=steps, fail_on=fail_on or FailOn())
    spec = msgspec.structs.replace(run_spec(), workflow=workflow, base_commit=base)
    data = RunStateData(spec, slots={StepId("s"): list(slots)})
    if is_merged:
        merged = union_dedup(STEP, slots)
        data = dataclasses.replace(
            data,
            merged={STEP: merged},
            found={STEP: tuple(merged.findings)},
            joined={StepId("s")},
        )
    data.gates.update({StepId(f"g{i}"): result for i, result in enumerate(gates)})
    return data


def write_workflow(root: Path, name: str, steps: Sequence[Mapping[str, Any]], **more: Any) -> None:
    """Write a project workflow; JSON is YAML."""
    folder = root / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    document = {"name": name, "steps": list(steps), **more}
    (folder / f"{name}.yaml").write_text(msgspec.json.encode(document).decode())


def write_skill(root: Path, name: str, body: str = "Do it.", sidecar: str = "") -> Path:
    """Write a project skill; returns its folder."""
    folder = root / ".ladder" / "skills" / name
    folder.mkdir(parents=True, exist_ok=True)
    text = f"---\nname: {name}\ndescription: Does what {name} does.\n---\n\n{body}\n"
    (folder / "SKILL.md").write_text(text)
    if sidecar:
        (folder / "ladder.yaml").write_text(sidecar)
    return folder
