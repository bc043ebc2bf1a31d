"""The drawing of a workflow: order, fan-outs, nesting, conditions, and how a run of it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ladder_tui.domain.usage import Cost
from ladder_tui.domain.workflow import Ask, Shards, Step, Workflow
from ladder_tui.ui.glyphs import ASCII, UNICODE, Glyphs
from ladder_tui.ui.theme import DARK, build_styles
from ladder_tui.ui.widgets.step_graph import SLOTS_MOST, StepGraph, fit_lines
from ladder_tui.ui.widgets.step_mark import Marks, SlotMark, StepMark
from ladder_tui.workbench import Workbench
from tests.ui.big_workflow import write_big
from tests.ui.conftest import make_app, screen_text

LOOK = build_styles({**DARK.to_color_system().generate(), **DARK.variables})
NOTES = Workflow(
    name="notes",
    steps=(Step(id="collect", run=("git", "log"), effect="none"), Step(id="write", skill="write")),
)
WORKFLOW = Workflow(
    name="w",
    steps=(
        Step(id="plan", skill="plan"),
        Step(id="audit", skill="audit-${item}", for_each=("api", "web", "store"), max_parallel=2),
        Step(id="merge", aggregate="union-dedup", over="audit"),
        Step(id="approve", ask=Ask(question="Apply this?", redo="plan"), on_error="continue"),
        Step(id="notes", workflow="notes", needs=("approve",)),
        Step(id="test", gate="pytest", when="${inputs.deep}"),
    ),
)


def drawn(
    workflow: Workflow = WORKFLOW,
    cells: int = 72,
    glyphs: Glyphs = UNICODE,
    marks: Marks | None = None,
    folded: frozenset[str] = frozenset(),
) -> list[str]:
    graph = StepGraph(workflow, {"notes": NOTES}, cells, glyphs, LOOK, marks=marks, folded=folded)
    return fit_lines(graph.rows(), cells)


def test_order_fan_out_nesting_and_conditions() -> None:
    assert drawn() == [
        "∙ plan       skill     plan",
        "∙ audit      skill     audit-${item}   3 slots, 2 at once",
        "├─ ∙ api    ∙ web    ∙ store",
        "∙ merge      aggregate union-dedup   joins audit",
        "? approve    ask       Apply this?",
        "                       a rejection runs plan again, at most 2× · goes on",
        "                       after an error",
        "∙ notes      workflow  ▾ notes   needs approve",
        "│ ∙ collect  run       git log",
        "│ ∙ write    skill     write",
        "∙ test?      gate      pytest   when inputs.deep",
    ]


def test_a_narrow_drawing_leaves_the_kind_out_and_cuts_no_word() -> None:
    lines = drawn(cells=40)
    assert lines[0] == "∙ plan       plan"
    assert " ".join(" ".join(lines).split()).count("a rejection runs plan again, at most 2×") == 1
    assert "…" not in "".join(lines)


def test_ascii_only() -> None:
    assert all(line.isascii() for line in drawn(glyphs=ASCII) if "×" not in line)
    assert drawn(glyphs=ASCII)[2] == "+- . api    . web    . store"


def test_a_folded_workflow_hides_its_steps() -> None:
    lines = drawn(folded=frozenset({"notes"}))
    assert "∙ notes      workflow  ▸ notes   needs approve" in lines
    assert not any("collect" in line for line in lines)


def test_a_run_shows_the_state_of_each_step_and_slot() -> None:
    slots = (SlotMark("api", "done"), SlotMark("web", "running"), SlotMark("store", "failed"))
    lines = drawn(
        marks={
            "plan": StepMark("done", "", 12.0, Cost(40_000_000)),
            "audit": StepMark("running", "", 5.0, None, slots),
            "notes/collect": StepMark("failed", "exit 1: no git"),
            "approve": StepMark("asks", "Apply this?"),
            "test": StepMark("skipped", "when is false"),
        }
    )
    assert lines[0].startswith("✓ plan       skill     plan ")
    assert lines[0].endswith("$0.04   0:12")
    assert lines[2] == "├─ ✓ api    ◉ web    ✗ store"
    assert "? approve    ask       Apply this?   Apply this?" in lines
    assert "│ ✗ collect  run       git log   exit 1: no git" in lines
    assert lines[-1] == "∙ test?      gate      pytest   when is false"


def test_a_workflow_in_a_fan_out_counts_how_its_steps_stand() -> None:
    workflow = Workflow(
        name="w", steps=(Step(id="each", workflow="notes", for_each=("a", "b"), name="${item}"),)
    )
    marks = {
        "each": StepMark(
            "running", "", None, None, (SlotMark("a", "done"), SlotMark("b", "running"))
        ),
        "each/a/collect": StepMark("done", "", 1.0, Cost(10)),
        "each/b/collect": StepMark("failed", "", 1.0, Cost(20)),
    }
    lines = drawn(workflow, marks=marks)
    assert lines[1] == "├─ ✓ a  ◉ b"
    assert lines[2].startswith("│ ✗ collect  run       git log   1 of 2")


def test_of_too_many_slots_those_that_need_a_look_are_drawn() -> None:
    states = ["done"] * 100 + ["failed"]
    slots = tuple(SlotMark(f"s{n}", state) for n, state in enumerate(states))  # type: ignore[arg-type]
    workflow = Workflow(name="w", steps=(Step(id="all", skill="x", for_each="${inputs.list}"),))
    lines = drawn(workflow, marks={"all": StepMark("running", "", None, None, slots)})
    assert "✗ s100" in "\n".join(lines)
    assert f"{101 - SLOTS_MOST} more  ✓{101 - SLOTS_MOST}" in lines[-1]


def test_shards_and_expressions_say_what_they_are_cut_from() -> None:
    steps = (
        Step(id="a", skill="x", for_each=Shards(shards="${inputs.path}")),
        Step(id="b", skill="x", for_each="${steps.a.items}"),
    )
    lines = drawn(Workflow(name="w", steps=steps), cells=90)
    assert "shards of inputs.path, ~60.0k tokens each, at most 64" in lines[0]
    assert "one for each of a.items" in lines[1]


def test_control_characters_of_a_file_are_not_drawn() -> None:
    step = Step(id="a", ask=Ask(question="really\x1b[31m?\u202e"))
    assert "\x1b" not in "".join(drawn(Workflow(name="w", steps=(step,))))


def test_a_workflow_inside_itself_ends() -> None:
    loop = Workflow(name="loop", steps=(Step(id="again", workflow="loop"),))
    rows = StepGraph(loop, {"loop": loop}, 60, UNICODE, LOOK).rows()
    assert len(rows) == 6


@pytest.fixture
def big(repo: Path) -> None:
    """The big workflow is there before the workbench opens."""
    write_big(repo)


async def test_the_cursor_goes_from_step_to_step_and_folds(big: None, wb: Workbench) -> None:
    app = make_app(wb, first="workflows")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.6)
        await pilot.press("slash", *"big", "enter", "right_square_bracket", "tab", *"jjjj")
        pane = app.pane
        graph = pane.detail.graph  # type: ignore[union-attr]
        assert graph.step_path == "notes"
        await pilot.press("h")
        assert "collect" not in screen_text(app)
        await pilot.press("j")
        assert graph.step_path == "step_06"
        await pilot.press("k", "enter", "j")
        assert graph.step_path == "notes/collect"
        await pilot.press("G")
        await pilot.pause()
        assert "Which colour should the report have?" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["narrow", "wide"])
@pytest.mark.parametrize("keys", [(), ("G",)], ids=["top", "end"])
def test_the_big_workflow_looks(
    big: None, wb: Workbench, snap_compare: Any, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause(0.6)
        await pilot.press("slash", *"big", "enter", "right_square_bracket", "tab", *keys)
        await pilot.pause(0.5)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(make_app(wb, first="workflows"), terminal_size=size, run_before=before)
