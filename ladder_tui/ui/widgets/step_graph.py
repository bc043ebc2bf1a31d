"""The steps of a workflow as a small drawing: in order, fan-outs side by side. Pure."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.workflow import Shards, Step, Workflow
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, fit, pad, width

MOST = 6
"""Rows of a fan-out that are drawn; the rest is counted."""


def step_graph(workflow: Workflow, glyphs: Glyphs, cells: int) -> list[str]:
    """Lines of at most ``cells`` cells. A step that runs only sometimes ends with ``?``."""
    rule = "-" if glyphs.is_ascii else "─"
    lines: list[str] = []
    chain: list[str] = []
    for step in workflow.steps:
        items = _items(step)
        if not items:
            chain.append(_title(step))
            continue
        lines += _chain(chain, rule, cells, glyphs)
        chain = []
        lines += _fan(step, items, glyphs)
    if lines and chain:
        lines = _join(lines, chain, glyphs, cells)
    else:
        lines += _chain(chain, rule, cells, glyphs)
    return [fit(line, cells, glyphs.ellipsis) for line in lines]


def _title(step: Step) -> str:
    return clean_line(step.id) + ("?" if step.when is not None else "")


def _items(step: Step) -> list[str]:
    if step.for_each is None:
        return []
    if isinstance(step.for_each, Shards):
        return ["one for each shard"]
    if isinstance(step.for_each, str):
        return [clean_line(f"one for each of {step.for_each.strip('${} ')}")]
    names = [_item_name(item) for item in step.for_each]
    if len(names) > MOST:
        return [*names[: MOST - 1], f"{len(names) - MOST + 1} more"]
    return names


def _item_name(item: Any) -> str:
    if isinstance(item, dict):
        item = item.get("name", next(iter(item.values()), ""))
    return clean_line(str(item))


def _fan(step: Step, items: list[str], glyphs: Glyphs) -> list[str]:
    rule = "-" if glyphs.is_ascii else "─"
    size = max(width(item) for item in items)
    title = f"{_title(step)} {rule}"
    lines = []
    for index, item in enumerate(items):
        head = title if index == 0 else " " * width(title)
        if len(items) == 1:
            left, right = rule, rule
        elif index == 0:
            left, right = glyphs.branch_open, glyphs.join_open
        elif index == len(items) - 1:
            left, right = glyphs.branch_end, glyphs.join_end
        else:
            left, right = glyphs.branch_mid, glyphs.join_mid
        tail = pad("", size - width(item)).replace(" ", rule)
        lines.append(f"{head}{left}{rule} {item} {rule}{tail}{right}")
    return lines


def _chain(chain: list[str], rule: str, cells: int, glyphs: Glyphs) -> list[str]:
    """Steps one after another, broken where the width ends."""
    lines: list[str] = []
    for name in chain:
        joined = f"{lines[-1]} {rule} {name}" if lines else name
        if lines and width(joined) <= cells:
            lines[-1] = joined
        else:
            lines.append(name if not lines else f"{rule} {fit(name, cells - 2, glyphs.ellipsis)}")
    return lines


def _join(fan: list[str], chain: list[str], glyphs: Glyphs, cells: int) -> list[str]:
    """The steps after the last fan-out, at its middle row, or beneath it where space is short."""
    rule = "-" if glyphs.is_ascii else "─"
    tail = f" {rule} ".join(chain)
    middle = len(fan) - 1 - (len(fan) - 1) // 2
    if width(fan[middle]) + width(tail) + 2 > cells:
        return [*fan, *_chain(["then " + chain[0], *chain[1:]], rule, cells, glyphs)]
    joint = "+" if glyphs.is_ascii else "┼" if len(fan) > 1 else rule
    if 0 < middle < len(fan) - 1:
        fan[middle] = fan[middle][:-1] + joint
    fan[middle] += f"{rule} {tail}"
    return fan
