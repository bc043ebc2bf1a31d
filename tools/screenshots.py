"""Regenerates screenshots/ from real runs: ``make screenshots``.

Writes the sample project of ``ladder demo`` into a temporary directory, reviews it on the embedded
model, and takes each pane as the interface draws it, the Runs pane while the agents are at work.
The question is one of the shipped workflow ``api-endpoint``, run on the scripted model.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from ladder_tui.cli.sample import write_sample
from ladder_tui.ui.app import LadderApp
from ladder_tui.workbench import RunOptions, Workbench

TOP = Path(__file__).parents[1]
OUT = TOP / "screenshots"
ASKS = TOP / "tests" / "data" / "scenarios" / "api_endpoint.yaml"
"""What the scripted model plans."""
WISH = {"description": "Find products of the catalogue by name"}
SIZE = (120, 34)
PRD = """\
# Search by name

## Intent
Customers find a product by typing a part of its name.

## Non-goals
- Ranking by popularity.

## Requirements
- FR-1 The search shall return every product whose name contains the typed text.
- FR-2 The search shall be fast.

## Success criteria
- SC-1 95 % of searches over 10,000 products answer within 200 ms.

## Constraints
- C-1 Never build SQL from input.
"""


def converter() -> str:
    """The program that turns SVG into PNG; ends with what to do where there is none."""
    found = shutil.which("rsvg-convert")
    if found is None:
        sys.exit("rsvg-convert is not installed; next: install the package librsvg2-bin")
    return found


def save(app: LadderApp, name: str) -> None:
    """Write what is on the screen as PNG."""
    # The font of Textual's SVG is loaded from the web; a local one must do.
    svg = app.export_screenshot(title="ladder").replace("Fira Code", "DejaVu Sans Mono")
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    png = OUT / f"{name}.png"
    subprocess.run([converter(), "-o", str(png)], input=svg.encode(), check=True)
    print(f"screenshots/{name}.png", file=sys.stderr)


async def press(pilot: Pilot[int], *keys: str, wait_s: float = 0.8) -> None:
    """Press keys and let the panes settle."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause(0.1)
    await pilot.pause(wait_s)


async def take(root: Path) -> None:
    """Take every screenshot."""
    wb = Workbench.open(root)
    prd = wb.prds.new("Search by name")
    prd.write_text(PRD)
    app = LadderApp(wb)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1.5)
        save(app, "workflows")
        run_id = wb.runs.start("review", {}, RunOptions(model="local"))
        await press(pilot, "6", wait_s=1.0)
        for _ in range(400):
            feed_states = [e.event for e in wb.runs.events(run_id, limit=10_000)]
            started = sum(type(e).__name__ == "TurnStarted" for e in feed_states)
            finished = sum(type(e).__name__ == "AgentFinished" for e in feed_states)
            if started >= 4 and finished >= 1:
                break
            await pilot.pause(0.05)
        await press(pilot, "enter", wait_s=0.5)
        save(app, "runs-live")
        while wb.runs.get(run_id).state in ("queued", "running"):
            await pilot.pause(0.2)
        while wb.runs.is_alive(run_id):
            await pilot.pause(0.2)
        await pilot.pause(1.5)
        save(app, "runs")
        await press(pilot, "7", wait_s=1.5)
        save(app, "validation")
        await press(pilot, "3", wait_s=1.0)
        await press(pilot, "enter", wait_s=1.0)
        save(app, "prds")
        await press(pilot, "escape", "escape")
        app.go_to("skills", "review-security")
        await pilot.pause(1.5)
        save(app, "skills")
        await take_question(app, pilot, wb)
    wb.close()


async def take_question(app: LadderApp, pilot: Pilot[int], wb: Workbench) -> None:
    """Take a workflow as it is drawn, and the question that a run of it puts."""
    app.go_to("workflows", "security-review")
    await pilot.pause(1.0)
    await press(pilot, "right_square_bracket")
    save(app, "graph")
    run_id = wb.runs.start("api-endpoint", WISH, RunOptions(model=f"scripted/{ASKS}"))
    app.open_run(run_id)
    while not wb.runs.questions():
        await pilot.pause(0.2)
    await pilot.pause(1.5)
    await press(pilot, "ctrl+g", wait_s=1.0)
    save(app, "question")
    await press(pilot, "escape")
    wb.runs.cancel(run_id)
    while wb.runs.is_alive(run_id):
        await pilot.pause(0.2)


def main() -> None:
    """Make the sample, review it, take the pictures."""
    converter()
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        write_sample(root)
        if not (root / ".git").exists():
            git = shutil.which("git") or "git"
            who = ["-c", "user.name=ladder", "-c", "user.email=ladder@localhost"]
            subprocess.run([git, "init", "-q", "-b", "main"], cwd=root, check=True)
            subprocess.run([git, "add", "-A"], cwd=root, check=True)
            subprocess.run([git, *who, "commit", "-qm", "start"], cwd=root, check=True)
        asyncio.run(take(root))


if __name__ == "__main__":
    main()
