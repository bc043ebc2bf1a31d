"""Writes docs/reference/ from the tables of the program: ``python -m tools.reference``.

``tests/test_docs.py`` fails when what is committed is not what this writes.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from ladder_tui.domain import event
from ladder_tui.gates.registry import GATES
from ladder_tui.tools.registry import TOOLS
from ladder_tui.ui.actions import ACTIONS

DOCS = Path(__file__).parents[1] / "docs" / "reference"
_NOTE = "<!-- Written by `python -m tools.reference`; do not edit. -->\n"


def keys() -> str:
    """Every action with its keys and its way by mouse."""
    lines = ["# Keys", "", _NOTE]
    groups: dict[str, list[str]] = {}
    for action in ACTIONS:
        shown = " ".join(f"`{key}`" for key in action.keys) or "–"
        in_text = " ".join(f"`{key}`" for key in action.text_keys) or "–"
        where = ", ".join(action.panes) or "everywhere"
        groups.setdefault(action.group, []).append(
            f"| {shown} | {in_text} | {action.help} | {where} | {action.mouse} |".replace(
                "`|`", "`\\|`"
            )
        )
    for group, rows in groups.items():
        lines += [f"## {group}", "", "| in a list | while typing | does | where | by mouse |"]
        lines += ["| --- | --- | --- | --- | --- |", *rows, ""]
    return "\n".join(lines)


def _events() -> Iterator[type]:
    yield from get_args(event.Event)


def events() -> str:
    """Every event with its fields."""
    lines = ["# Events", "", _NOTE]
    lines.append(
        "One event a line is what `ladder run --json` and `ladder runs watch --json` print:"
    )
    lines.append("`id`, `run_id`, `seq`, `at` (Unix seconds) and `event`, whose `type` is one of")
    lines += ["these. Fields with their default value are left out.", ""]
    for kind in _events():
        tag = getattr(kind, "__struct_config__").tag  # noqa: B009 - not in the type's stub
        doc = " ".join((inspect.getdoc(kind) or "").split())
        fields = ", ".join(f"`{name}`" for name in getattr(kind, "__struct_fields__"))  # noqa: B009
        lines += [f"## `{tag}`", "", doc, "", f"Fields: {fields or 'none'}.", ""]
    return "\n".join(lines)


def gates() -> str:
    """Every gate and every tool of agents."""
    lines = ["# Gates and tools", "", _NOTE]
    lines += ["A gate passes only when it analysed everything in its scope, there was something to"]
    lines += ["analyse, and it found nothing. Otherwise it fails, is degraded, or is an error.", ""]
    lines += [
        "| gate | lens | looks for | runs the repository's code |",
        "| --- | --- | --- | --- |",
    ]
    for gate in GATES:
        runs = "yes, so it is off until asked for" if gate.executes_code else "no"
        lines.append(f"| `{gate.name}` | {gate.lens} | {gate.summary} | {runs} |")
    lines += ["| `schema` | – | Whether a step's output fits the workflow's schema | no |", ""]
    lines += ["## Tools of agents", "", "| tool | what the model is told |", "| --- | --- |"]
    for tool in TOOLS:
        told = " ".join(tool.spec.description.split()).replace("|", "\\|")
        lines.append(f"| `{tool.spec.name}` | {told} |")
    return "\n".join([*lines, ""])


PAGES = {"keys.md": keys, "events.md": events, "gates.md": gates}


def main() -> None:
    """Write all pages."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
