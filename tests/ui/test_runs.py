"""Stories of the Runs pane: the history, a live run, a replayed one, one that was interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.event import AgentFinished, LiveRow
from ladder_tui.domain.ids import AgentId
from ladder_tui.store.database import open_database
from ladder_tui.store.live import leased_agents
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.ui.widgets.board import Board
from ladder_tui.ui.widgets.filter_bar import FilterField
from ladder_tui.workbench import Workbench
from tests.ui import story
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)


def runs_pane(app: LadderApp) -> RunsPane:
    pane = app.pane
    assert isinstance(pane, RunsPane)
    return pane


async def test_a_live_run_is_opened_at_once_and_what_needs_a_look_comes_first(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane = runs_pane(app)
        names = [row.partition("/")[2] for row in pane.board.row_ids]
        text = screen_text(app)
    assert names == ["architecture", "documentation", "tests", "performance", "security"]
    assert "review #5  ◉2 ◌1 ✓1 ✗1   0:47 of ~1:10   $0.28 of 2.00 (est. ~0.35–0.62)" in text
    assert "◌ silent: waiting for mode…    0:41" in text
    assert "✓ 3 findings, 1 unverified     0:38" in text


async def test_the_transcript_of_the_focused_agent_streams_and_holds_the_lease(
    story_wb: Workbench, story_root: Path
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j")
        await pilot.pause()
        text = screen_text(app)
        database = open_database(story_root / ".ladder" / "ladder.db")
        run = runs_pane(app).open_run
        assert run is not None
        leased = leased_agents(database, run.run_id, story.NOW)
        database.close()
    assert '▸ Grep "for .* in" src/  0.1 s  214 lines' in text
    assert "… 211 more, enter" in text
    assert "the cart at once▌" in text
    assert story.agent("performance") in leased


async def test_a_tool_result_unfolds_and_scrolling_up_stops_following(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j", "enter")
        pane = runs_pane(app)
        assert pane.current_area == "detail"
        view = pane.detail.transcript_view
        followed = [view.is_following]
        await pilot.press("k", "k", "k", "k", "k", "k", "k")
        await pilot.pause()
        followed.append(view.is_following)
        before = view.virtual_size.height
        assert "▸ Grep" in view.item_text()
        await pilot.press("enter")
        await pilot.pause()
        assert view.virtual_size.height == before + 210
        await pilot.press("enter")
        assert view.virtual_size.height == before
        await pilot.press("G")
        assert [*followed, view.is_following] == [True, False, True]


async def test_new_lines_are_counted_while_somebody_reads_above(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j", "enter", "g")
        await pilot.pause()
        pane = runs_pane(app)
        run = pane.open_run
        assert run is not None
        text = "one\ntwo\nthree\nfour\nfive"
        agent_id = story.agent("performance")
        run.view.apply_live([LiveRow(agent_id, "generating", story.NOW, 400, text)])
        pane.draw_run()
        assert pane.detail.transcript_view.new_lines == 3
        pane.draw_run()
        assert pane.detail.tabs.note == "3 new, G"


async def test_search_in_the_transcript_marks_and_walks(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j", "enter", "slash", *"loop", "enter")
        await pilot.pause()
        view = runs_pane(app).detail.transcript_view
        assert view.matches == 2
        assert "2 of 'loop', n N" in screen_text(app)
        first = view.line_index
        await pilot.press("n")
        assert view.line_index != first
        await pilot.press("N")
        assert view.line_index == first
        await pilot.press("escape")
        assert view.query_text == ""


async def test_tabs_of_the_detail_show_files_and_findings(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("G", "right_square_bracket")
        await pilot.pause()
        files = screen_text(app)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        findings = screen_text(app)
    assert "src/db.py" in files
    assert "[files]" in files
    assert "H S608 src/db.py:41  quote ✓" in findings
    assert "M S000 src/ghost.py:7  quote ▴ not found" in findings


async def test_the_timeline_is_a_tab_where_it_has_no_place_of_its_own(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("enter", "left_square_bracket")
        await pilot.pause()
        text = screen_text(app)
        await pilot.press("right_square_bracket")
        assert runs_pane(app).detail.tab == "transcript"
        assert app.focused is runs_pane(app).detail.transcript_view
    assert "[timeline]" in text
    assert "0:23" in text


async def test_the_history_says_how_runs_ended_and_filters(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        text = screen_text(app)
        assert "▴ interrupted" in text
        assert "✗ fail" in text
        await pilot.press("slash", *"interr", "enter")
        await pilot.pause()
        pane = runs_pane(app)
        assert [pane.run_list.runs[i].number for i in pane.run_list.row_ids] == [4]
        assert app.why_not("runs.resume") == ""
        assert app.why_not("runs.pause") == "run #4 is interrupted"
        await pilot.press("escape")
        assert len(pane.run_list.row_ids) == 5


async def test_an_interrupted_run_offers_to_resume_and_nothing_in_it_ages(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("escape", "j", "enter")
        await pilot.pause()
        text = screen_text(app)
    assert "review #4  ▴ interrupted (r resumes)" in text
    assert "⊝ interrupted" in text
    assert "◌" not in text


async def test_a_finished_run_is_replayed_from_its_journal(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("escape", "G", "enter")
        await pilot.pause()
        text = screen_text(app)
        # Whether a file was edited since is looked up when it is asked for.
        assert app.why_not("runs.resume") == ""
        assert app.why_not("runs.cancel_agent") == "run #1 is done"
    assert "review #1  ✗ fail  ✓4 ✗1   1:00" in text


async def test_steering_sends_commands_and_says_so(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("p")
        assert _last(app) == "#5: pausing; calls in flight finish"
        await pilot.press("x")
        assert _last(app) == "Cancelling architecture; the others go on"
        await pilot.press("j", "space", "space", "x")
        assert _last(app) == "Cancelling tests; the others go on"
        await pilot.press("X")
        assert _last(app) == "#5: stopping; what is finished stays"
        await pilot.press("G", "x")
        assert _last(app) == "cancel agent: the agent has ended"


def _last(app: LadderApp) -> str:
    return app.log_of_messages.all[-1].text


async def test_a_run_that_goes_on_in_its_journal_goes_on_on_the_screen(
    story_wb: Workbench, story_root: Path
) -> None:
    from ladder_tui.store.journal import Journal
    from ladder_tui.store.run import take_run

    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        run = runs_pane(app).open_run
        assert run is not None
        path = story_root / ".ladder" / "ladder.db"
        database = open_database(path)
        epoch = take_run(database, run.run_id)
        database.close()
        journal = Journal(path, run.run_id, epoch, lambda: story.NOW)
        journal.emit(AgentFinished(story.agent("tests"), "done", findings=2, elapsed_s=46))
        await journal.aclose()
        app.tick()
        await pilot.pause()
        assert "✓2" in screen_text(app).splitlines()[2]


async def test_an_empty_history_says_what_to_do(empty_wb: Workbench) -> None:
    app = make_app(empty_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "No run yet in this repository." in text
        assert "ladder run review -i path=src" in text
        await pilot.press("enter", "p", "x", "r", "y")
        await pilot.pause()
        assert app.is_running


async def test_the_filter_of_the_board_keeps_the_focus_in_its_field(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("slash", *"perf")
        pane = runs_pane(app)
        assert pane.board.row_ids == [story.agent("performance")]
        focused = app.focused
        await pilot.press("enter")
        assert isinstance(focused, FilterField)
        assert isinstance(app.focused, Board)
        assert pane.board.cursor_id == AgentId("specialists/performance")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 50)])
async def test_no_line_is_longer_than_the_terminal(
    story_wb: Workbench, size: tuple[int, int]
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for keys in ((), ("enter",), ("right_square_bracket",), ("escape", "escape"), ("colon",)):
            await pilot.press(*keys)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {size[0]}


async def test_a_drag_selects_text_and_ctrl_c_sends_it(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j", "enter")
        await pilot.pause()
        lines = screen_text(app).splitlines()
        row = next(y for y, line in enumerate(lines) if "Where are rows" in line)
        await pilot.mouse_down(offset=(1, row))
        await pilot.hover(offset=(9, row))
        await pilot.mouse_up(offset=(9, row))
        await pilot.pause()
        assert app.screen.get_selected_text() == "Where are"
        await pilot.press("ctrl+c")
        assert app.clipboard == "Where are"
        assert _last(app) == "Sent the selection to the clipboard, 9 bytes"


async def test_copying_says_sent_and_warns_where_a_terminal_may_cut(story_wb: Workbench) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j", "y")
        assert app.clipboard == "specialists/performance"
        await pilot.press("enter", "Y")
        assert app.clipboard.startswith("✗ ruff-PERF")
        app.copy_text("x" * 7_000, "text")
        assert _last(app).endswith("many terminals take 6 kB at most")


async def test_the_wheel_scrolls_beneath_the_mouse_and_stops_following(
    story_wb: Workbench,
) -> None:
    app = make_app(story_wb)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("j", "j", "j", "enter", "k", "k", "k", "k", "k", "k", "enter", "G")
        await pilot.pause()
        view = runs_pane(app).detail.transcript_view
        following = [view.is_following]
        view.scroll_up(animate=False)
        await pilot.pause()
        following.append(view.is_following)
        view.scroll_end(animate=False)
        await pilot.pause()
        following.append(view.is_following)
    assert following == [True, False, True]
