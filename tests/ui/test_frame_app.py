"""Stories of the frame: keys, palette, help, messages, layouts, small terminals."""

from __future__ import annotations

import pytest
from textual import events

from ladder_tui.errors import StoreError
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.screens.help import Help
from ladder_tui.ui.screens.message_list import MessageList
from ladder_tui.ui.screens.palette import Palette
from ladder_tui.ui.widgets.field import Field
from ladder_tui.workbench import Workbench
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)


async def test_the_header_says_who_works_and_what_it_costs(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        header, tabs, *_ = screen_text(app).splitlines()
    assert header.startswith(" ladder  shop")
    assert "◉3" in header
    assert "$1.72 left" in header
    assert header.endswith("scripted/sonnet   bwrap")
    assert "6 Runs ◉3" in tabs


async def test_the_header_abbreviates_at_80_columns(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        header, tabs, *_ = screen_text(app).splitlines()
    assert "1.72left" in header
    assert "⣿" not in header
    assert header.endswith("sonnet  bw")
    assert "6Run" in tabs


async def test_a_small_terminal_says_what_is_needed_and_the_rest_comes_back(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        small = screen_text(app)
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        large = screen_text(app)
    assert "◉3 running" in small
    assert "40x10: needs 60x16" in small
    assert "architecture" in large


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_offers_every_action_and_says_why_one_cannot_act(
    story_wb: Workbench, key: str
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press(key)
        assert isinstance(app.screen, Palette)
        offered = set(app.screen.rows.entries)
        expected = {a.id for a in app.available(app.context())}
        assert expected - offered == {"palette", "field.next", "field.previous"}
        reason = app.screen.rows.entries["match.next"].reason
        assert reason == "nothing is searched for; / starts it in the transcript"
        await pilot.press(*"zoom")
        assert app.screen.rows.cursor_id == "zoom"
        await pilot.press("enter")
        await pilot.pause()
        assert app.pane is not None
        assert app.pane.is_zoomed


async def test_the_palette_can_be_reached_and_used_with_the_mouse_at_80x24(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        footer = screen_text(app).splitlines()[-1]
        await pilot.click(offset=(footer.index("commands"), 23))
        await pilot.pause()
        assert isinstance(app.screen, Palette)
        lines = screen_text(app).splitlines()
        row = next(y for y, line in enumerate(lines) if "help" in line)
        await pilot.click(offset=(20, row))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, Help)


async def test_a_first_digit_in_the_palette_opens_a_pane(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("ctrl+p", "6")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert app.pane_id == "runs"


async def test_help_is_made_of_the_actions_of_the_pane(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, Help)
        text = "\n".join(line for line, _ in app.screen.lines())
        for action in app.dispatcher.actions:
            if action.id in app.dispatcher.handlers():
                assert action.help in text, action.id
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_errors_stay_until_read_and_say_why_and_what_next(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        error = StoreError("disk \x1b[31mfull", why="no space left", next_step="free some")
        app.say_error(error)
        app.say("something else")
        app.tick()
        await pilot.pause()
        assert "✗ disk full" in screen_text(app)
        await pilot.press("M")
        await pilot.pause()
        assert isinstance(app.screen, MessageList)
        text = screen_text(app)
        assert "why: no space left" in text
        assert "next: free some" in text
        await pilot.press("escape")
        app.tick()
        await pilot.pause()
        assert "something else" in screen_text(app)


async def test_q_twice_leaves_at_the_top_and_escape_never_does(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("escape", "escape", "escape", "escape")
        assert app.is_running
        await pilot.press("q")
        assert app.is_running
        app.tick()
        await pilot.pause()
        assert "q again leaves Ladder; runs go on" in screen_text(app)
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0


async def test_ctrl_c_never_stops_anything(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+c", "ctrl+c")
        await pilot.pause()
        assert app.is_running
        said = app.log_of_messages.current
        assert said is not None
        assert "ctrl+q leaves Ladder" in said.text


async def test_layouts_and_zoom_show_areas_and_escape_takes_the_zoom_back(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane = app.pane
        assert pane is not None
        assert pane.visible_areas() == ("board", "detail")
        await pilot.press("backslash")
        assert pane.visible_areas() == ("board",)
        await pilot.press("backslash")
        assert pane.visible_areas() == ("detail",)
        await pilot.press("backslash", "tab")
        assert pane.current_area == "board"
        await pilot.press("tab", "z")
        assert pane.visible_areas() == ("detail",)
        await pilot.press("escape")
        assert pane.visible_areas() == ("board", "detail")


async def test_at_80_columns_one_area_is_shown_and_enter_drills_in(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        pane = app.pane
        assert pane is not None
        assert pane.visible_areas() == ("board",)
        await pilot.press("enter")
        assert pane.visible_areas() == ("detail",)
        await pilot.press("escape")
        assert pane.visible_areas() == ("board",)
        await pilot.press("escape")
        assert pane.visible_areas() == ("history",)


def _filter_field(app: LadderApp) -> Field:
    field = app.focused
    assert isinstance(field, Field)
    return field


async def test_in_a_text_letters_type_and_escape_clears_and_leaves(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("slash", *"sex")
        assert _filter_field(app).value == "sex"
        assert app.context().is_text
        app.tick()
        await pilot.pause()
        assert "esc leaves" in screen_text(app).splitlines()[-1]
        await pilot.press("escape")
        assert not app.context().is_text
        assert app.pane is not None
        assert not app.pane.has_filter


async def test_escape_and_a_digit_that_arrive_as_one_character_do_not_type(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("slash", "a")
        field = _filter_field(app)
        app.post_message(events.Key("section_sign", "§"))
        await pilot.pause()
        await pilot.pause()
        assert "§" not in field.value
        assert not app.context().is_text
        assert app.pane_id == "runs"


async def test_themes_change_every_style(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        dark = app.look
        app.theme = "ladder-light"
        await pilot.pause()
        assert app.look != dark
        assert app.look.base.bgcolor != dark.base.bgcolor


@pytest.mark.parametrize("pane_id", ["prds", "skills", "workflows", "runs", "validation"])
async def test_a_pane_looks_the_same_opened_first_or_later(
    story_wb: Workbench, pane_id: str
) -> None:
    async def places(first: str) -> list[tuple[str, int, int, int, int]]:
        app = make_app(story_wb, first=first)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause(0.3)
            pane = app.open_pane(pane_id)
            shown: list[list[tuple[str, int, int, int, int]]] = []
            # Lists and details are read in threads: wait until nothing has moved for a while.
            while len(shown) < 4 or shown[-4:] != [shown[-1]] * 4:
                assert len(shown) < 100, "it never comes to rest"
                await app.workers.wait_for_complete()
                await pilot.pause(0.2)
                widgets = [widget for widget in pane.query("*") if widget.size]
                shown.append([(type(widget).__name__, *widget.region) for widget in widgets])
            return shown[-1]

    other = "runs" if pane_id != "runs" else "prds"
    assert await places(other) == await places(pane_id)


async def test_keys_typed_fast_behind_a_slash_are_the_filter(story_wb: Workbench) -> None:
    app = make_app(story_wb, first="skills")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.6)
        for character in "/dex":
            app.post_message(events.Key("slash" if character == "/" else character, character))
        await pilot.pause(0.3)
        field = app.main_focus
        assert isinstance(field, Field)
        assert field.value == "dex", "no letter acts on the list"
        assert len(app.screen_stack) == 1
