"""All kinds of steps. A new kind is one file and one row here."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.domain.workflow import StepKind
from ladder_tui.workflow.step import StepWork
from ladder_tui.workflow.step_aggregate import AggregateStep
from ladder_tui.workflow.step_ask import AskStep
from ladder_tui.workflow.step_gate import GateStep
from ladder_tui.workflow.step_run import RunStep
from ladder_tui.workflow.step_skill import SkillStep
from ladder_tui.workflow.step_workflow import WorkflowStep

STEP_WORK: Mapping[StepKind, StepWork] = {
    "skill": SkillStep(),
    "run": RunStep(),
    "aggregate": AggregateStep(),
    "gate": GateStep(),
    "ask": AskStep(),
    "workflow": WorkflowStep(),
}
