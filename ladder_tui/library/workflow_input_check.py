"""Checks the typed inputs that a workflow declares."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.library.input_value import convert_value
from ladder_tui.library.json_schema import schema_fault
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import YamlPath

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
"""Names of inputs and steps, so that expressions can use them without quotes."""


def check_inputs(document: dict[str, Any], report: Report) -> None:
    """Names, defaults, enums and bounds of ``inputs``; those that do not decode are left out."""
    inputs = document.get("inputs")
    if not isinstance(inputs, dict):
        return
    for name, value in inputs.items():
        path: YamlPath = ("inputs", name)
        if not IDENTIFIER.fullmatch(name):
            fix = "use letters, digits and _, not beginning with a digit"
            report.add("W021", path, f'input name "{name[:60]}" cannot be used', fix)
        try:
            declared = msgspec.convert(value, WorkflowInput)
        except msgspec.ValidationError:
            # The decoder has reported it.
            continue
        check_declaration(declared, path, report)


def check_declaration(declared: WorkflowInput, path: YamlPath, report: Report) -> None:
    """Report bounds, a schema or a default of one typed input that cannot be meant."""
    _check_bounds(declared, path, report)
    if declared.schema is not None and (reason := schema_fault(declared.schema)):
        message = f"schema is no valid JSON Schema: {reason}"
        report.add("W040", (*path, "schema"), message, "correct the schema")
        return
    _check_default(declared, path, report)


def _check_bounds(declared: WorkflowInput, path: YamlPath, report: Report) -> None:
    is_number = declared.type in ("integer", "number")
    for key, bound in (("minimum", declared.minimum), ("maximum", declared.maximum)):
        if bound is not None and not is_number:
            fix = "remove it, or use type: integer or number"
            report.add("W022", (*path, key), f"{key} means nothing for {declared.type}", fix)
    low, high = declared.minimum, declared.maximum
    if is_number and low is not None and high is not None and low > high:
        report.add("W022", (*path, "minimum"), "minimum is above maximum", "swap them")
    if declared.enum and declared.type != "string":
        fix = "remove it, or use type: string"
        report.add("W022", (*path, "enum"), f"enum means nothing for {declared.type}", fix)
    if declared.schema is not None and declared.type != "json":
        fix = "remove it, or use type: json"
        report.add("W022", (*path, "schema"), f"schema means nothing for {declared.type}", fix)
    if len(set(declared.enum)) != len(declared.enum):
        report.add("W022", (*path, "enum"), "enum holds a value twice", "remove one")


def _check_default(declared: WorkflowInput, path: YamlPath, report: Report) -> None:
    if declared.default is None:
        return
    _, fault = convert_value(declared, declared.default, root=None)
    if fault is not None:
        report.add("W023", (*path, "default"), f"default: {fault.message}", fault.fix)
    if declared.is_required:
        message = "required has no effect beside a default"
        report.add("W024", (*path, "required"), message, "remove one of them", "warning")
