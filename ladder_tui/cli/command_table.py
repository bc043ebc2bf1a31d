"""Every command with its one line of help, and where it is.

``ladder --help`` and the help of a group are made from this table alone: the module of a command
is imported only when that command is used.
"""

from __future__ import annotations

from typing import NamedTuple


class CommandEntry(NamedTuple):
    """``target`` is ``module:attribute`` inside this package, empty for a group."""

    target: str
    help: str


COMMANDS: dict[str, CommandEntry] = {
    "init": CommandEntry("init:init", "Set up .ladder in this repository."),
    "doctor": CommandEntry("doctor:doctor", "Say what is present, missing or degraded."),
    "demo": CommandEntry("demo:demo", "Review this repository, or a sample, right now."),
    "run": CommandEntry("run:run", "Start a workflow and follow it."),
    "runs": CommandEntry("", "Look at runs and steer them."),
    "runs list": CommandEntry("run_list:list_runs", "Runs, newest first."),
    "runs show": CommandEntry("run_show:show_run", "One run with its agents, gates, findings."),
    "runs watch": CommandEntry("run_steer:watch_run", "Follow a run without owning it."),
    "runs cancel": CommandEntry("run_steer:cancel_run", "Stop a run; what is finished stays."),
    "runs pause": CommandEntry("run_steer:pause_run", "Start no further model call."),
    "runs resume": CommandEntry("run_steer:resume_run", "Go on with a paused or broken-off run."),
    "runs limits": CommandEntry("run_limit:run_limits", "What a run may use; change it."),
    "runs answer": CommandEntry("run_answer:answer_run", "Answer what a run asks a person."),
    "runs explain": CommandEntry("run_explain:explain_run", "Why each step ran, or did not."),
    "runs steps": CommandEntry("run_step:list_steps", "Steps with inputs, outputs and cost."),
    "runs report": CommandEntry("run_report:report_runs", "What ran, and what to do next."),
    "runs export": CommandEntry("run_export:export_run", "Write the report of a run."),
    "runs changes": CommandEntry("run_change:list_changes", "What its agents changed."),
    "runs diff": CommandEntry("run_change:show_diff", "One agent's change in full."),
    "runs accept": CommandEntry("run_change_decide:accept_change", "Merge what agents changed."),
    "runs reject": CommandEntry("run_change_decide:reject_change", "Turn a change down."),
    "runs leave": CommandEntry("run_change_decide:leave_change", "Keep a change as a branch."),
    "runs rm": CommandEntry("run_change_decide:remove_run", "Remove a run and its worktrees."),
    "skills": CommandEntry("", "Look at skills, agents and commands."),
    "skills list": CommandEntry("skill:list_skills", "Skills and where they come from."),
    "skills show": CommandEntry("skill:show_skill", "One skill in full."),
    "skills lint": CommandEntry("skill_lint:lint_skills", "Check skill files."),
    "skills trust": CommandEntry("skill_trust:trust_skills", "Let this repository's own run."),
    "skills new": CommandEntry("skill_write:new_skill", "Start a skill from a template."),
    "skills duplicate": CommandEntry("skill_write:duplicate_skill", "Copy one to change it."),
    "skills split": CommandEntry("skill_write:split_skill", "Make a section a skill of its own."),
    "skills promote": CommandEntry("skill_write:promote_prompt", "Keep a run's prompt as a skill."),
    "skills add": CommandEntry("skill_share:add_skills", "Take skills over from a folder or git."),
    "skills update": CommandEntry("skill_share:update_skills", "Take over what changed there."),
    "skills rm": CommandEntry("skill_write:remove_skill", "Move one to the trash."),
    "skills restore": CommandEntry("skill_write:restore_skill", "Bring a deleted one back."),
    "skills versions": CommandEntry("skill_version:list_versions", "What one said over time."),
    "skills diff": CommandEntry("skill_version:diff_skill", "What changed between versions."),
    "skills use": CommandEntry("skill_use:use_of_skills", "Use, success and cost of each."),
    "skills where": CommandEntry("skill_use:where_used", "What uses a skill."),
    "skills listing": CommandEntry("skill_use:show_listing", "What a target cuts of the list."),
    "workflows": CommandEntry("", "Look at workflows and check them."),
    "workflows list": CommandEntry("workflow:list_workflows", "Workflows and how they did."),
    "workflows show": CommandEntry("workflow:show_workflow", "One workflow with its inputs."),
    "workflows lint": CommandEntry("workflow:lint_workflows", "Check workflow files."),
    "workflows new": CommandEntry("workflow_new:new_workflow", "Write a commented starter."),
    "workflows schema": CommandEntry("workflow_new:workflow_schema", "JSON Schema for editors."),
    "workflows overlap": CommandEntry("workflow_overlap:show_overlaps", "What could be one."),
    "workflows hook": CommandEntry("trigger:hook", "Let git start a workflow."),
    "workflows schedule": CommandEntry("trigger:schedule", "Let cron or systemd start one."),
    "prd": CommandEntry("", "Write and check requirements documents."),
    "prd new": CommandEntry("prd:new_prd", "Start a PRD from a template."),
    "prd list": CommandEntry("prd:list_prds", "PRDs of this repository."),
    "prd show": CommandEntry("prd:show_prd", "One PRD with its sections."),
    "prd lint": CommandEntry("prd:lint_prds", "Check PRDs."),
    "models": CommandEntry("", "Look at models and try them."),
    "models list": CommandEntry("model:list_models", "Models that can be used here."),
    "models pull": CommandEntry("model:pull_model", "Fetch the embedded model's weights."),
    "models test": CommandEntry("model:test_model", "Ask a model for one word."),
    "findings": CommandEntry("", "Look at findings and decide about them."),
    "findings list": CommandEntry("finding:list_findings", "Findings of a run, worst first."),
    "findings dismiss": CommandEntry("finding:dismiss_finding", "Dismiss one, with a reason."),
    "findings reopen": CommandEntry("finding:reopen_finding", "Take a dismissal back."),
}
"""By full path, in the order that help shows them."""


def children(path: str) -> dict[str, CommandEntry]:
    """The commands directly below a group, by their own name; ``path`` is empty for the root."""
    depth = len(path.split())
    found = {}
    for full, entry in COMMANDS.items():
        words = full.split()
        if len(words) == depth + 1 and words[:depth] == path.split():
            found[words[-1]] = entry
    return found
