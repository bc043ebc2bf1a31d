"""Groups of commands that import a command's module when it is used."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from ladder_tui.cli.command_table import children


class LazyGroup(click.Group):
    """A group made from the command table; ``path`` is its full name, empty for the root."""

    def __init__(self, path: str, **attributes: Any) -> None:
        super().__init__(name=path.rpartition(" ")[2] or None, **attributes)
        self.path = path
        self._entries = children(path)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of the table."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now; None for a name that is not there."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        if not entry.target:
            return LazyGroup(f"{self.path} {cmd_name}".strip(), help=entry.help)
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(f"ladder_tui.cli.{module}"), attribute)
        command.name = cmd_name
        command.short_help = entry.help
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or fail naming the nearest one."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is not None or ctx.resilient_parsing:
            return name, command, args[1:]
        if name.startswith("-"):
            self.parse_args(ctx, args)  # raises: click words it, with the nearest option
        near = get_close_matches(name, self._entries, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "there are: " + ", ".join(self._entries)
        raise click.UsageError(f"there is no command {name!r}; {hint}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self._entries.items()])
