"""Garbage collection around the first frame, and around reading what stays.

Starting makes a hundred thousand objects, and nearly all of them, classes and functions, stay to
the end. A collector that walks through them again and again while they are made finds nothing and
takes a tenth of the time. A library of thousands of skills is as many objects again, and a walk
through them between a key and what it draws is felt.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def pause_collection() -> None:
    """Collect nothing until ``resume_collection``."""
    gc.disable()


def resume_collection() -> None:
    """Collect again, without what was made during the pause; without a pause nothing changes."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextmanager
def lasting() -> Iterator[None]:
    """What is made within stays for long: it is collected once at the end and walked no more.

    Collecting first keeps garbage from lasting too. What is frozen is still freed as soon as
    nothing refers to it; only cycles are not looked for. Works in any thread, and in several at
    once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        if gc.isenabled():  # else who paused it freezes what there is
            gc.collect()
            gc.freeze()
