"""A repository with skills, agents and commands of every state, for stories and pictures."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.skills import SkillsPane

WIDE, NARROW, LARGE = (120, 40), (80, 24), (200, 50)
MINE = ".ladder/skills/zz-mine/SKILL.md"
WARNED = ".ladder/skills/zz-warned/SKILL.md"
MINE_TEXT = """\
---
name: zz-mine
description: Finds mine, row by row, when owners change.
allowed-tools: Read, Grep
---
# Mine

Do **this**, then `that`. See [a page](http://localhost/x).

## Owners

- every row has one owner

```python
def f(x):
    return x
```

> red \x1b[31m
"""
FILES: dict[str, str | bytes] = {
    MINE: MINE_TEXT,
    WARNED: (
        "---\nname: zz-warned\ndescription: Uses a gizmo that nobody has.\n"
        "allowed-tools: Read, Grpe\n---\n# Warned\n\nLook for wobbly words.\n"
    ),
    ".ladder/skills/zz-broken/SKILL.md": (
        "---\nname: zz-broken\ndescription: &a [x]\nother: *a\n---\nBody.\n"
    ),
    ".claude/skills/zz-mine/SKILL.md": (
        "---\nname: zz-mine\ndescription: The weaker one of the name.\n---\nHidden.\n"
    ),
    ".claude/agents/reviewer.md": (
        "---\nname: reviewer\ndescription: Reviews what changed.\ntools: Read, Grep\n"
        "model: haiku\n---\nReview the change.\n"
    ),
    ".claude/commands/db/rollback.md": (
        "---\ndescription: Rolls a migration back.\nallowed-tools: Bash(git:*)\n---\nRoll back.\n"
    ),
    ".claude/plugins/kit/.claude-plugin/plugin.json": '{"name": "kit", "version": "1.0.0"}',
    ".claude/plugins/kit/skills/kit-pay/SKILL.md": (
        "---\nname: kit-pay\ndescription: Checks payments.\n---\nPay attention.\n"
    ),
    ".claude/plugins/kit/agents/kit-agent.md": (
        "---\nname: kit-agent\ndescription: Pays.\ntools: Read\n---\nPay.\n"
    ),
}


def write_library(root: Path) -> None:
    """Write all of them below ``root``."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


async def settle(pilot: Pilot[int], seconds: float = 0.3) -> None:
    """Wait for what is debounced, the workers and the drawing."""
    await pilot.pause(seconds)
    for _ in range(2):
        # One that lapses because a newer one started is no failure, so they are not awaited.
        while any(worker.is_running for worker in pilot.app.workers):
            await pilot.pause(0.02)
        await pilot.pause()


def pane_of(app: LadderApp) -> SkillsPane:
    """The pane."""
    pane = app.opened["skills"]
    assert isinstance(pane, SkillsPane)
    return pane


def hold_still(app: LadderApp) -> None:
    """Nothing blinks."""
    pane = pane_of(app)
    pane.detail.editor.cursor_blink = False
    for screen in app.screen_stack:
        for field in screen.query(Input):
            field.cursor_blink = False
