"""What the palette offers besides actions: runs, skills, workflows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ladder_tui.errors import LadderError
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.run_cells import ago, run_word

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

RUNS = 30


class Entry(NamedTuple):
    """One thing the palette can do."""

    id: str
    kind: str
    label: str
    detail: str
    key: str
    reason: str
    """Why it cannot be done now; empty when it can."""
    run: Callable[[], None]


def object_entries(app: Host) -> list[Entry]:
    """Runs, workflows and skills; what cannot be read is said and left out."""
    panes = {spec.id for spec in app.panes}
    entries: list[Entry] = []
    for pane, source in (("runs", _runs), ("workflows", _workflows), ("skills", _skills)):
        if pane in panes:
            try:
                entries += source(app)
            except LadderError as error:
                app.say_error(error)
    return entries


def _runs(app: Host) -> Iterator[Entry]:
    now = app.clock()
    for run in app.workbench.runs.list(RUNS):
        label = f"#{run.number} {clean_line(run.workflow)}"
        detail = f"{run_word(run.state, run.verdict)}, {ago(now - run.created_at)}"
        yield Entry(
            f"run {run.run_id}", "run", label, detail, "", "", partial(app.open_run, run.run_id)
        )


def _workflows(app: Host) -> Iterator[Entry]:
    for entry in app.workbench.workflows.list():
        name = clean_line(entry.name)
        go = partial(app.go_to, "workflows", entry.name)
        yield Entry(f"workflow {name}", "workflow", name, entry.origin, "", "", go)


def _skills(app: Host) -> Iterator[Entry]:
    for skill in app.workbench.skills.list():
        name = clean_line(skill.name)
        go = partial(app.go_to, "skills", skill.name)
        detail = clean_line(skill.description)
        yield Entry(f"skill {name}", "skill", name, detail, "", "", go)
