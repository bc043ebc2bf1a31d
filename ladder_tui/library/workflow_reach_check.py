"""Steps that can never run (W070): a bug, or something that should not be in the file."""

from __future__ import annotations

from ladder_tui.library.expression import ExpressionError, evaluate, parse_template
from ladder_tui.library.shell_fault import program_name
from ladder_tui.library.workflow_draft import Draft, StepView
from ladder_tui.library.yaml_document import YamlPath


def check_reach(draft: Draft) -> None:
    """Report every step that no run can reach, whatever its inputs are."""
    never: dict[str, str] = {}
    """Id of a step to the reason."""
    ending = ""
    for view in draft.views:
        if ending:
            message = f'step "{view.id}" never runs: step "{ending}" before it always fails'
            fix = f"add when: or on_error: to {ending}, or remove this step"
            view.add("W070", "", message, fix)
            continue
        found = _reason(view, never)
        if found is not None:
            key, reason, fix = found
            view.add("W070", key, f'step "{view.id}" never runs: {reason}', fix)
            never.setdefault(view.id, reason)
        elif _always_stops(view):
            ending = view.id


def _reason(view: StepView, never: dict[str, str]) -> tuple[YamlPath, str, str] | None:
    if _is_never(view):
        return ("when",), "its when is always false", "remove the step or the condition"
    for index, name in enumerate(view.items("needs")):
        if isinstance(name, str) and name in never:
            reason = f'it needs "{name}", which never runs'
            return ("needs", index), reason, "remove one of them"
    over = view.text("over")
    if over in never:
        return ("over",), f'it is over "{over}", which never runs', "remove one of them"
    return None


def _is_never(view: StepView) -> bool:
    when = view.raw.get("when")
    if not isinstance(when, str):
        return when is False
    try:
        template = parse_template(when)
        is_constant = template.is_whole and not template.expressions[0].references
        return is_constant and not evaluate(when, {})
    except ExpressionError:
        # Reported where expressions are parsed.
        return False


def _always_stops(view: StepView) -> bool:
    """Whether a step fails in every run and ends it: the program ``false``."""
    command = view.items("run")
    is_false = bool(command) and isinstance(command[0], str) and program_name(command[0]) == "false"
    is_certain = "when" not in view.raw and "needs" not in view.raw and not view.is_fan_out
    return is_false and is_certain and view.raw.get("on_error", "stop") == "stop"
