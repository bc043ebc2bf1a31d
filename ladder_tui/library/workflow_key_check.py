"""Which key means something for which kind of step, and the numbers that keys may hold."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.workflow import STEP_KINDS, StepKind
from ladder_tui.library.workflow_draft import StepView, fan_out_items
from ladder_tui.library.workflow_input_check import IDENTIFIER
from ladder_tui.library.yaml_document import YamlPath

MAX_RETRY = 10
MAX_REDO = 20
MAX_SAMPLES = 1_000
MAX_SHARDS = 1_000
MAX_SHARD_TOKENS = 1_000_000

_WORKS: tuple[StepKind, ...] = ("skill", "run", "workflow")
KINDS_OF: dict[str, tuple[StepKind, ...]] = {
    "for_each": _WORKS,
    "max_parallel": _WORKS,
    "name": _WORKS,
    "retry": (*_WORKS, "aggregate"),
    "timeout": (*_WORKS, "gate", "aggregate"),
    "budget": ("skill", "workflow", "aggregate"),
    "limits": ("skill", "aggregate"),
    "model": ("skill",),
    "tier": ("skill",),
    "escalate": ("skill",),
    "with": ("skill", "workflow", "aggregate"),
    "over": ("aggregate", "gate"),
    "by": ("aggregate",),
    "env": ("run",),
    "stdin": ("run",),
    "cwd": ("run",),
    "effect": ("run",),
    "parse": ("run",),
    "output": ("run", "aggregate"),
}
"""Keys that mean something for some kinds of step only."""


def check_id(view: StepView) -> None:
    """W012: an id that is there twice or cannot be used."""
    if not view.id:
        return
    if not IDENTIFIER.fullmatch(view.id):
        fix = "use letters, digits and _, not beginning with a digit"
        view.add("W012", "id", f'step id "{view.id[:60]}" cannot be used', fix)
    if view.id in view.earlier:
        view.add("W012", "id", f'step id "{view.id}" is there twice', "rename one")


def check_kind(view: StepView) -> None:
    """W011: not exactly one kind. W018: keys that mean nothing for it."""
    if view.kind is None:
        said = f"has {' and '.join(view.kinds)}" if view.kinds else "says not what it does"
        message = f"step {said}; exactly one of {', '.join(STEP_KINDS)} is needed"
        fix = "split the step" if view.kinds else f"add one of {', '.join(STEP_KINDS)}"
        view.add("W011", "", message, fix)
        return
    for key, kinds in KINDS_OF.items():
        if key in view.raw and view.kind not in kinds:
            message = f'"{key}" means nothing in a step of kind {view.kind}'
            view.add("W018", key, message, f"remove it; it is for {' and '.join(kinds)}")
    if "max_parallel" in view.raw and not view.is_fan_out:
        view.add("W018", "max_parallel", '"max_parallel" means nothing without for_each', "remove")
    if "output" in view.raw and view.kind == "run" and view.text("parse") != "json":
        fix = "add parse: json, or remove it"
        view.add("W018", "output", '"output" means nothing without parse: json', fix)


def check_on_error(view: StepView) -> None:
    """W018: ``fallback`` and ``on_error: fallback`` need each other."""
    wants = view.text("on_error") == "fallback"
    if wants and "fallback" not in view.raw:
        view.add("W018", "on_error", "on_error: fallback without a fallback", "add fallback: VALUE")
    if "fallback" in view.raw and not wants:
        fix = "add on_error: fallback, or remove it"
        view.add("W018", "fallback", '"fallback" means nothing without on_error: fallback', fix)


def check_fan_out(view: StepView) -> None:
    """W016: nothing to fan out over. W017: bounds of a fan-out."""
    if fan_out_items(view.raw) == []:
        message = "for_each is empty: the step would do nothing"
        view.add("W016", "for_each", message, "add an item")
    _whole(view, "W017", ("for_each",), view.raw.get("for_each"), 1, MAX_SAMPLES)
    _whole(view, "W017", ("max_parallel",), view.raw.get("max_parallel"), 1, None)
    shards = view.mapping("for_each")
    _whole(view, "W017", ("for_each", "tokens"), shards.get("tokens"), 1, MAX_SHARD_TOKENS)
    _whole(view, "W017", ("for_each", "most"), shards.get("most"), 1, MAX_SHARDS)


def check_numbers(view: StepView) -> None:
    """W019: retries, limits and times out of range."""
    _whole(view, "W019", ("retry",), view.raw.get("retry"), 0, MAX_RETRY)
    _positive(view, ("timeout",), view.raw.get("timeout"))
    for name, value in view.mapping("limits").items():
        _positive(view, ("limits", name), value)
    redo = view.mapping("ask").get("redo_limit")
    _whole(view, "W019", ("ask", "redo_limit"), redo, 1, MAX_REDO)


def _whole(
    view: StepView, rule: str, key: YamlPath, value: Any, low: int, high: int | None
) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        return
    if value >= low and (high is None or value <= high):
        return
    if high is None:
        view.add(rule, key, f"{key[-1]} {value} is below {low}", f"choose {low} or more")
    else:
        message = f"{key[-1]} {value} is not in {low:,}–{high:,}"
        view.add(rule, key, message, f"choose {low:,} to {high:,}")


def _positive(view: StepView, key: YamlPath, value: Any) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
        view.add("W019", key, f"{key[-1]} {value} is not above 0", "choose more than 0")
