"""Nothing is out of reach: every pane, area and action at 80×24, by key and by mouse."""

from __future__ import annotations

import pytest
from textual.scrollbar import ScrollBar

from ladder_tui.ui.actions import ACTIONS
from ladder_tui.ui.glyphs import ASCII
from ladder_tui.ui.panes.registry import PANES
from ladder_tui.ui.screens.palette import Palette
from ladder_tui.ui.widgets.plain_scroll_bar import PlainScrollBarRender
from ladder_tui.workbench import Workbench
from tests.ui.conftest import make_app, screen_text

NARROW = (80, 24)
IDS = [spec.id for spec in PANES]


@pytest.mark.parametrize("spec", PANES, ids=IDS)
async def test_a_digit_and_a_click_open_each_pane(story_wb: Workbench, spec) -> None:  # type: ignore[no-untyped-def]
    for by_mouse in (False, True):
        app = make_app(story_wb, first="runs" if spec.id != "runs" else "skills")
        async with app.run_test(size=NARROW) as pilot:
            await pilot.pause()
            if by_mouse:
                tabs = screen_text(app).splitlines()[1]
                await pilot.click(offset=(tabs.index(f"{spec.key}{spec.short}") + 1, 1))
            else:
                await pilot.press(spec.key)
            await pilot.pause()
            assert app.pane_id == spec.id


@pytest.mark.parametrize("pane_id", IDS)
async def test_every_area_is_reached_with_tab_and_shown(story_wb: Workbench, pane_id: str) -> None:
    app = make_app(story_wb, first=pane_id)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.1)
        pane = app.pane
        assert pane is not None
        seen = set()
        for _ in range(12):
            seen.add(pane.current_area)
            widget = pane.area_widget(pane.current_area)
            assert widget is not None
            assert widget.display
            await pilot.press("tab")
            await pilot.pause()
        assert seen == set(pane.areas())


@pytest.mark.parametrize("pane_id", IDS)
async def test_every_action_is_in_the_palette_and_the_table(
    story_wb: Workbench, pane_id: str
) -> None:
    app = make_app(story_wb, first=pane_id)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.1)
        pane = app.pane
        assert pane is not None
        known = {action.id for action in app.dispatcher.actions}
        assert set(pane.handlers()) <= known
        for area in pane.areas():
            pane.focus_area(area)
            await pilot.pause()
            context = app.context()
            available = {action.id for action in app.available(context)}
            await pilot.press("ctrl+p")
            await pilot.pause()
            assert isinstance(app.screen, Palette)
            offered = set(app.screen.rows.entries)
            assert available - offered <= {"palette", "field.next", "field.previous"}
            await pilot.press("escape")
            await pilot.pause()


@pytest.mark.parametrize("pane_id", IDS)
async def test_rows_of_a_pane_have_handlers_in_it(story_wb: Workbench, pane_id: str) -> None:
    app = make_app(story_wb, first=pane_id)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.1)
        pane = app.pane
        assert pane is not None
        handled: set[str] = set()
        for area in pane.areas():
            pane.focus_area(area)
            await pilot.pause()
            handled |= set(pane.handlers())
        own = {action.id for action in ACTIONS if pane_id in action.panes}
        assert own <= handled | set(app.dispatcher.handlers())


@pytest.mark.parametrize("pane_id", IDS)
async def test_a_terminal_that_changes_its_size_breaks_nothing(
    story_wb: Workbench, pane_id: str
) -> None:
    app = make_app(story_wb, first=pane_id)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.1)
        for size in ((200, 50), (60, 16), (20, 4), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {size[0]}


@pytest.mark.parametrize("pane_id", IDS)
async def test_no_key_breaks_an_empty_pane(empty_wb: Workbench, pane_id: str) -> None:
    app = make_app(empty_wb, first=pane_id)
    keys = {key for action in ACTIONS for key in action.keys} - {"q", "E", "c", "enter", "X", "r"}
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause(0.1)
        for key in sorted(keys):
            await pilot.press(key)
            while len(app.screen_stack) > 1:
                await pilot.press("escape")
                await pilot.pause()
            if app.context().is_text:
                await pilot.press("escape")
        assert app.is_running


@pytest.mark.parametrize("pane_id", IDS)
@pytest.mark.parametrize("size", [NARROW, (120, 40)], ids=["narrow", "wide"])
async def test_an_ascii_terminal_gets_ascii_only(
    story_wb: Workbench, pane_id: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScrollBar, "renderer", PlainScrollBarRender)
    app = make_app(story_wb, first=pane_id, glyphs=ASCII)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.1)
        for keys in ((), ("tab",), ("question_mark",), ("escape", "colon"), ("escape", "M")):
            await pilot.press(*keys)
            await pilot.pause()
            odd = {c for c in screen_text(app) if not c.isascii()}
            assert odd == set(), (keys, odd)
