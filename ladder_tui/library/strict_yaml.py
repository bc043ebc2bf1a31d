"""The adapter to strictyaml, the subset of YAML that the Agent Skills reference library reads."""

from __future__ import annotations

from typing import Any

import msgspec


class StrictFault(msgspec.Struct, frozen=True):
    """Why a text is not strict YAML."""

    line: int
    """Of the text, from 0."""
    message: str


def load_strict(text: str) -> Any | StrictFault:
    """The document as mappings, lists and texts. Never raises for what is in it."""
    # Deferred: it takes a quarter of a second to import.
    import strictyaml

    try:
        return strictyaml.load(text).data
    except strictyaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", "") or str(error).partition("\n")[0]
        return StrictFault(mark.line if mark is not None else 0, str(reason))
    # Its parser breaks in many ways on hostile text, and the reference library with it.
    except Exception as error:  # noqa: BLE001
        return StrictFault(0, f"the parser gives up: {type(error).__name__}")
