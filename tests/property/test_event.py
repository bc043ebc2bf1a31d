from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladder_tui.domain.event import Event
from ladder_tui.store.event import decode_event, encode_event
from tests.property.event_strategy import EVENT_TYPES, structs

LENIENT = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: str(kind.__struct_config__.tag))
@given(data=st.data())
@LENIENT
def test_every_event_comes_back_from_json_as_it_was(data: st.DataObject, kind: type[Any]) -> None:
    event: Event = data.draw(structs(kind))
    row = encode_event(event, 1.0)
    assert decode_event(row.body) == event
    assert row.type == kind.__struct_config__.tag
    assert row.agent_id == (getattr(event, "agent_id", "") or "")


def test_every_event_has_a_tag_of_its_own_in_snake_case() -> None:
    tags = [str(kind.__struct_config__.tag) for kind in EVENT_TYPES]
    assert len(set(tags)) == len(tags)
    for kind, tag in zip(EVENT_TYPES, tags, strict=True):
        words = "".join("_" + c.lower() if c.isupper() else c for c in kind.__name__)
        assert tag == words.strip("_")


def test_an_event_with_fields_of_a_newer_ladder_is_still_read() -> None:
    body = b'{"type":"agent_started","agent_id":"a","mood":"good"}'
    assert getattr(decode_event(body), "agent_id", None) == "a"
    with pytest.raises(msgspec.ValidationError):
        decode_event(b'{"type":"agent_started"}')
