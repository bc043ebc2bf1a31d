"""Resolves the inputs of a run: types converted, defaults filled in, every problem at once.

Rules: I001 unknown input, I002 missing, I003 wrong type, I004 not one of the choices, I005 out of
range, I006 no such file or directory, I007 outside the repository, I008 JSON that misses its
schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Workflow, WorkflowInput
from ladder_tui.library.input_value import convert_value
from ladder_tui.library.nearest import name_hint


def resolve_inputs(
    workflow: Workflow, given: Mapping[str, Any], root: Path
) -> tuple[dict[str, Any], list[Problem]]:
    """Inputs for a run of ``workflow`` in the repository at ``root``, and what is wrong.

    ``given`` holds texts (command line) or typed values (form); None means not given, and so does
    an empty text where empty text is no value of the type. An input without a value is None.
    Problems are at the path ``inputs.NAME``, line 0.
    """
    resolved: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in given:
        if name not in workflow.inputs:
            hint = name_hint(str(name), workflow.inputs)
            shown = str(name)[:60]
            problems.append(_problem(shown, "I001", f"{workflow.name} has no such input", hint))
    for name, declared in workflow.inputs.items():
        value = given.get(name)
        if _is_absent(declared, value):
            value = declared.default
        if value is None:
            resolved[name] = None
            if declared.is_required:
                fix = f"give it: -i {name}=VALUE"
                problems.append(_problem(name, "I002", f"is missing ({declared.type})", fix))
            continue
        resolved[name], fault = convert_value(declared, value, root)
        if fault is not None:
            problems.append(_problem(name, fault.rule, fault.message, fault.fix))
    return resolved, problems


def _is_absent(declared: WorkflowInput, value: Any) -> bool:
    if value is None:
        return True
    is_blank = isinstance(value, str) and not value.strip()
    return is_blank and (declared.type != "string" or bool(declared.enum) or declared.is_required)


def _problem(name: str, rule: str, message: str, fix: str) -> Problem:
    return Problem(f"inputs.{name}", 0, rule, message, fix)
