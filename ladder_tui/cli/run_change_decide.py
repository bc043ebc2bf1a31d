"""``ladder runs accept``, ``reject``, ``leave`` and ``rm``: what becomes of agents' changes."""

from __future__ import annotations

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.run_change import find_agent
from ladder_tui.cli.terminal import full, print_json

_agent = click.argument("agent")
_run = click.argument("run")


@click.command()
@_run
@click.argument("agents", nargs=-1, required=True, metavar="AGENT...")
@click.option("--path", "paths", multiple=True, metavar="P", help="Only this file; repeatable.")
@json_option
def accept_change(run: str, agents: tuple[str, ...], paths: tuple[str, ...], is_json: bool) -> None:
    """Merge what AGENTs of RUN changed into the checked-out branch, in this order.

    Nothing is merged where a change conflicts, or where a file that you have changed and not
    committed would be overwritten.
    """
    with open_front() as front:
        summary = front.wb.runs.get(run)
        found = [find_agent(front, summary.run_id, agent) for agent in agents]
        commit = front.wb.runs.accept(summary.run_id, found, paths=paths)
        if is_json:
            print_json({"run_id": summary.run_id, "agents": found, "commit": commit})
        else:
            front.err.line(f"{', '.join(found)}: merged as {commit[:12]}")


@click.command()
@_run
@_agent
@click.option("--reason", required=True, metavar="TEXT", help="What is wrong with it.")
@json_option
def reject_change(run: str, agent: str, reason: str, is_json: bool) -> None:
    """Turn down what AGENT of RUN changed; its branch stays until the run is removed."""
    with open_front() as front:
        summary = front.wb.runs.get(run)
        agent_id = find_agent(front, summary.run_id, agent)
        front.wb.runs.reject(summary.run_id, agent_id, reason)
        if is_json:
            print_json({"run_id": summary.run_id, "agent_id": agent_id, "decision": "rejected"})
        else:
            front.err.line(f"{agent_id}: rejected")


@click.command()
@_run
@_agent
@json_option
def leave_change(run: str, agent: str, is_json: bool) -> None:
    """Keep what AGENT of RUN changed as a branch, which stays when the run is removed."""
    with open_front() as front:
        summary = front.wb.runs.get(run)
        agent_id = find_agent(front, summary.run_id, agent)
        branch = front.wb.runs.leave(summary.run_id, agent_id)
        if is_json:
            print_json({"run_id": summary.run_id, "agent_id": agent_id, "branch": branch})
        else:
            front.err.line(f"{agent_id}: stays on the branch {branch}")


@click.command()
@_run
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would be lost.")
@click.option("--force", "is_forced", is_flag=True, help="Delete work that is nowhere else too.")
@json_option
def remove_run(run: str, is_dry: bool, is_forced: bool, is_json: bool) -> None:
    """Remove RUN with its journal and worktrees. What it spent stays recorded.

    Work of its agents that is neither merged, rejected nor left as a branch is not deleted
    without --force.
    """
    with open_front(is_reader=is_dry) as front:
        summary = front.wb.runs.get(run)
        if is_dry:
            lost = front.wb.runs.losses(summary.run_id)
            if is_json:
                print_json({"run_id": summary.run_id, "losses": [full(loss) for loss in lost]})
                return
            for loss in lost:
                front.out.line(f"{loss.agent_id}: {loss.why}: {', '.join(loss.paths)}")
            if not lost:
                front.err.line(f"run #{summary.number}: no work would be lost")
            return
        branches = front.wb.runs.remove(summary.run_id, is_forced=is_forced)
        if is_json:
            print_json({"run_id": summary.run_id, "removed": True, "branches": list(branches)})
            return
        stay = f"; these branches stay: {', '.join(branches)}" if branches else ""
        front.err.line(f"run #{summary.number} removed{stay}")
