"""``ladder.yaml`` beside a SKILL.md: what Ladder needs and the standard does not know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Tier
from ladder_tui.library.json_schema import schema_fault
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.text_file import FileFault, decode_text
from ladder_tui.library.typed_decode import decode
from ladder_tui.library.yaml_document import YamlDocument, YamlPath, parse_yaml

SIDECAR_NAME = "ladder.yaml"
SIDECAR_LIMIT = 256 * 1024
"""Largest file in bytes."""


class Sidecar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ``ladder.yaml``."""

    lens: str = ""
    evidence: tuple[str, ...] = ()
    """Names of the gates whose findings the agent starts from."""
    outputs: dict[str, Any] | None = None
    """JSON Schema of the agent's structured output."""
    inputs: dict[str, Any] | None = None
    """JSON Schema of what a step hands to the skill."""
    uses: tuple[str, ...] = ()
    """Names of the skills it is composed of, in order."""
    tier: Tier = ""
    """Kind of model that is enough for the skill."""


def parse_sidecar(
    data: bytes, shown: str, gates: Collection[str] | None
) -> tuple[Sidecar, list[Problem], tuple[int, ...]]:
    """Read the bytes of a sidecar shown to people as ``shown``. Never raises.

    ``gates`` are the names that ``evidence`` may hold; None leaves them unchecked. Gives the line
    of each name of ``uses`` too: whether there is such a skill, only the library knows.
    """
    text = decode_text(data)
    if isinstance(text, FileFault):
        return Sidecar(), [Problem(shown, text.line, "S020", text.message, text.fix)], ()
    document = parse_yaml(text)
    problems = [
        Problem(shown, f.place.line, "S020", f.message, f.fix, column=f.place.column)
        for f in document.faults
    ]
    if document.faults or document.value is None:
        return Sidecar(), problems, ()
    sidecar, faults = decode(document.value, Sidecar)
    for fault in faults:
        rule = "S021" if fault.kind == "unknown" else "S022"
        problems.append(_at(document, shown, fault.path, rule, fault.message, fault.fix))
    if sidecar is None:
        return Sidecar(), problems, ()
    for key, schema in (("inputs", sidecar.inputs), ("outputs", sidecar.outputs)):
        if schema is not None and (reason := schema_fault(schema)):
            message = f"{key} is no valid JSON Schema: {reason}"
            problems.append(_at(document, shown, (key,), "S023", message, "correct the schema"))
    for index, name in enumerate(sidecar.evidence):
        if gates is not None and name not in gates:
            path: YamlPath = ("evidence", index)
            message = f'unknown gate "{name}"'
            problems.append(_at(document, shown, path, "S024", message, name_hint(name, gates)))
    lines = tuple(document.place(("uses", index)).line for index in range(len(sidecar.uses)))
    return sidecar, problems, lines


def _at(
    document: YamlDocument, shown: str, path: YamlPath, rule: str, message: str, fix: str
) -> Problem:
    place = document.place(path)
    return Problem(shown, place.line, rule, message, fix, column=place.column)
