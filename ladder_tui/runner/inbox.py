"""The commands of a run: read from its database, applied once, acknowledged."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from ladder_tui.domain.command import AnswerQuestion, Interject
from ladder_tui.domain.event import CommandApplied, Event
from ladder_tui.domain.ids import CommandId, RunId
from ladder_tui.errors import StoreError
from ladder_tui.runner.control import Control
from ladder_tui.store import command as command_rows
from ladder_tui.store.database import Database


class Inbox:
    """Hands commands to the control of a run."""

    def __init__(
        self,
        database: Database,
        run_id: RunId,
        control: Control,
        emit: Callable[[Event], None],
    ) -> None:
        self._database = database
        self._run_id = run_id
        self._control = control
        self._emit = emit
        self.seen_answers: set[CommandId] = set()
        """Answers that were there while this runner still looked."""
        self._taken: set[CommandId] = set()
        """What a person said that was handed on and is not safe yet."""

    def apply_pending(self) -> None:
        """Apply what was sent since the last call. Raises StoreError."""
        for command_id, command in command_rows.pending(self._database, self._run_id):
            if isinstance(command, AnswerQuestion | Interject):
                self._hand_over(command_id, command)
            elif command_rows.mark_applied(self._database, command_id, time.time()):
                self._control.apply(command_id, command)

    def _hand_over(self, command_id: CommandId, command: AnswerQuestion | Interject) -> None:
        """Hand on what a person said. It stays pending until it is safe: a kill cannot lose it."""
        if isinstance(command, AnswerQuestion):
            self.seen_answers.add(command_id)
        if command_id in self._taken:
            return

        def settle(outcome: str) -> None:
            # What was said is safe by now; a busy database must not end the run over this.
            with contextlib.suppress(StoreError):
                command_rows.mark_applied(self._database, command_id, time.time(), outcome)
            name = str(type(command).__struct_config__.tag)
            agent_id = command.agent_id if isinstance(command, Interject) else None
            self._emit(CommandApplied(command_id, name, outcome, agent_id))

        if isinstance(command, Interject):
            self._taken.add(command_id)
            self._control.interject(command, settle)
        elif self._control.answer(command, settle):
            self._taken.add(command_id)
