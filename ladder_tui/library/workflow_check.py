"""Checks a workflow document as a whole and step by step; every check is one row here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ladder_tui.library.json_schema import schema_fault
from ladder_tui.library.workflow_aggregate_check import check_aggregate
from ladder_tui.library.workflow_ask_check import check_ask
from ladder_tui.library.workflow_budget_check import check_budgets
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_draft import Draft, StepView
from ladder_tui.library.workflow_key_check import (
    check_fan_out,
    check_id,
    check_kind,
    check_numbers,
    check_on_error,
)
from ladder_tui.library.workflow_name_check import (
    check_agent_names,
    check_ends,
    check_name,
    check_names,
    check_over,
    check_references,
)
from ladder_tui.library.workflow_nest_check import check_nesting
from ladder_tui.library.workflow_reach_check import check_reach
from ladder_tui.library.workflow_route_check import check_route
from ladder_tui.library.workflow_run_check import check_run
from ladder_tui.library.workflow_type_check import check_types
from ladder_tui.library.yaml_document import YamlPath

MAX_STEPS = 500

STEP_CHECKS: tuple[Callable[[StepView], None], ...] = (
    check_id,
    check_kind,
    check_on_error,
    check_fan_out,
    check_numbers,
    check_over,
    check_aggregate,
    check_references,
    check_names,
    check_agent_names,
    check_run,
    check_ask,
    check_route,
)
CHECKS: tuple[Callable[[Draft], None], ...] = (
    check_name,
    check_ends,
    check_types,
    check_reach,
    check_nesting,
    check_budgets,
)


def check_workflow(draft: Draft, catalog: Catalog) -> None:
    """Report everything that is wrong with the steps and the schemas of a workflow."""
    draft.catalog = catalog
    _check_schemas(draft)
    steps = draft.value.get("steps")
    if not isinstance(steps, list):
        return
    if not steps:
        draft.report.add("W010", ("steps",), "there are no steps", "add a step")
    if len(steps) > MAX_STEPS:
        message = f"has more than {MAX_STEPS} steps"
        draft.report.add("W010", ("steps",), message, "split the workflow")
        return
    for view in draft.views:
        for step_check in STEP_CHECKS:
            step_check(view)
    for check in CHECKS:
        check(draft)


def _check_schemas(draft: Draft) -> None:
    """W040: a JSON Schema that is none."""
    places: list[tuple[YamlPath, Any]] = [(("output",), draft.value.get("output"))]
    places += [((*view.path, "output"), view.raw.get("output")) for view in draft.views]
    for path, schema in places:
        if isinstance(schema, dict) and (reason := schema_fault(schema)):
            message = f"output is no valid JSON Schema: {reason}"
            draft.report.add("W040", path, message, "correct the schema")
