"""From a key typed into the filter to the painted list, over 2,000 skills.

The real application runs headless over a repository with 2,000 SKILL.md of real length; the filter
searches names, descriptions and bodies. The clock stops when the frame with the list for what
was typed is composed; a headless application writes it to no terminal. Milliseconds.

As in the program itself (``ladder_tui.__main__``), garbage is not collected until the first frame.
Without that the collector would walk, between two keys, through modules that the program set
aside when it started: a wait that nobody feels who uses it.

    python -m bench.skills_filter [--skills 2000] [--words 12]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from bench.table import Row, print_table
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.collection import pause_collection
from ladder_tui.ui.panes.skills import SkillsPane
from ladder_tui.workbench import Workbench

TARGET_MS = 50.0
SIZE = (120, 40)
KEY_EVERY_S = 0.08
VERBS = ("review", "audit", "find", "fix", "write", "plan", "test", "document", "trace", "measure")
NOUNS = ("sql", "cache", "queue", "route", "login", "order", "invoice", "report", "index", "retry")
TYPED = ("sql", "review", "owner of a row", "queue fix", "zzz", "order", "the guard", "plan login",
         "measure", "a", "invoice cache", "raise")  # fmt: skip


def write_library(root: Path, skills: int) -> None:
    """Skills of 40 to 120 lines with words of a small vocabulary."""
    chance = random.Random(11)
    words = [*VERBS, *NOUNS, "the", "owner", "of", "a", "row", "guard", "raises", "when", "call"]
    for number in range(skills):
        verb, noun = chance.choice(VERBS), chance.choice(NOUNS)
        name = f"{verb}-{noun}-{number:04d}"
        folder = root / ".ladder" / "skills" / name
        folder.mkdir(parents=True)
        lines = [" ".join(chance.choices(words, k=9)) for _ in range(chance.randint(40, 120))]
        head = f"---\nname: {name}\ndescription: {verb} the {noun} of the shop\n---\n"
        (folder / "SKILL.md").write_text(f"{head}# {verb} {noun}\n\n" + "\n".join(lines))


async def measure(root: Path, words: int) -> list[float]:
    """Milliseconds of each key from its arrival to the drawn list."""
    pause_collection()  # until the first frame is drawn
    workbench = Workbench.open(root)
    app = LadderApp(workbench, first="skills")
    waits: list[float] = []
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, SkillsPane)
        while not pane.shelf.rows:
            await pilot.pause(0.05)
        await pilot.pause(0.5)
        painted, wanted, render = asyncio.Event(), "", pane.skill_list.render_lines

        def noted_render(crop: Region) -> list[Strip]:
            strips = render(crop)
            if pane.skill_list.filter.text == wanted:
                painted.set()
            return strips

        pane.skill_list.render_lines = noted_render  # type: ignore[method-assign]
        await pilot.press("/")
        for word in TYPED[:words]:
            for end in range(1, len(word) + 1):
                character = word[end - 1]
                wanted = word[:end].strip()
                painted.clear()
                started = time.perf_counter()
                key = "space" if character == " " else character
                app.post_message(events.Key(key, character))
                if character != " ":
                    await asyncio.wait_for(painted.wait(), 5)
                    waits.append((time.perf_counter() - started) * 1_000)
                await asyncio.sleep(KEY_EVERY_S)
            await pilot.press(*["backspace"] * len(word))
    workbench.close()
    return sorted(waits)


def run(skills: int = 2_000, words: int = len(TYPED)) -> list[Row]:
    """The promise about the filter."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_library(root, skills)
        waits = asyncio.run(measure(root, words))
    p95 = waits[int(len(waits) * 0.95)]
    label = f"filter key to list, {skills} skills, p95 ms"
    return [Row(label, p95, TARGET_MS, p95 / TARGET_MS, "<= 50 ms", p95 <= TARGET_MS)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="filter of the skill library")
    parser.add_argument("--skills", type=int, default=2_000)
    parser.add_argument("--words", type=int, default=len(TYPED))
    args = parser.parse_args()
    print_table(run(args.skills, args.words))


if __name__ == "__main__":
    main()
