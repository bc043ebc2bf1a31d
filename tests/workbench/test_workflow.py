"""New workflows, who may run them, and which overlap."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.library.location import PROJECT_WORKFLOWS
from ladder_tui.workbench import Workbench
from ladder_tui.workbench.option import RunOptions

RUN = "name: starts\nsteps:\n  - id: a\n    run: [git, status]\n"


def put(wb: Workbench, name: str, text: str) -> Path:
    file = wb.root / PROJECT_WORKFLOWS / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_new_workflow_is_there_clean_and_never_run(wb: Workbench) -> None:
    path = wb.workflows.new("fresh")
    assert path == wb.root / PROJECT_WORKFLOWS / "fresh.yaml"
    entry = wb.workflows.get("fresh")
    assert entry.problems == ()
    assert entry.is_runnable
    assert entry.is_never_run
    assert entry.success_rate is None
    assert entry.kinds == ("skill", "aggregate", "ask", "gate")


def test_a_copy_differs_in_its_name_only(wb: Workbench) -> None:
    copy = wb.workflows.new("ours", "review").read_text()
    shipped = wb.workflows.get("review").text
    assert copy == shipped.replace("\nname: review\n", "\nname: ours\n")
    assert wb.workflows.get("ours").problems == ()
    with pytest.raises(UsageError, match="there is no workflow"):
        wb.workflows.new("other", "nowhere")


@pytest.mark.parametrize("name", ["", "Fresh", "a_b", "../x", "a/b", "a--b", "x" * 65, "a\x1bb"])
def test_a_bad_name_is_refused(wb: Workbench, name: str) -> None:
    with pytest.raises(UsageError, match="no name for a workflow"):
        wb.workflows.new(name)


def test_a_taken_name_is_refused_and_nothing_is_written(wb: Workbench) -> None:
    put(wb, "fresh", "mine")
    with pytest.raises(UsageError, match="exists already"):
        wb.workflows.new("fresh")
    assert (wb.root / PROJECT_WORKFLOWS / "fresh.yaml").read_text() == "mine"


def test_a_link_out_of_the_repository_is_not_written_through(wb: Workbench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (wb.root / PROJECT_WORKFLOWS).rmdir()
    (wb.root / PROJECT_WORKFLOWS).symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of the repository"):
        wb.workflows.new("fresh")
    assert list(outside.iterdir()) == []


def test_programs_of_an_untrusted_repository_do_not_start(wb: Workbench) -> None:
    put(wb, "starts", RUN)
    put(wb, "outer", "name: outer\nsteps:\n  - id: a\n    workflow: starts\n")
    wb.workflows.new("fresh")
    for name in ("starts", "outer"):
        entry = wb.workflows.get(name)
        assert not entry.is_runnable
        assert "starts.yaml starts programs: read it, then ladder skills trust" in entry.why_not
        problems = wb.runs.preflight(name, {}, RunOptions()).problems
        assert [p.rule for p in problems if p.rule == "R006"] == ["R006"]
    assert wb.workflows.get("fresh").is_runnable
    wb.skills.trust()
    assert wb.workflows.get("outer").is_runnable
    assert wb.workflows.get("outer").nested == ("starts",)


def test_the_first_own_file_makes_a_repository_trusted_not_the_second(wb: Workbench) -> None:
    put(wb, "starts", RUN)
    wb.workflows.new("fresh")
    wb.skills.new("fresh")
    assert not wb.skills.is_trusted
    (wb.root / PROJECT_WORKFLOWS / "starts.yaml").unlink()
    (wb.root / PROJECT_WORKFLOWS / "fresh.yaml").unlink()
    wb.skills.delete(".ladder/skills/fresh/SKILL.md")
    wb.workflows.new("again")
    assert wb.skills.is_trusted


def test_overlaps_are_found_among_the_files(wb: Workbench) -> None:
    wb.workflows.new("ours", "review")
    kinds = [(o.kind, o.workflows) for o in wb.workflows.overlaps()]
    assert kinds == [("near duplicate", ("ours", "review")), ("never run", ("ours",))]


def test_skills_with_tools_and_models_of_claude_code_are_known(wb: Workbench) -> None:
    head = "---\nname: helper\ndescription: Helps.\nmodel: {}\ntools: {}\n---\nHelp.\n"
    agent = wb.root / ".claude" / "agents" / "helper.md"
    agent.parent.mkdir(parents=True)
    put(wb, "one", "name: one\nsteps:\n  - id: a\n    skill: helper\n")
    agent.write_text(head.format("sonnet", "Read, Bash(git:*), mcp__x__y"))
    assert wb.workflows.lint("one") == ()
    agent.write_text(head.format("sonet", "Read, Gerp"))
    found = [str(problem) for problem in wb.workflows.lint("one")]
    where = f"{PROJECT_WORKFLOWS}/one.yaml:4: W013 skill helper asks for the unknown"
    inside = "(in .claude/agents/helper.md: nearest:"
    assert found == [
        f'{where} model "sonet" {inside} sonnet)',
        f'{where} tool "Gerp" {inside} Grep)',
    ]
    with pytest.raises(InvalidFileError):
        wb.workflows.get("one")


def test_what_is_typed_is_checked_as_the_file_will_be(wb: Workbench) -> None:
    put(wb, "starts", RUN.replace("name: starts", "name: ends"))
    shown = f"{PROJECT_WORKFLOWS}/starts.yaml"
    workflow, typed = wb.workflows.lint_text(shown, RUN.replace("name: starts", "name: ends"))
    assert workflow is not None
    assert [problem.rule for problem in typed] == ["W020"]
    assert list(wb.workflows.get("ends").problems) == list(typed)
    assert wb.workflows.lint_text(shown, RUN)[1] == []
