"""A block in a hook comes and goes without touching another byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.library.hook_block import hook_block, is_empty_hook, put_block, take_block
from ladder_tui.library.trigger_command import TriggerCommand

COMMAND = TriggerCommand(program=("ladder",), workflow="review", trigger="hook pre-push")
BLOCK = hook_block("pre-push", COMMAND, ".")


def test_a_new_hook_is_a_script_and_empty_without_its_block() -> None:
    made = put_block(None, "review", BLOCK)
    assert made.startswith(b"#!/bin/sh\n# >>> ladder review >>>\n")
    bare = take_block(made, "review")
    assert bare is not None
    assert is_empty_hook(bare)


@given(
    st.sampled_from([b"#!/bin/sh", b"#!/usr/bin/env bash", b"#! /bin/dash -e", b"#!/usr/bin/zsh"]),
    st.binary(max_size=300),
)
def test_taking_out_gives_back_every_byte(shebang: bytes, rest: bytes) -> None:
    before = shebang + b"\n" + rest
    assert take_block(put_block(before, "review", BLOCK), "review") == before


def test_a_second_block_of_the_workflow_takes_the_place_of_the_first() -> None:
    once = put_block(b"#!/bin/sh\nexit 0\n", "review", BLOCK)
    assert put_block(once, "review", BLOCK) == once


def test_blocks_of_two_workflows_live_side_by_side() -> None:
    other = hook_block(
        "pre-push", TriggerCommand(program=("ladder",), workflow="x", trigger=""), ""
    )
    both = put_block(put_block(b"#!/bin/sh\ntrue\n", "review", BLOCK), "x", other)
    assert take_block(both, "review") == put_block(b"#!/bin/sh\ntrue\n", "x", other)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"#!/usr/bin/env python3\nprint()\n", "no shell script"),
        (b"\x7fELF\x02\n\x00", "no shell script"),
        (b"", "no shell script"),
        (b"#!/bin/sh", "no end"),
    ],
)
def test_a_hook_that_cannot_take_a_block_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        put_block(content, "review", BLOCK)
