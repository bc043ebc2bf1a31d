"""``ladder doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import EXIT_DONE, EXIT_FAILED
from ladder_tui.cli.terminal import Part, Printer, full, print_json
from ladder_tui.cli.wording import state_part
from ladder_tui.config import find_root, load_config
from ladder_tui.errors import ConfigError
from ladder_tui.workbench.doctor import Check, examine
from ladder_tui.workbench.project import Project


@click.command()
@json_option
def doctor(is_json: bool) -> int:
    """Look at this machine and this repository, and say how to fix what is not right.

    Ends with 1 when something is missing that Ladder does not work without.
    """
    checks = _examine(find_root(Path.cwd()))
    if is_json:
        print_json({"checks": full(checks)})
    else:
        out = Printer()
        rows: list[list[Part]] = [
            [check.name, state_part(out.glyphs, check.state), check.detail] for check in checks
        ]
        out.table(["what", "state", "detail"], rows)
        for check in checks:
            if check.fix:
                style = "dim" if check.state == "ok" else "warn"
                out.line((f"{check.name}: ", style), check.fix)
    return EXIT_FAILED if any(check.state == "missing" for check in checks) else EXIT_DONE


def _examine(root: Path) -> Sequence[Check]:
    """All checks; a workbench that cannot be opened is what they are there to explain."""
    try:
        config = load_config(root)
    except ConfigError as error:
        return [Check("configuration", "missing", f"{error.what}: {error.why}", error.next_step)]
    return examine(Project(root), config)
