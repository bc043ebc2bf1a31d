"""What a front door asks of a runner. Each is applied once and acknowledged by an event."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.ids import AgentId


class Pause(msgspec.Struct, frozen=True, tag_field="type", tag="pause"):
    """Start no further model call; calls in flight finish."""


class Continue(msgspec.Struct, frozen=True, tag_field="type", tag="continue"):
    """Go on after a pause."""


class CancelRun(msgspec.Struct, frozen=True, tag_field="type", tag="cancel_run"):
    """Stop everything; what is finished stays."""


class CancelAgent(msgspec.Struct, frozen=True, tag_field="type", tag="cancel_agent"):
    """Stop one agent; the others go on."""

    agent_id: AgentId


Command = Pause | Continue | CancelRun | CancelAgent
