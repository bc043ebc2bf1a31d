"""Stories of the Validation pane: verdicts, findings, decisions, and who said it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ladder_tui.domain.event import Event, FindingsMerged, GateFinished
from ladder_tui.domain.finding import MergedFinding
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.store.database import open_database
from ladder_tui.store.result import disposition_history
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import ASCII, UNICODE, Glyphs
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.ui.panes.validation import ValidationPane
from ladder_tui.workbench import Workbench
from tests.conftest import SCENARIOS, run_review
from tests.ui import story
from tests.ui.conftest import make_app, screen_text

WIDE, NARROW = (120, 40), (80, 24)
DB = "\n" * 37 + "def find(name):\n    cur = connect()\n\n    cur.execute(f'… {name}')\x1b[31m\n"
DEGRADED = GateResult(
    "bandit", "security", "degraded", 412, 264, skipped_count=148,
    skipped=(Skip("src/new.py", "the parser is of Python 3.11"),),
    reason="148 files were not analysed", tool="bandit 1.8", elapsed_s=9.7,
)  # fmt: skip


def pane_of(app: LadderApp) -> ValidationPane:
    pane = app.opened["validation"]
    assert isinstance(pane, ValidationPane)
    return pane


def more_findings() -> list[tuple[float, Event]]:
    """Three of one rule, one of them disputed, and two over the cap; a gate that skipped."""
    merged = []
    for line in (10, 20, 30):
        found = story.finding("D103", "documentation", "src/db.py", line, "no docstring")
        merged.append(MergedFinding(found, ("documentation",), 1, 5, {"documentation": "medium"}))
    found = story.SQL
    votes: Any = {"security": "high", "ruff-S": "medium"}
    merged.append(MergedFinding(found, ("ruff-S", "security"), 2, 5, votes, is_disputed=True))
    merged.append(MergedFinding(story.GHOST, ("security",), 1, 5, {"security": "medium"}))
    step = StepId("merge")
    return [
        (60.15, GateFinished(StepId("specialists"), DEGRADED, AgentId("specialists/security"))),
        (60.2, FindingsMerged(step, "union-dedup", 4, 5, ("documentation",), tuple(merged), 7, 2)),
    ]


@pytest.fixture
async def reviewed(empty_root: Path) -> Path:
    """Two finished reviews of a folder with one source file."""
    (empty_root / "src").mkdir()
    (empty_root / "src" / "db.py").write_text(DB, encoding="utf-8")
    ending = [pair for pair in story.ending() if not isinstance(pair[1], FindingsMerged)]
    whole = [*story.middle(), *ending[:-1], *more_findings(), ending[-1]]
    plain = [*story.middle(), *story.ending()]
    for number, events in ((1, plain), (2, whole)):
        start = story.T0 - 86_400 * (3 - number)
        opening = story.opening(number, empty_root)
        await story.write_run(empty_root, number, [*opening, *events], start=start)
    return empty_root


async def test_verdicts_findings_and_what_is_missing(reviewed: Path) -> None:
    wb = Workbench.open(reviewed)
    app = make_app(wb, first="validation")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        text = screen_text(app)
    wb.close()
    assert "review #2  ✗ fail   4 of 5 reviewed  ▴ missing: documentation" in text
    assert "▴1 degraded" in text
    assert "5 of 7 findings shown" in text
    assert "2 over the cap" in text
    assert "bandit" in text
    assert "264/412" in text
    assert "D103 documentation" in text
    assert "❯ 41      cur.execute(f'… {name}')" in text
    assert "2 of 5 agents agree" in text
    assert "severity disputed: security high, ruff-S medium" in text


async def test_a_gate_tells_what_it_skipped_and_why(reviewed: Path) -> None:
    wb = Workbench.open(reviewed)
    app = make_app(wb, first="validation")
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("shift+tab")
        gates = pane_of(app).gates
        gates.select("specialists/security:bandit")
        await pilot.press("enter")
        await pilot.pause()
        text = screen_text(app)
        await pilot.press("escape")
        assert pane_of(app).current_area == "findings"
    wb.close()
    assert "▴ bandit degraded" in text
    assert "264 of 412 files analysed" in text
    assert "src/new.py: the parser is of Python 3.11" in text
    assert "… 147 more" in text


async def test_dismissing_needs_a_reason_and_can_be_undone(reviewed: Path) -> None:
    wb = Workbench.open(reviewed)
    moment = [story.NOW]
    app = LadderApp(wb, clock=lambda: moment[0], first="validation", glyphs=UNICODE)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        moment[0] += 7
        await pilot.press("R", "enter")
        await pilot.pause()
        assert "write something first" in screen_text(app)
        await pilot.press(*"fixed", "enter")
        await pilot.pause()
        dismissed = screen_text(app)
        [given] = wb.findings.dispositions().values()
        await pilot.press("u")
        await pilot.pause()
        back = screen_text(app)
    wb.close()
    database = open_database(reviewed / ".ladder" / "ladder.db")
    history = [d.decision for d in disposition_history(database)]
    database.close()
    assert (given.decision, given.reason, given.decision_s) == ("dismissed", "fixed", 7.0)
    assert "4 of 7 findings shown" in dismissed
    assert "Dismissed S608 src/db.py:41" in dismissed
    assert "1 dismissed, f shows" in dismissed
    assert "5 of 7 findings shown" in back
    assert sorted(history) == ["dismissed", "reopened"]


async def test_a_heading_accepts_all_its_findings(reviewed: Path) -> None:
    wb = Workbench.open(reviewed)
    app = make_app(wb, first="validation")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane = pane_of(app)
        pane.findings.select("rule D103")
        await pilot.press("a")
        await pilot.pause()
        text = screen_text(app)
        await pilot.press("enter")
        folded = list(pane.findings.row_ids)
        await pilot.press("l")
        unfolded = list(pane.findings.row_ids)
    decisions = [d.decision for d in wb.findings.dispositions().values()]
    wb.close()
    assert decisions == ["accepted"] * 3
    assert text.count("✓ accepted") >= 3
    assert len(unfolded) == len(folded) + 3


async def test_facets_and_text_hide_findings_and_say_so(reviewed: Path) -> None:
    wb = Workbench.open(reviewed)
    app = make_app(wb, first="validation")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f", "j", "enter", "escape")
        await pilot.pause()
        lens = screen_text(app)
        await pilot.press("escape", "/", *"ghost", "enter")
        await pilot.pause()
        found = screen_text(app)
        await pilot.press("escape", "d")
        await pilot.pause()
        no_base = screen_text(app)
    wb.close()
    assert "3 of 7 findings shown" in lens
    assert "▴ only documentation" in lens
    assert "1 of 7 findings shown" in found
    assert "the run had no base" in no_base


async def test_older_and_newer_runs(reviewed: Path) -> None:
    wb = Workbench.open(reviewed)
    app = make_app(wb, first="validation")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("[")
        await pilot.pause()
        older = screen_text(app)
        await pilot.press("[")
        await pilot.pause()
        oldest = screen_text(app)
        await pilot.press("]")
        await pilot.pause()
        newer = screen_text(app)
    wb.close()
    assert "review #1" in older
    assert "oldest finished run" in oldest
    assert "review #2" in newer


async def test_the_agent_that_said_it_is_one_key_away(wb: Workbench) -> None:
    run_review(wb, SCENARIOS / "defect.yaml")
    app = make_app(wb, first="validation")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane = pane_of(app)
        invented = next(
            i for i, r in pane.findings.findings.items() if r.finding.rule == "invented"
        )
        pane.findings.select(invented)
        await pilot.pause()
        text = screen_text(app)
        await pilot.press("o")
        await pilot.pause(0.2)
        runs = app.pane
        assert isinstance(runs, RunsPane)
        assert runs.board.cursor_id == "specialists/security"
        assert runs.current_area == "detail"
    assert "unverified: it is not in the file" in text
    assert "os.system(user_input)" in text


async def test_without_a_run_the_next_step_is_named(empty_wb: Workbench) -> None:
    app = make_app(empty_wb, first="validation")
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        text = screen_text(app)
        await pilot.press("a", "R", "o", "d", "f", "[", "enter")
    assert "No finished run yet" in text
    assert "5 opens Workflows" in text
    assert "ladder run review -i path=src" in text


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    ("name", "keys"),
    [("findings", ()), ("detail", ("enter",)), ("gates", ("shift+tab",)), ("facets", ("f",)),
     ("dismiss", ("R",))],
)  # fmt: skip
def test_looks(
    reviewed: Path, snap_compare: Any, size: tuple[int, int], name: str, keys: tuple[str, ...]
) -> None:
    look(reviewed, snap_compare, size, keys, UNICODE)


def test_looks_in_ascii(reviewed: Path, snap_compare: Any) -> None:
    look(reviewed, snap_compare, WIDE, (), ASCII)


def look(
    root: Path, snap_compare: Any, size: tuple[int, int], keys: tuple[str, ...], glyphs: Glyphs
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await pilot.app.workers.wait_for_complete()
        await pilot.press(*keys)
        await pilot.pause()

    wb = Workbench.open(root)
    app = make_app(wb, first="validation", glyphs=glyphs)
    assert snap_compare(app, terminal_size=size, run_before=before)
    wb.close()
