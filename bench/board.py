"""The board of agents against a DataTable doing the same: how long does the event loop wait?

Both show the same cards, changed 20 times a second for each agent and drawn at the frame tick.
A probe on the same loop sleeps for 5 ms again and again; what it oversleeps is the lag a key
press would see. Milliseconds, 95th percentile, headless at 120x40, one process per measurement.

    python -m bench.board [--agents 1000] [--seconds 4]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import subprocess
import sys
import time
from collections.abc import Callable

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from bench.table import Row, print_table
from ladder_tui.domain.event import LiveRow
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.ui.format import age, count, money, percent
from ladder_tui.ui.glyphs import UNICODE
from ladder_tui.ui.theme import DARK, build_styles
from ladder_tui.ui.widgets.board import Board
from ladder_tui.ui.widgets.board_cells import Moment, activity_text

FRAMES_PER_S = 15
EVENTS_PER_S = 20
"""For each agent."""
PROBE_S = 0.005
ACTIVITIES = ("generating", "waiting for model", "Grep for .* in src/", "Read src/db.py")
VARIANTS = 16
SIZE = (120, 40)


class Swarm:
    """Agents at work, changed by events; a quarter of a percent changes state each second."""

    def __init__(self, agents: int) -> None:
        self.random = random.Random(7)
        self.start = time.time()
        self.version = 0
        self.cards: dict[AgentId, AgentCard] = {}
        for n in range(agents):
            agent_id = AgentId(f"map/shard-{n:04d}")
            self.cards[agent_id] = AgentCard(
                agent_id=agent_id, step_id=StepId("map"), name=f"shard-{n:04d}", state="running",
                agent_attempt=1, usage=Usage(7_000, 300, 6_000), cost=Cost(40_000_000),
                context_tokens=13_000, context_window=200_000, token_limit=60_000,
                started_at=self.start, last_event_at=self.start,
            )  # fmt: skip
        self._order = list(self.cards.values())
        self._rows = [
            [LiveRow(card.agent_id, ACTIVITIES[n % 4], self.start, 16 * n) for n in range(VARIANTS)]
            for card in self._order
        ]
        self._picks = [self.random.randrange(agents) for _ in range(100_003)]
        self._next = 0

    def step(self, seconds: float) -> list[AgentCard]:
        """Apply the events of some seconds; returns the cards that changed.

        Costs next to nothing itself: what is measured is the drawing.
        """
        picks, order, rows, at = self._picks, self._order, self._rows, self._next
        changed: dict[int, AgentCard] = {}
        for _ in range(int(len(order) * EVENTS_PER_S * seconds)):
            at = (at + 1) % len(picks)
            place = picks[at]
            card = order[place]
            card.live = rows[place][at % VARIANTS]
            changed[place] = card
        self._next = at
        for card in self.random.sample(order, max(1, len(order) // 6_000)):
            card.state = "done" if card.state == "running" else "running"
        self.version += 1
        return list(changed.values())


class BoardApp(App[None]):
    """Our board."""

    def __init__(self, swarm: Swarm) -> None:
        super().__init__()
        self.swarm = swarm
        self.look = build_styles(DARK.to_color_system().generate() | DARK.variables)
        self.glyphs = UNICODE
        self.touched_at = float("-inf")
        self.clock = time.time

    def compose(self) -> ComposeResult:
        yield Board()

    def frame(self, seconds: float) -> None:
        self.swarm.step(seconds)
        moment = Moment(time.time(), True)
        self.query_one(Board).show(self.swarm.cards, self.swarm.version, moment)


class TableApp(App[None]):
    """The same in a DataTable: every changed cell of every changed agent."""

    COLUMNS = (
        "agent",
        "activity",
        "age",
        "in",
        "out",
        "cache",
        "$",
        "ctx",
        "budget",
        "try",
        "find",
    )

    def __init__(self, swarm: Swarm) -> None:
        super().__init__()
        self.swarm = swarm

    def compose(self) -> ComposeResult:
        yield DataTable[str]()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in self.COLUMNS:
            table.add_column(column, key=column, width=20 if column == "activity" else 10)
        for card in self.swarm.cards.values():
            table.add_row(card.name, *self.cells(card), key=card.agent_id)

    def cells(self, card: AgentCard) -> tuple[str, ...]:
        moment = Moment(time.time(), True)
        usage = card.usage
        return (
            activity_text(card, moment), age(moment.now - card.activity_at),
            count(usage.input_tokens), f"~{count(usage.output_tokens + card.partial_tokens)}",
            count(usage.cache_read_input_tokens), money(card.cost),
            percent(card.context_tokens, card.context_window),
            percent(usage.total_tokens + card.partial_tokens, card.token_limit),
            str(card.agent_attempt), str(card.findings),
        )  # fmt: skip

    def frame(self, seconds: float) -> None:
        table = self.query_one(DataTable)
        for card in self.swarm.step(seconds):
            texts = self.cells(card)
            for column in ("activity", "age", "out", "budget"):
                text = texts[self.COLUMNS.index(column) - 1]
                table.update_cell(card.agent_id, column, text)


async def measure(app: BoardApp | TableApp, seconds: float) -> float:
    """95th percentile of the probe's lag in milliseconds."""
    lags: list[float] = []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        last = time.perf_counter()

        def tick(frame: Callable[[float], None]) -> None:
            nonlocal last
            now = time.perf_counter()
            frame(min(0.2, now - last))
            last = now

        timer = app.set_interval(1 / FRAMES_PER_S, lambda: tick(app.frame))
        await asyncio.sleep(0.5)
        gc.collect()
        until = time.perf_counter() + seconds
        while (before := time.perf_counter()) < until:
            await asyncio.sleep(PROBE_S)
            lags.append((time.perf_counter() - before - PROBE_S) * 1_000)
        timer.stop()
    lags.sort()
    return lags[int(len(lags) * 0.95)]


def run_one(kind: str, agents: int, seconds: float) -> float:
    """Measure in a process of its own, so that neither warms or burdens the other."""
    words = [sys.executable, "-m", "bench.board", "--one", kind]
    words += ["--agents", str(agents), "--seconds", str(seconds)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def run(agents: int = 1_000, seconds: float = 4.0) -> list[Row]:
    """The promises about the board."""
    ours = run_one("board", agents, seconds)
    reference = run_one("table", agents, seconds)
    many = run_one("board", agents * 4, seconds)
    ratio = ours / reference
    flat = many / ours
    return [
        Row(f"board of {agents}, lag p95 ms", ours, reference, ratio, "<= 0.2", ratio <= 0.2),
        Row(f"board of {agents * 4}, lag p95 ms", many, ours, flat, "<= 1.5", flat <= 1.5),
    ]


def main() -> None:
    """Print the table, or with ``--one`` the figure of one measurement."""
    parser = argparse.ArgumentParser(description="board of agents against DataTable")
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--one", choices=("board", "table"))
    args = parser.parse_args()
    if args.one:
        swarm = Swarm(args.agents)
        app = BoardApp(swarm) if args.one == "board" else TableApp(swarm)
        print(asyncio.run(measure(app, args.seconds)))
        return
    print_table(run(args.agents, args.seconds))


if __name__ == "__main__":
    main()
