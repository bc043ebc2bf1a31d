"""A workflow document as its checks see it: as it was written, so that all is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ladder_tui.domain.workflow import STEP_KINDS, StepKind, Workflow
from ladder_tui.library.expression import ExpressionError, evaluate, parse_template
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import YamlPath

RawStep = Mapping[str, Any]
"""A step as it was written; any key may be missing or hold anything."""


class Draft:
    """One workflow document with what is known around it."""

    def __init__(self, value: dict[str, Any], report: Report, decoded: Workflow | None) -> None:
        self.value = value
        self.catalog = Catalog()
        """What exists around it; set when it is checked."""
        self.report = report
        self.decoded = decoded
        """The document as a workflow, as far as it decodes."""
        steps = value.get("steps")
        self.steps: list[Any] = steps if isinstance(steps, list) else []
        inputs = value.get("inputs")
        self.inputs: tuple[str, ...] = tuple(inputs) if isinstance(inputs, dict) else ()

    @cached_property
    def views(self) -> tuple[StepView, ...]:
        """The steps in order, each with those before it."""
        return tuple(
            StepView(self, index, step)
            for index, step in enumerate(self.steps)
            if isinstance(step, dict)
        )

    @cached_property
    def by_id(self) -> Mapping[str, StepView]:
        """The first step of every id."""
        found: dict[str, StepView] = {}
        for view in self.views:
            if view.id:
                found.setdefault(view.id, view)
        return found


class StepView:
    """One step of a draft."""

    def __init__(self, draft: Draft, index: int, raw: RawStep) -> None:
        self.draft = draft
        self.index = index
        self.path: YamlPath = ("steps", index)
        self.raw = raw
        self.id = self.text("id")
        """Its id, or an empty string."""
        self.earlier: Mapping[str, RawStep] = _Earlier(draft, index)
        """Earlier steps by id."""
        self._static: dict[str, Sequence[tuple[int | None, str]]] = {}
        self.kinds: tuple[StepKind, ...] = tuple(k for k in STEP_KINDS if raw.get(k) is not None)
        """What it says it does; exactly one where it is right."""
        self.kind: StepKind | None = self.kinds[0] if len(self.kinds) == 1 else None
        """What it does, None where it does not say so clearly."""

    @property
    def is_fan_out(self) -> bool:
        """Whether it runs once for each of several items."""
        return self.raw.get("for_each") is not None

    def text(self, key: str) -> str:
        """The text of a key, or an empty string."""
        value = self.raw.get(key)
        return value if isinstance(value, str) else ""

    def mapping(self, key: str) -> Mapping[str, Any]:
        """The mapping of a key, or an empty one."""
        value = self.raw.get(key)
        return value if isinstance(value, dict) else {}

    def items(self, key: str) -> list[Any]:
        """The list of a key, or an empty one."""
        value = self.raw.get(key)
        return value if isinstance(value, list) else []

    def static(self, key: str) -> Sequence[tuple[int | None, str]]:
        """``static_values`` of a key; several checks ask for them."""
        found = self._static.get(key)
        if found is None:
            found = self._static[key] = static_values(self.raw, key)
        return found

    def add(self, rule: str, key: str | YamlPath, message: str, fix: str) -> None:
        """Report an error at a key of the step; an empty key is the step itself."""
        parts: YamlPath = key if isinstance(key, tuple) else (key,) if key else ()
        self.draft.report.add(rule, (*self.path, *parts), message, fix)


class _Earlier(Mapping[str, RawStep]):
    """The steps before one, by id: a look into all of them, not a copy for each step."""

    def __init__(self, draft: Draft, index: int) -> None:
        self._draft = draft
        self._index = index

    def __contains__(self, name: object) -> bool:
        view = self._draft.by_id.get(name) if isinstance(name, str) else None
        return view is not None and view.index < self._index

    def __getitem__(self, name: str) -> RawStep:
        if name not in self:
            raise KeyError(name)
        return self._draft.by_id[name].raw

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._draft.by_id if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def fan_out_items(step: RawStep) -> list[Any] | None:
    """Items of a fan-out that are written in the file; None where they are not known yet."""
    items = step.get("for_each")
    return items if isinstance(items, list) else None


def static_values(step: RawStep, key: str) -> list[tuple[int | None, str]]:
    """Texts that ``key`` takes as far as the file alone says, with the index of the item.

    The index is None where the text needs no item. Texts that depend on inputs or steps are left
    out.
    """
    text = step.get(key)
    if not isinstance(text, str):
        return []
    if "${" not in text and (key != "name" or step.get("for_each") is None):
        return [(None, text)]
    try:
        template = parse_template(text)
    except ExpressionError:
        return []
    roots = {reference[0] for part in template.expressions for reference in part.references}
    items = fan_out_items(step)
    if not template.expressions and (items is None or key != "name"):
        return [(None, evaluate(text, {}))]
    if not roots <= {"item"} or items is None:
        return []
    found: list[tuple[int | None, str]] = []
    for index, item in enumerate(items):
        try:
            value = evaluate(text, {"item": item})
        except ExpressionError:
            continue
        if isinstance(value, str) and value == _literal(value):
            found.append((index, value))
    return found


def _literal(text: str) -> str | None:
    """A text as it is used where it holds no expression, else None."""
    try:
        return None if parse_template(text).expressions else str(evaluate(text, {}))
    except ExpressionError:
        # Reported where expressions are parsed.
        return None
