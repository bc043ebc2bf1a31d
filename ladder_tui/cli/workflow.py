"""``ladder workflows list``, ``show`` and ``lint``."""

from __future__ import annotations

import click

from ladder_tui.cli.failure import print_problems
from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import EXIT_DONE, EXIT_FAILED
from ladder_tui.cli.terminal import Part, Printer, full, print_json
from ladder_tui.cli.wording import cost_text, state_part
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Shards, Step, Workflow, WorkflowInput
from ladder_tui.errors import InvalidFileError
from ladder_tui.ui.format import elapsed, plural
from ladder_tui.workbench.workflow_entry import WorkflowEntry


@click.command()
@json_option
def list_workflows(is_json: bool) -> None:
    """List workflows, those with broken files too, each with how its runs went."""
    with open_front(is_reader=True) as front:
        entries = front.wb.workflows.list()
        if is_json:
            print_json({"workflows": [_listed(entry) for entry in entries]})
            return
        rows: list[list[Part]] = []
        for entry in entries:
            last = entry.last
            state = last.verdict if last and last.verdict != "none" else last.state if last else ""
            rows.append(
                [
                    entry.name,
                    entry.origin,
                    str(entry.runs),
                    state_part(front.out.glyphs, state) if state else ("never run", "dim"),
                    "" if entry.success_rate is None else f"{entry.success_rate:.0%}",
                    "" if entry.median_cost is None else cost_text(entry.median_cost),
                    "" if entry.median_s is None else elapsed(entry.median_s),
                    entry.workflow.description
                    if entry.workflow
                    else (f"cannot be used: {plural(len(entry.problems), 'problem')}", "bad"),
                ]
            )
        front.out.table(
            ["workflow", "from", "runs", "last", "done", "cost", "time", "description"],
            rows,
            right={2, 4, 5, 6},
        )
        for entry in entries:
            print_problems(front.err, entry.problems)
            if entry.workflow is not None and entry.why_not:
                front.err.line(f"{entry.name} cannot run: {entry.why_not}")


@click.command()
@click.argument("name")
@json_option
def show_workflow(name: str, is_json: bool) -> None:
    """Show the workflow NAME: its inputs, its steps, what makes it fail."""
    with open_front(is_reader=True) as front:
        entry = front.wb.workflows.get(name)
        workflow = entry.workflow
        if workflow is None:
            raise InvalidFileError(f"{entry.name} cannot be used", entry.problems)
        if is_json:
            print_json({"workflow": full(entry)})
            return
        front.out.fields(
            [
                ("workflow", workflow.name),
                ("description", workflow.description),
                ("from", f"{entry.origin}, {entry.path}"),
                ("version", entry.content_hash[:10]),
                ("skills", ", ".join(entry.skills)),
                ("runs", str(entry.runs)),
                *([("cannot run", entry.why_not)] if entry.why_not else []),
                ("fails on", _fail_on(workflow)),
            ]
        )
        front.out.line()
        _print_inputs(front.out, workflow)
        _print_steps(front.out, workflow)
        print_problems(front.err, entry.problems)


@click.command()
@click.argument("targets", metavar="[NAME|FILE]...", nargs=-1)
@json_option
def lint_workflows(targets: tuple[str, ...], is_json: bool) -> int:
    """Check workflows by name or by path of a file; without any, all that are found here."""
    with open_front(is_reader=True) as front:
        workflows = front.wb.workflows
        found = (
            [workflows.lint(target) for target in targets]
            if targets
            else [entry.problems for entry in workflows.list()]
        )
        problems = [problem for part in found for problem in part]
        return report_lint(front.out, front.err, problems, len(found), "workflow", is_json=is_json)


def report_lint(
    out: Printer, err: Printer, problems: list[Problem], checked: int, noun: str, *, is_json: bool
) -> int:
    """Print what a check found and return its exit code: errors fail, warnings do not."""
    errors = sum(problem.level == "error" for problem in problems)
    if is_json:
        print_json({"checked": checked, "errors": errors, "problems": full(problems)})
    else:
        print_problems(out, problems)
        warnings = len(problems) - errors
        err.line(
            f"{plural(checked, noun)}: {plural(errors, 'error')}, {plural(warnings, 'warning')}"
        )
    return EXIT_FAILED if errors else EXIT_DONE


def _listed(entry: WorkflowEntry) -> dict[str, object]:
    """An entry without its text, which can be long."""
    fields = {name: value for name, value in full(entry).items() if name != "text"}
    return {
        **fields,
        "is_runnable": entry.is_runnable,
        "is_never_run": entry.is_never_run,
        "success_rate": entry.success_rate,
    }


def _print_inputs(out: Printer, workflow: Workflow) -> None:
    if not workflow.inputs:
        return
    rows: list[list[Part]] = [
        [name, _kind(declared), _default(declared), declared.help]
        for name, declared in workflow.inputs.items()
    ]
    out.table(["input", "type", "default", "help"], rows)
    out.line()


def _kind(declared: WorkflowInput) -> str:
    if declared.enum:
        return "|".join(declared.enum)
    low, high = declared.minimum, declared.maximum
    if low is None and high is None:
        return declared.type
    return f"{declared.type} {'' if low is None else low}–{'' if high is None else high}"


def _default(declared: WorkflowInput) -> str:
    if declared.default is None:
        return "required" if declared.is_required else ""
    return str(declared.default).lower() if declared.type == "boolean" else str(declared.default)


def _print_steps(out: Printer, workflow: Workflow) -> None:
    rows: list[list[Part]] = [
        [step.id, step.kind, _does(step), _each(step), step.over or "", step.on_error]
        for step in workflow.steps
    ]
    out.table(["step", "kind", "does", "for each", "over", "on error"], rows)


def _does(step: Step) -> str:
    """What a step does, in short."""
    if step.run is not None:
        return " ".join(step.run)
    if step.ask is not None:
        return step.ask.question
    return step.skill or step.aggregate or step.gate or step.workflow or ""


def _each(step: Step) -> str:
    """What a fan-out runs for."""
    each = step.for_each
    if isinstance(each, tuple):
        return plural(len(each), "agent" if step.kind == "skill" else "item")
    if isinstance(each, int):
        return f"the same {each} times"
    return f"shards of {each.shards}" if isinstance(each, Shards) else each or ""


def _fail_on(workflow: Workflow) -> str:
    rule = workflow.fail_on
    parts = []
    if rule.severity is not None:
        kinds = ["verified"] if rule.verified else []
        kinds += ["on changed lines where there is a base"] if rule.changed else []
        parts.append(
            f"findings of {rule.severity} or worse ({', '.join(kinds)})".replace(" ()", "")
        )
    if rule.agents:
        parts.append("an agent that failed")
    if rule.gates:
        parts.append("gates that are " + " or ".join(rule.gates))
    if rule.when is not None:
        parts.append(rule.when)
    return "; ".join(parts) or "nothing"
