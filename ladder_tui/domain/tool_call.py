"""How the input of a tool call is told in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SUBJECTS = ("file_path", "command")
"""Inputs that say what a call is about; told before texts that may be pages long."""


def told_inputs(values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The inputs of a call as they are told: what it is about first, the rest as given."""
    return sorted(values.items(), key=lambda pair: pair[0] not in SUBJECTS)


def call_subject(values: Mapping[str, Any]) -> str:
    """What a call is about: its file or command, else its first text. Untrusted."""
    return next((value for _, value in told_inputs(values) if isinstance(value, str)), "")
