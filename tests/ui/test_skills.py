"""Stories of the Skills pane: the library, a preview, problems, where a skill is used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.skills import SkillsPane
from ladder_tui.ui.panes.workflows import WorkflowsPane
from ladder_tui.workbench import Workbench
from tests.conftest import run_review, trust
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)
MINE = (
    "---\nname: zz-mine\ndescription: Finds what is mine.\nallowed-tools: Read, Grpe\n---\n"
    "# Mine\n\nDo **this**, then `that`. See [a page](http://localhost/x).\n\n"
    "```python\ndef f(x):\n    return x\n```\n\n> red \x1b[31m\n"
)
BROKEN = "---\nname: zz-broken\ndescription: Cannot be used.\n---\nx\n"


async def settle(pilot: Pilot[int]) -> None:
    """Wait for the workers and the drawing."""
    await pilot.pause(0.1)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def pane_of(app: LadderApp) -> SkillsPane:
    pane = app.opened["skills"]
    assert isinstance(pane, SkillsPane)
    return pane


@pytest.fixture
def mine(empty_root: Path) -> Path:
    """A skill with a warning and one that cannot be used."""
    folder = empty_root / ".ladder" / "skills"
    for name, text in (("zz-mine", MINE), ("zz-broken", BROKEN)):
        (folder / name).mkdir(parents=True)
        (folder / name / "SKILL.md").write_text(text, encoding="utf-8")
    (folder / "zz-broken" / "ladder.yaml").write_text("lensx: 3\n", encoding="utf-8")
    trust(empty_root)
    return folder


async def test_skills_are_grouped_and_unused_ones_named(mine: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
        pane_of(app).skill_list.select_name("zz-mine")
        await settle(pilot)
        preview = screen_text(app)
    assert "▾ project 2" in text
    assert "▾ shipped" in text
    assert "not usable ✗1" in text
    assert 'S021 ladder.yaml:1 unknown key "lensx"' in text
    assert "never used ▴1" in text
    assert "Finds what is mine." in preview
    assert "Read, Grpe" in preview
    assert 'S012 SKILL.md:4 unknown tool "Grpe"' in preview
    assert "def f(x):" in preview
    assert "\x1b" not in preview
    assert "no workflow" in preview


async def test_uses_are_counted_and_the_workflow_is_one_key_away(wb: Workbench) -> None:
    run_review(wb)
    app = make_app(wb, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        pane_of(app).skill_list.select_name("review-tests")
        await settle(pilot)
        listed = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        read = screen_text(app)
        await pilot.press("o")
        await settle(pilot)
        assert isinstance(app.pane, WorkflowsPane)
        assert app.pane.workflow_list.current is not None
        assert app.pane.workflow_list.current.name == "review"
    assert "✓ 1x" in listed
    assert "used in   review  o goes there" in read
    assert "starts from assertion-free-tests" in read
    assert "tokens   1 use   " in read


async def test_the_filter_finds_by_description(mine: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("/", *"what is mine", "enter")
        await settle(pilot)
        found = [row.name for row in pane_of(app).skill_list.matching()]
        await pilot.press("escape", "s", "h")
        await settle(pilot)
        folded = screen_text(app)
    assert found == ["zz-mine"]
    assert "▸ project 2" in folded


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(("name", "keys"), [("list", ()), ("preview", ("enter",))])
def test_looks(
    mine: Path,
    empty_wb: Workbench,
    snap_compare: Any,
    size: tuple[int, int],
    name: str,
    keys: tuple[str, ...],
) -> None:
    """Filtered to this test's own skill, so that what ships may change."""

    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await pilot.press("/")
        for field in pilot.app.query(Input):
            field.cursor_blink = False
        await pilot.press(*"is mine", "enter", *keys)
        await settle(pilot)

    app = make_app(empty_wb, first="skills")
    assert snap_compare(app, terminal_size=size, run_before=before)
