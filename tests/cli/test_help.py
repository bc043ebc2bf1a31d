from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from ladder_tui.cli.command_table import COMMANDS
from ladder_tui.cli.main import root
from tests.cli.console import console, invoke


def command(path: str) -> click.Command:
    found: click.Command = root
    context = click.Context(root)
    for name in path.split():
        assert isinstance(found, click.Group)
        child = found.get_command(context, name)
        assert child is not None, path
        found = child
    return found


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_of_the_table_is_there_and_explains_itself(path: str) -> None:
    result = invoke(*path.split(), "--help")

    assert result.exit_code == 0
    assert f"Usage: root {path}" in result.stdout
    assert command(path).help


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_has_a_help_text(path: str) -> None:
    for param in command(path).params:
        if isinstance(param, click.Option):
            assert param.help, param.name


def test_help_imports_nothing_but_click() -> None:
    code = (
        "import sys; sys.argv = ['ladder', '--help']\n"
        "from ladder_tui.cli.main import root\n"
        "try: root.main()\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in"
        " {'msgspec', 'rich', 'textual', 'sqlite3', 'asyncio', 'yaml'}\n"
        " or m.startswith('ladder_tui.') and not m.startswith('ladder_tui.cli')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    assert done.stderr.strip() == "[]"


def test_the_program_is_installed() -> None:
    script = Path(sys.executable).parent / "ladder"
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ladder ")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["rnus"], "did you mean 'runs'?"),
        (["runs", "lst"], "did you mean 'list'?"),
        (["zzz"], "there are: init, doctor"),
        (["runs", "list", "--limt", "3"], "--limit"),
        (["run"], "Missing argument 'WORKFLOW'"),
    ],
)
def test_wrong_words_are_answered_with_the_right_ones(words: list[str], hint: str) -> None:
    result = invoke(*words)

    assert result.exit_code == 2
    assert hint in result.stderr
    assert "--help" in result.stderr
    assert result.stdout == ""


def test_a_group_without_a_command_shows_its_help() -> None:
    result = invoke("runs")

    assert result.exit_code == 2
    assert "watch" in result.stderr


def test_the_interface_needs_a_terminal(tmp_path: Path) -> None:
    done = console(tmp_path)

    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert list(tmp_path.iterdir()) == []
