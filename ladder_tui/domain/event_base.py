"""What every event is built on."""

from __future__ import annotations

import msgspec


class EventBase(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True, gc=False):
    """What all events share: frozen, tagged by ``type``, defaults left out of the JSON.

    Immutable trees of JSON hold no cycles, so the garbage collector need not walk them.
    """
