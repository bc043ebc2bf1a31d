"""Structured data against a JSON Schema: the gate on a workflow's output."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import metadata
from itertools import islice
from typing import Any

import jsonschema
from referencing import Registry
from referencing.exceptions import Unresolvable

from ladder_tui.domain.finding import Finding
from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.gates.fingerprint import stamp
from ladder_tui.gates.name import SCHEMA_GATE
from ladder_tui.gates.outcome import CAP, MESSAGE_LIMIT, QUOTE_LIMIT
from ladder_tui.gates.printable import clean

COUNTED = 10_000
"""Violations that are counted at most."""


def check_schema(data: object, schema: dict[str, Any], *, path: str = "output") -> GateResult:
    """Return whether plain JSON data meets a schema; one finding for each violation.

    A finding's ``path`` is the given one, its ``symbol`` the JSON path of the value. The default
    dialect is 2020-12. A schema that refers to other documents is not followed: nothing is
    fetched. An unusable schema gives the verdict ``error``. Pure.
    """
    try:
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        kind.check_schema(schema)
        validator = kind(schema, registry=Registry())
        found = [_finding(error, path) for error in islice(_errors(validator, data), COUNTED)]
    except jsonschema.SchemaError as error:
        return _result("error", (), f"the schema is invalid: {error.message}")
    except Unresolvable as error:
        return _result("error", (), f"the schema refers to something it does not hold: {error}")
    except RecursionError:
        return _result("error", (), "the data or the schema is nested too deeply")
    if not found:
        return _result("pass", (), "")
    count = len(found)
    return _result("fail", stamp(found), f"{count:,} {'violation' if count == 1 else 'violations'}")


def _errors(validator: Any, data: object) -> Iterator[jsonschema.ValidationError]:
    yield from validator.iter_errors(data)


def _finding(error: jsonschema.ValidationError, path: str) -> Finding:
    return Finding(
        f"schema-{error.validator}",
        "",
        path,
        1,
        "high",
        clean(error.message, MESSAGE_LIMIT),
        SCHEMA_GATE,
        "evidence",
        symbol=clean(error.json_path, QUOTE_LIMIT),
        quote=clean(repr(error.instance)[: 2 * QUOTE_LIMIT], QUOTE_LIMIT),
    )


def _result(verdict: GateVerdict, findings: tuple[Finding, ...], reason: str) -> GateResult:
    return GateResult(
        SCHEMA_GATE,
        "",
        verdict,
        1,
        0 if verdict == "error" else 1,
        findings=findings[:CAP],
        findings_count=len(findings),
        cap=CAP,
        unit="documents",
        reason=clean(reason, MESSAGE_LIMIT),
        tool=_tool(),
    )


@cache
def _tool() -> str:
    """Asked once: looking a version up reads a file, which takes longer than most checks."""
    return f"jsonschema {metadata.version('jsonschema')}"
