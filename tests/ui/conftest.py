"""The real application over a real workbench whose journals tell a fixed story."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from textual.events import Key

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.glyphs import UNICODE, Glyphs
from ladder_tui.workbench import Workbench
from tests.ui import story


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the terminal that runs the tests changes what is drawn."""
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert os.environ.get("NO_COLOR") is None


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What an application set aside for its life is garbage after the test."""
    yield
    gc.unfreeze()


@pytest.fixture
def empty_root(tmp_path: Path) -> Path:
    """A folder called ``shop`` without runs."""
    root = tmp_path / "shop"
    (root / ".ladder").mkdir(parents=True)
    return root


@pytest.fixture
async def story_root(empty_root: Path) -> AsyncIterator[Path]:
    """Three finished reviews, one whose runner is gone, one at work for 47 seconds."""
    root = empty_root
    whole = [*story.middle(), *story.ending()]
    for number in (1, 2, 3):
        start = story.T0 - 86_400 * (4 - number)
        await story.write_run(root, number, [*story.opening(number, root), *whole], start=start)
    cut = [pair for pair in story.middle() if pair[0] < 30]
    opening = [*story.opening(4, root), *cut]
    await story.write_run(root, 4, opening, start=story.T0 - 3_600)
    begun = [*story.opening(5, root), *story.middle()]
    _, lock = await story.write_run(root, 5, begun, live=True)
    yield root
    if lock is not None:
        lock.release()


@pytest.fixture
def story_wb(story_root: Path) -> Iterator[Workbench]:
    """The workbench over the story."""
    workbench = Workbench.open(story_root)
    yield workbench
    workbench.close()


@pytest.fixture
def empty_wb(empty_root: Path) -> Iterator[Workbench]:
    """The workbench of a repository in which nothing happened yet."""
    workbench = Workbench.open(empty_root)
    yield workbench
    workbench.close()


def make_app(
    workbench: Workbench,
    *,
    first: str = "runs",
    glyphs: Glyphs = UNICODE,
    theme: str = "ladder-dark",
) -> LadderApp:
    """The application at the moment of the story."""
    return LadderApp(workbench, clock=lambda: story.NOW, first=first, glyphs=glyphs, theme=theme)


_KEYS = {" ": "space", "#": "number_sign"}


def screen_text(app: LadderApp) -> str:
    """What is on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def type_without_pause(app: LadderApp, text: str, key: str) -> None:
    """Type a text and press a key in one go: they all wait in the application's queue."""
    for character in text:
        app.post_message(Key(_KEYS.get(character, character), character))
    app.post_message(Key(key, None))
