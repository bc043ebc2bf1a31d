"""``ladder runs changes`` and ``diff``: what the agents of a run changed."""

from __future__ import annotations

from typing import Any

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, Printer, full, print_json
from ladder_tui.domain.change import AgentChange, Conflict
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.errors import UsageError
from ladder_tui.ui.format import plural


@click.command()
@click.argument("run", default="last")
@json_option
def list_changes(run: str, is_json: bool) -> None:
    """Say what each agent of RUN changed, which changes conflict, and what became of them.

    Works while the run does: a change is what its agent's last finished turn left.
    """
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        changes = front.wb.runs.changes(summary.run_id)
        if is_json:
            described = [_described(change) for change in changes]
            print_json({"run_id": summary.run_id, "changes": described})
            return
        if not changes:
            front.err.line(f"run #{summary.number}: no agent of it may edit")
            return
        header = ["agent", "state", "files", "+", "-", "branch"]
        front.out.table(header, [_row(change) for change in changes], right={2, 3, 4})
        for change in changes:
            _print_files(front.out, change)
        conflicts = {c for change in changes for c in change.conflicts}
        for conflict in sorted(conflicts, key=lambda c: (c.first, c.second)):
            front.out.line(_conflict_line(conflict))
        is_open = [str(c.agent_id) for c in changes if c.decision is None and c.files]
        if is_open:
            names = " ".join(is_open)
            front.err.line(f"next: ladder runs accept {summary.number} {names}")


@click.command()
@click.argument("run")
@click.argument("agent")
@json_option
def show_diff(run: str, agent: str, is_json: bool) -> None:
    """Show all that AGENT of RUN changed, as git does."""
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        agent_id = find_agent(front, summary.run_id, agent)
        lines = front.wb.runs.diff(summary.run_id, agent_id)
        if is_json:
            print_json({"run_id": summary.run_id, "agent_id": agent_id, "diff": lines})
            return
        for line in lines:
            front.out.line((line, _style(line)))


def find_agent(front: Front, run_id: RunId, name: str) -> AgentId:
    """The editing agent with this id, or the only one with this name. Raises UsageError."""
    changes = front.wb.runs.changes(run_id)
    exact = [c.agent_id for c in changes if c.agent_id == name]
    found = exact or [c.agent_id for c in changes if c.name == name]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(str(c.agent_id) for c in changes) or "none"
    what = f"{name!r} is {len(found)} agents" if found else f"no editing agent {name!r}"
    raise UsageError(what, why=f"this run's editing agents: {ids}", next_step="give the whole id")


def _described(change: AgentChange) -> dict[str, Any]:
    return {**full(change), "added": change.added, "removed": change.removed}


def _row(change: AgentChange) -> list[Part]:
    return [
        str(change.agent_id),
        _state(change),
        str(len(change.files)),
        (f"+{change.added}", "good") if change.added else "",
        (f"-{change.removed}", "bad") if change.removed else "",
        change.branch,
    ]


def _state(change: AgentChange) -> Part:
    if change.decision is not None:
        return change.decision
    if change.conflicts:
        return "conflict", "warn"
    return "open" if change.files else ("no change", "dim")


def _print_files(out: Printer, change: AgentChange) -> None:
    if not change.files:
        return
    head = f"{change.agent_id}: {plural(len(change.files), 'file')}"
    out.line((f"{head}  {change.reason}" if change.reason else head, "dim"))
    for file in change.files:
        out.line(f"  {file.status:<8}  {file.path}  +{file.added} -{file.removed}")


def _conflict_line(conflict: Conflict) -> Part:
    paths = ", ".join(conflict.paths)
    return f"conflict: {conflict.first} and {conflict.second} in {paths}", "warn"


def _style(line: str) -> str:
    if line.startswith(("+++", "---", "diff ", "index ")):
        return "dim"
    return {"+": "good", "-": "bad", "@": "dim"}.get(line[:1], "")
