"""Stories of editing skills: by key, by mouse, conflicts, copies, versions, nothing lost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.screens.choose import Choose
from ladder_tui.ui.screens.review import Review
from ladder_tui.workbench import Workbench
from tests.conftest import run_review
from tests.ui.conftest import make_app, screen_text, type_without_pause
from tests.ui.skill_story import MINE, NARROW, WIDE, pane_of, settle, write_library


@pytest.fixture
def library(empty_root: Path, empty_wb: Workbench) -> Path:
    """A trusted repository full of skills."""
    write_library(empty_root)
    empty_wb.skills.trust()
    return empty_root


async def type_at_end(pilot: Pilot[int], text: str) -> None:
    """Type behind everything that is in the editor."""
    assert isinstance(pilot.app, LadderApp)
    editor = pane_of(pilot.app).detail.editor
    assert editor.has_focus
    editor.move_cursor(editor.document.end)
    await pilot.press(*text)
    await settle(pilot)


async def find_mine(pilot: Pilot[int]) -> None:
    """By key: the filter, a word of the description, enter."""
    await pilot.press("/", "o", "w", "n", "e", "r", "s", "enter")
    await settle(pilot)


def place(app: LadderApp, text: str, *, last: bool = False) -> tuple[int, int]:
    """Where a text is on the screen: column and row of its second cell."""
    lines = screen_text(app).splitlines()
    rows = [row for row, line in enumerate(lines) if text in line]
    assert rows, f"{text!r} is not on the screen"
    row = rows[-1] if last else rows[0]
    return lines[row].index(text) + 1, row


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_by_key_alone_find_edit_lint_save_compare(
    library: Path, empty_wb: Workbench, size: tuple[int, int]
) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await find_mine(pilot)
        await pilot.press("e")
        await settle(pilot)
        assert pane_of(app).detail.editor.has_focus
        await pilot.press("down", "down", "down", "end", *", Grpe")
        await settle(pilot, 0.5)
        linted = screen_text(app)
        await pilot.press("f2")
        await settle(pilot, 0.5)
        saved = screen_text(app)
        await pilot.press("escape", "d")
        await settle(pilot, 0.5)
        compared = screen_text(app)
    assert "S012" in linted
    assert '"Grpe"' in linted
    assert "* unsaved" in linted
    assert "tok" in linted
    assert "✓ saved" in saved
    assert "allowed-tools: Read, Grep, Grpe" in (library / MINE).read_text()
    assert "-allowed-tools: Read, Grep" in compared
    assert "+allowed-tools: Read, Grep, Grpe" in compared
    assert "v2" in compared
    assert "v1" in compared


async def test_a_save_waits_for_the_keys_typed_before_it(
    library: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await find_mine(pilot)
        await pilot.press("e")
        await settle(pilot)
        type_without_pause(app, "typed", "f2")
        await settle(pilot, 0.5)
        said, written = screen_text(app), (library / MINE).read_text()
    assert written.startswith("typed---")
    assert f"Saved {MINE}" in said


async def test_by_mouse_alone_find_edit_lint_save_compare(
    library: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.click(offset=place(app, "zz-warned"))
        await settle(pilot)
        await pilot.click(offset=place(app, " edit "))
        await settle(pilot)
        await pilot.click(offset=place(app, "Look for wobbly"))
        await settle(pilot)
        assert pane_of(app).detail.editor.has_focus
        await pilot.press("X")
        await settle(pilot, 0.5)
        typed = screen_text(app)
        await pilot.click(offset=place(app, "f2 saves"))
        await settle(pilot, 0.5)
        await pilot.click(offset=place(app, " diff "))
        await settle(pilot, 0.5)
        compared = screen_text(app)
    assert "unsaved" in typed
    assert "S012" in typed
    assert "-Look for wobbly words." in compared


async def test_the_versions_begin_at_what_is_new(library: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await find_mine(pilot)
        for word in ("one", "two"):
            await pilot.press("e")
            await settle(pilot)
            await type_at_end(pilot, word)
            await pilot.press("f2")
            await settle(pilot, 0.5)
            assert "esc d shows what changed" in screen_text(app)
            await pilot.press("escape", "d")
            await settle(pilot, 0.5)
        versions = pane_of(app).detail.versions
        assert versions.cursor_id == versions.row_ids[0]
        assert len(versions.row_ids) == 3


async def test_the_header_is_explained_and_completed(library: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await find_mine(pilot)
        await pilot.press("e", "down", "down", "down")
        await settle(pilot)
        helped = screen_text(app)
        await pilot.press("end", *", Gl")
        await settle(pilot)
        offered = screen_text(app)
        await pilot.press("right")
        await settle(pilot)
        text = pane_of(app).detail.editor.text
        await type_at_end(pilot, " Gl")
        below = pane_of(app).detail.editor.suggestion
        pane_of(app).detail.editor.go_to_line(2)
        await pilot.press("end", "enter", *"lic", "right")
        await settle(pilot)
        keyed = pane_of(app).detail.editor.text
    assert "the tools it may use" in helped
    assert "completes Glob" in offered
    assert "Read, Grep, Glob\n" in text
    assert below == "", "only the header is completed"
    assert "\nlicense: \n" in keyed


async def test_a_conflict_is_shown_and_mine_can_win(library: Path, empty_wb: Workbench) -> None:
    path = library / MINE
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await find_mine(pilot)
        await pilot.press("e")
        await settle(pilot)
        await type_at_end(pilot, "mine")
        path.write_text(path.read_text() + "theirs\n")
        later = time.time() + 5
        os.utime(path, (later, later))
        for _ in range(30):
            await pilot.pause(0.1)
            if "changed on disk" in screen_text(app):
                break
        stale = screen_text(app)
        await pilot.press("f2")
        await settle(pilot, 0.5)
        assert isinstance(app.screen, Review)
        asked = screen_text(app)
        await pilot.press("m")
        await settle(pilot, 0.5)
    assert "changed on disk" in stale
    assert "-theirs" in asked
    assert "+mine" in asked
    assert path.read_text().endswith("mine")
    assert "theirs" not in path.read_text()
    backups = [p.read_text() for p in (library / ".ladder" / "backups").rglob("*") if p.is_file()]
    assert any("theirs" in text for text in backups)


async def test_a_conflict_can_be_given_in_to_and_taken_back(
    library: Path, empty_wb: Workbench
) -> None:
    path = library / MINE
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await find_mine(pilot)
        await pilot.press("e")
        await settle(pilot)
        await type_at_end(pilot, "mine")
        path.write_text(path.read_text() + "theirs\n")
        await pilot.press("f2")
        await settle(pilot, 0.5)
        await pilot.press("t")
        await settle(pilot, 0.5)
        taken = pane_of(app).detail.editor.text
        await pilot.press("ctrl+z")
        await settle(pilot)
        back = pane_of(app).detail.editor.text
    assert taken.rstrip().endswith("theirs")
    assert back.endswith("mine")


async def test_what_ships_is_changed_in_a_copy(library: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        pane.skill_list.select_path(pane.skill_list.path_of("review-security"))
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        await type_at_end(pilot, "mine")
        await pilot.press("f2")
        await settle(pilot, 0.5)
        assert isinstance(app.screen, Choose)
        await pilot.press("p")
        await settle(pilot, 0.5)
        entry = pane.entry
    assert entry is not None
    assert entry.origin == "project"
    assert entry.state == "usable"
    assert entry.skill is not None
    assert entry.skill.body.endswith("mine")
    assert entry.skill.evidence, "the sidecar came with it"


async def test_drafts_stay_while_another_skill_is_looked_at(
    library: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        pane.skill_list.select_path(MINE)
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        await pilot.press(*"abc")
        await pilot.press("escape", "escape", "j")
        await settle(pilot)
        other = pane.detail.editor.text
        marked = screen_text(app)
        await pilot.press("k")
        await settle(pilot)
        again = pane.detail.editor.text
    assert not other.startswith("abc")
    assert again.startswith("abc")
    assert "zz-mine *" in marked


async def test_nothing_typed_is_lost_at_the_end(library: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        for path in (MINE, pane.skill_list.path_of("review-security")):
            pane.skill_list.select_path(path)
            await settle(pilot)
            await pilot.press("e")
            await settle(pilot)
            await type_at_end(pilot, "kept")
            await pilot.press("escape", "escape")
    assert (library / MINE).read_text().endswith("kept")
    kept = [(library / path).read_text() for path in empty_wb.skills.kept()]
    assert len(kept) == 1
    assert kept[0].endswith("kept")
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        text = screen_text(app)
    assert "Unsaved text is kept in .ladder/drafts/" in text


async def test_two_versions_are_chosen_and_compared(library: Path, empty_wb: Workbench) -> None:
    skills = empty_wb.skills
    text, stamp = skills.read(MINE)
    for word in ("one", "two", "three"):
        text += f"\n{word}"
        stamp = skills.save(MINE, text, stamp)
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane_of(app).skill_list.select_path(MINE)
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot, 0.5)
        newest = screen_text(app)
        await pilot.press("G", "space", "g")
        await settle(pilot, 0.5)
        across = screen_text(app)
    assert "+three" in newest
    assert "+two" not in newest
    assert "+one" in across
    assert "+three" in across


async def test_new_duplicate_delete_and_undo(library: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("c", *"zz-fresh", "tab", "enter")
        await settle(pilot, 0.5)
        made = pane_of(app).entry
        assert pane_of(app).detail.editor.has_focus
        await pilot.press("escape", "escape", "C", *"zz-second", "enter")
        await settle(pilot, 0.5)
        copied = pane_of(app).entry
        await pilot.press("D")
        await settle(pilot, 0.5)
        deleted = screen_text(app)
        names = {row.entry.name for row in pane_of(app).shelf.rows.values()}
        await pilot.press("u")
        await settle(pilot, 0.5)
        back = screen_text(app)
        after = pane_of(app).entry
    assert made is not None
    assert (made.name, made.kind) == ("zz-fresh", "agent")
    assert copied is not None
    assert copied.name == "zz-second"
    assert "Deleted zz-second; u brings it back" in deleted
    assert "zz-second" not in names
    assert "zz-second is back" in back
    assert after is not None
    assert after.name == "zz-second"


async def test_a_wrong_name_is_said_and_stays_until_read(
    library: Path, empty_wb: Workbench
) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("c", *"zz-mine", "enter")
        await settle(pilot, 0.5)
        text = screen_text(app)
    assert "zz-mine" in text.splitlines()[-2]
    assert len(app.log_of_messages.all) == 1


async def test_a_section_becomes_a_skill_of_its_own(library: Path, empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = pane_of(app)
        pane.skill_list.select_path(MINE)
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        row = pane.detail.editor.text.split("\n").index("- every row has one owner")
        pane.detail.editor.move_cursor((row, 3))
        await pilot.press("escape", "x", *"zz-owners", "enter")
        await settle(pilot, 0.6)
        entry = pane.entry
    assert entry is not None
    assert entry.name == "zz-owners"
    assert "every row has one owner" in (entry.skill.body if entry.skill else "")
    assert "every row has one owner" not in (library / MINE).read_text()


async def test_skills_from_elsewhere_are_seen_before_they_are_taken_over(
    library: Path, empty_wb: Workbench, tmp_path: Path
) -> None:
    source = tmp_path / "elsewhere" / "zz-guest"
    source.mkdir(parents=True)
    guest = source / "SKILL.md"
    guest.write_text("---\nname: zz-guest\ndescription: Comes from outside.\n---\nBe kind.\n")
    app = make_app(empty_wb, first="skills")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        for key in ("x", "a"):
            await pilot.press("i", *str(source), "enter")
            await settle(pilot, 0.6)
            assert isinstance(app.screen, Review)
            asked = screen_text(app)
            await pilot.press(key)
            await settle(pilot, 0.6)
            if key == "x":
                assert not any(r.entry.name == "zz-guest" for r in pane_of(app).shelf.rows.values())
        entry = pane_of(app).entry
    assert "new: zz-guest" in asked
    assert "+Be kind." in asked
    assert entry is not None
    assert (entry.name, entry.state) == ("zz-guest", "usable")
    assert entry.pin


async def test_the_prompt_of_an_agent_becomes_a_skill(wb: Workbench) -> None:
    run_review(wb)
    app = make_app(wb, first="runs")
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("P", *"zz-promoted", "enter")
        await settle(pilot, 0.8)
        assert app.pane_id == "skills"
        entry = pane_of(app).entry
    assert entry is not None
    assert (entry.name, entry.state) == ("zz-promoted", "usable")
