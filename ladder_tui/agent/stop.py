"""Why an agent stops before its result: the one exception of its loop, and what becomes one."""

from __future__ import annotations

import traceback

from ladder_tui.agent.budget import AgentLimitError
from ladder_tui.agent.workspace import WorkspaceError
from ladder_tui.domain.event import FailureKind
from ladder_tui.errors import BudgetError, LadderError, ModelError


class Stop(Exception):  # noqa: N818 - control flow of the loop, never seen outside
    """An agent stops: the kind for programs, the reason for people."""

    def __init__(self, failure: FailureKind, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure
        self.reason = reason


def stop_of(error: Exception) -> Stop:
    """Turn what an agent's work raised into why it stops. A bug takes no other agent along."""
    match error:
        case Stop():
            return error
        case AgentLimitError():
            return Stop("limit", f"{error.what}: {error.why}")
        case BudgetError():
            return Stop("budget", f"{error.what}: {error.why}")
        case ModelError():
            return Stop("provider", f"{error.kind}: {error.what}")
        case WorkspaceError():
            return Stop("tool", f"{error.what}: {error.why}" if error.why else error.what)
        case LadderError():
            return Stop("crash", error.what)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Stop("crash", f"{type(error).__name__}: {error} (at {frame.name}:{frame.lineno})")
