"""The command that a git hook or a schedule runs: one `ladder run`, as words and as shell text."""

from __future__ import annotations

import shlex

import msgspec


class TriggerCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What a trigger starts. Nothing in it is ever read by a shell as more than one word."""

    program: tuple[str, ...]
    """How ``ladder`` is called: its absolute path, or its name where the trigger is shared."""
    workflow: str
    trigger: str
    """What the run says it was started by: ``hook pre-push``, ``schedule``."""
    inputs: tuple[tuple[str, str], ...] = ()
    model: str = ""
    budget_usd: float | None = None
    is_sure: bool = False
    """Starts also above the confirm threshold; without it such a run ends with 2 and says so."""
    is_detached: bool = True

    def words(self) -> tuple[str, ...]:
        """The argument list."""
        found = [*self.program, "run", self.workflow]
        for key, value in self.inputs:
            found += ["-i", f"{key}={value}"]
        if self.model:
            found += ["--model", self.model]
        if self.budget_usd is not None:
            found += ["--budget-usd", f"{self.budget_usd:g}"]
        if self.is_sure:
            found.append("--yes")
        if self.is_detached:
            found.append("--detach")
        return (*found, "--trigger", self.trigger)

    def shell_text(self) -> str:
        """The argument list as one line for a POSIX shell, every word quoted where it needs it."""
        return shlex.join(self.words())
