"""What each aggregate needs beside ``over`` (W091), and what means nothing for it (W018)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ladder_tui.domain.workflow import ASKING
from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.workflow_draft import StepView

_SCHEMA_GATE = "schema"
_OF_AGENTS = ("limits", "budget", "retry", "timeout")
"""Keys for the agents that an aggregate asks."""


class _Needs(NamedTuple):
    """What ``by`` is for an aggregate, and an example of it."""

    what: str
    example: str


_BY: Mapping[str, _Needs] = {
    "majority": _Needs("an expression over item, the answer", "by: ${item.verdict}"),
    "quorum": _Needs("an expression over item, the answer", "by: ${item.verdict}"),
    "best-of": _Needs("the gates that look at each answer", "by: [schema]"),
    "judge": _Needs("the skill that compares two answers", "by: compare-work"),
    "tree-reduce": _Needs("the skill that reduces a page", "by: summarise"),
}


def check_aggregate(view: StepView) -> None:
    """Report what is missing for the rule of an aggregate, and what it does not take."""
    rule = view.text("aggregate")
    if view.kind != "aggregate" or not rule:
        return
    _check_by(view, rule)
    _check_options(view, rule)
    if "output" in view.raw and rule not in ("best-of", "first-valid"):
        message = f'"output" means nothing for {rule}'
        view.add("W018", "output", message, "remove it; it is for best-of and first-valid")
    for key in _OF_AGENTS if rule not in ASKING else ():
        if key in view.raw:
            message = f'"{key}" means nothing for {rule}, which asks no agent'
            view.add("W018", key, message, "remove it; it is for judge and tree-reduce")


def _check_by(view: StepView, rule: str) -> None:
    needs = _BY.get(rule)
    by = view.raw.get("by")
    if needs is None:
        if by is not None:
            view.add("W018", "by", f'"by" means nothing for {rule}', "remove it")
        return
    if by is None or by in ("", []):
        message = f"{rule} needs by: {needs.what}"
        view.add("W091", "", message, f"add for example {needs.example}")
        return
    if rule == "best-of":
        gates = [by] if isinstance(by, str) else view.items("by")
        if _SCHEMA_GATE in gates and "output" not in view.raw:
            fix = "add output: with the JSON Schema, or name other gates"
            view.add("W091", "by", "best-of by schema without output: what to check against", fix)
    elif not isinstance(by, str) or not _fits(by, is_expression=rule in ("majority", "quorum")):
        message = f"by of {rule} is {needs.what}"
        view.add("W091", "by", message, f"write for example {needs.example}")


def _fits(by: str, *, is_expression: bool) -> bool:
    """Whether ``by`` is one expression over ``item``, or a plain name."""
    try:
        template = parse_template(by)
    except ExpressionError:
        return True  # reported where expressions are parsed
    if not is_expression:
        return not template.expressions
    roots = {reference[0] for part in template.expressions for reference in part.references}
    return template.is_whole and "item" in roots


def _check_options(view: StepView, rule: str) -> None:
    options = view.mapping("with")
    if rule == "quorum":
        k = options.get("k")
        if k is None:
            view.add("W091", "", "quorum needs k: how many must agree", "add with: {k: 2}")
        elif isinstance(k, bool) or not isinstance(k, int | str):
            view.add("W091", ("with", "k"), f"k is {k!r}, not a whole number", "write k: 2")
        elif isinstance(k, int) and k < 1:
            view.add("W019", ("with", "k"), f"k {k} is below 1", "choose 1 or more")
    for name in options if rule not in ASKING else ():
        if not (rule == "quorum" and name == "k"):
            view.add("W018", ("with", name), f'{rule} does not take "{name}"', "remove it")
