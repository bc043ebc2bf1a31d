"""What a repository brought does nothing until the user trusts it."""

from __future__ import annotations

import pytest

from ladder_tui.errors import InvalidFileError
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import QUIET, run_review
from tests.library.skill_folder import write_file

WORKFLOW = "name: ours\ndescription: Looks.\nsteps:\n  - id: look\n    skill: our-review\n"
SKILL = "---\nname: our-review\ndescription: Ours.\n---\nLook.\n"


def test_a_run_of_an_untrusted_skill_is_refused_with_the_next_step(wb: Workbench) -> None:
    write_file(wb.root, ".ladder/workflows/ours.yaml", WORKFLOW)
    write_file(wb.root, ".claude/skills/our-review/SKILL.md", SKILL)
    with pytest.raises(InvalidFileError) as caught:
        wb.runs.start("ours", {}, RunOptions(model=f"scripted/{QUIET}"))
    (problem,) = caught.value.problems
    assert (problem.path, problem.rule) == (".claude/skills/our-review/SKILL.md", "S030")
    assert "ladder skills trust" in problem.fix
    assert list(wb.runs.list()) == []

    wb.skills.trust()
    assert run_review(wb, workflow="ours").state == "done"


def test_a_repository_is_trusted_with_the_first_skill_that_is_written_in_it(
    wb: Workbench,
) -> None:
    wb.skills.new("our-review", text=SKILL)
    assert wb.skills.is_trusted
    assert wb.skills.entry("our-review").state == "usable"


def test_what_others_brought_is_not_trusted_with_a_skill_of_ones_own(wb: Workbench) -> None:
    write_file(wb.root, ".claude/commands/theirs.md", "Do it.\n")
    wb.skills.new("our-review", text=SKILL)
    assert not wb.skills.is_trusted
    assert wb.skills.entry("our-review").state == "untrusted"
