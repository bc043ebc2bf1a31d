"""docs/cli.md and the program say the same."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from ladder_tui.cli.command_table import COMMANDS
from ladder_tui.cli.main import root
from tests.cli.test_help import command

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
HEADING = re.compile(r"^##+ `ladder ?([a-z ]*?)(?: [A-Z\[].*)?`$", re.MULTILINE)


def sections() -> dict[str, str]:
    found = list(HEADING.finditer(TEXT))
    ends = [match.start() for match in found[1:]] + [len(TEXT)]
    return {m[1].strip(): TEXT[m.end() : end] for m, end in zip(found, ends, strict=True)}


def options(entry: click.Command) -> set[str]:
    return {
        name
        for param in entry.params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
        if name not in ("--help", "-h")
    }


def test_every_command_is_documented_and_no_other() -> None:
    assert sections().keys() == {"", *COMMANDS}


@pytest.mark.parametrize("path", ["", *COMMANDS])
def test_every_option_is_documented_and_no_other(path: str) -> None:
    entry = command(path) if path else root
    spelled = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", _bullets(sections()[path]))
    named = {word for word in spelled if word not in ("--help", "-h")}
    assert named >= options(entry)
    assert named <= options(entry) | {"--record", "--detach", "--no-tui"}


def _bullets(section: str) -> str:
    """The option list of a section."""
    return section[section.index("\n* ") :] if "\n* " in section else ""


def test_every_exit_code_is_documented() -> None:
    for code in (0, 1, 2, 3, 4, 5, 141):
        assert f"\n| {code} | " in TEXT
