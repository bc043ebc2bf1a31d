"""Stories of the Skills pane: the tree, trust, filter and facets, reading, uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.ui.panes.workflows import WorkflowsPane
from ladder_tui.ui.screens.review import Review
from ladder_tui.workbench import Workbench
from tests.conftest import run_review
from tests.ui.conftest import make_app, screen_text
from tests.ui.skill_story import LARGE, MINE, NARROW, WIDE, pane_of, settle, write_library


@pytest.fixture
def library(empty_root: Path) -> Path:
    """A repository full of skills that nobody trusts yet."""
    write_library(empty_root)
    return empty_root


@pytest.fixture
def trusted(library: Path, empty_wb: Workbench) -> Workbench:
    """The same, trusted."""
    empty_wb.skills.trust()
    return empty_wb


async def test_the_tree_shows_sources_kinds_and_states(trusted: Workbench) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        text = screen_text(app)
    assert "▾ .ladder/skills 3" in text
    assert "▾ .claude/agents 1" in text
    assert "▾ .claude/commands 1" in text
    assert "▾ plugin kit 2" in text
    assert "▾ agents 1" in text, "a source with several kinds has a heading for each"
    assert "▾ shipped" in text
    assert "zz-broken" in text
    assert "✗ YAML line" in text
    assert "▴1" in text
    assert "⊘ hidden" in text
    assert "∙ never used" in text


async def test_an_untrusted_repository_is_shown_and_trusted_on_purpose(
    library: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        before = screen_text(app)
        await pilot.press("g")
        await settle(pilot)
        heading = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Review)
        asked = screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.5)
        await pilot.press("a")
        await settle(pilot)
        after = screen_text(app)
    assert "untrusted, enter" in before
    assert "⊝ untrusted" in before
    assert "wait for trust" in heading
    assert "Bash(git:*)" in asked
    assert "a  trust this repository" in asked
    assert empty_wb.skills.is_trusted
    assert "untrusted, enter" not in after
    assert "never used" in after


@pytest.mark.parametrize(
    ("typed", "found"),
    [("zz-warn", "zz-warned"), ("gizmo nobody", "zz-warned"), ("wobbly", "zz-warned"),
     ("roll migration", "db:rollback")],
)  # fmt: skip
async def test_the_filter_searches_names_descriptions_and_bodies(
    trusted: Workbench, typed: str, found: str
) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("/", *typed)
        await settle(pilot)
        shelf = pane_of(app).shelf.rows
        rows = [shelf[row_id] for row_id in pane_of(app).skill_list.row_ids if row_id in shelf]
        current = pane_of(app).entry
        await pilot.press("enter", "escape")
        await settle(pilot)
        matches = pane_of(app).skill_list.grown.matches
    assert [row.entry.name for row in rows] == [found]
    assert current is not None
    assert current.name == found
    assert matches == len(pane_of(app).shelf.rows), "esc clears the filter"


async def test_facets_and_order_narrow_and_sort(trusted: Workbench) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("f", "j", "j", "enter", "escape")
        await settle(pilot)
        agents = screen_text(app)
        await pilot.press("escape", "s")
        await settle(pilot)
        by_use = screen_text(app)
    assert "only agent" in agents
    assert "reviewer" in agents
    assert "kit-agent" in agents
    assert "zz-mine" not in agents
    assert "by uses" in by_use
    assert "zz-mine" in by_use


async def test_groups_fold_and_stay_folded(trusted: Workbench) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("g", "h")
        await settle(pilot)
        folded = screen_text(app)
        await pilot.press("6", "4")
        await settle(pilot)
        again = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        unfolded = screen_text(app)
    assert "▸ .ladder/skills 3" in folded
    assert "▸ .ladder/skills 3" in again
    assert "▾ .ladder/skills 3" in unfolded


async def test_a_preview_is_rendered_and_safe(trusted: Workbench) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane_of(app).skill_list.select_path(MINE)
        await settle(pilot)
        text = screen_text(app)
    assert "Finds mine, row by row" in text
    assert "tools Read, Grep" in text
    assert "def f(x):" in text
    assert "listing ~" in text
    assert "body ~" in text
    assert "v1" in text
    assert "\x1b" not in text
    assert "[31m" not in text


async def test_a_broken_file_is_shown_as_it_is_with_its_problem(trusted: Workbench) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane_of(app).skill_list.select_path(".ladder/skills/zz-broken/SKILL.md")
        await settle(pilot)
        raw = screen_text(app)
        await pilot.press("L")
        await settle(pilot)
        lint = screen_text(app)
    assert "description: &a [x]" in raw
    assert "S006" in lint


async def test_uses_are_counted_and_each_is_one_key_away(wb: Workbench) -> None:
    run_review(wb)
    app = make_app(wb, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        pane.skill_list.select_path(pane.skill_list.path_of("review-tests"))
        await settle(pilot)
        listed = screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        read = screen_text(app)
        await pilot.press("[", "[")
        await settle(pilot)
        uses = screen_text(app)
        await pilot.press("G", "enter")
        await settle(pilot)
        assert app.pane_id == "runs"
        await pilot.press("4", "o")
        await settle(pilot)
        assert isinstance(app.pane, WorkflowsPane)
        assert app.pane.workflow_list.current is not None
        assert app.pane.workflow_list.current.name == "review"
    assert "✓ 1×" in listed
    assert "1 use" in read
    assert "used in review" in read
    assert "evidence assertion-free-tests" in read
    assert "last runs" in uses
    assert "#1" in uses


async def test_an_outside_edit_shows_within_a_second(library: Path, trusted: Workbench) -> None:
    app = make_app(trusted, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        path = library / MINE
        path.write_text(path.read_text().replace("row by row", "by the minute"))
        new = library / ".ladder/skills/zz-new/SKILL.md"
        new.parent.mkdir()
        new.write_text("---\nname: zz-new\ndescription: Came later.\n---\nBody.\n")
        for _ in range(40):
            await pilot.pause(0.1)
            if any(r.entry.name == "zz-new" for r in pane_of(app).shelf.rows.values()):
                break
        await settle(pilot)
        pane_of(app).skill_list.select_path(MINE)
        await settle(pilot)
        text = screen_text(app)
    assert "zz-new" in text
    assert "by the minute" in text


async def test_an_empty_library_says_what_to_do(empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("/", *"qqqqqq")
        await settle(pilot)
        text = screen_text(app)
    assert "No skill matches." in text
    assert "esc clears the filter" in text
    assert "ladder skills list" in text


async def test_a_skill_that_changed_since_its_last_use_says_so(wb: Workbench) -> None:
    run_review(wb)
    path = wb.skills.duplicate(wb.skills.get("review-tests").path, "review-tests")
    text, stamp = wb.skills.read(path)
    wb.skills.save(path, f"{text}\nMore.\n", stamp)
    app = make_app(wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane_of(app).skill_list.select_path(path)
        await settle(pilot)
        text = screen_text(app)
    assert "modified  ✓ 1×" in text
    assert "review-tests  v2" in text
    assert text.count("  modified") == 2, "in the list and over the text"
