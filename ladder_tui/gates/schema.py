"""The ``schema`` gate: structured data against a JSON Schema."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.verdict import GateResult

NAME = "schema"
SHOWN = 5
"""Problems named in the reason."""


def check_schema(data: Any, schema: dict[str, Any]) -> GateResult:
    """Check ``data``: ``pass`` when it fits, ``fail`` with the first problems when not.

    Without a schema, or without data, nothing was looked at: ``degraded``.
    """
    import jsonschema

    if not schema or data is None:
        what = "no output schema is declared" if not schema else "there is no output to check"
        return GateResult(NAME, "", "degraded", 1, 0, unit="documents", reason=what)
    found = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(data),
        key=lambda error: [str(part) for part in error.absolute_path],
    )
    problems = [
        f"{'/'.join(str(p) for p in e.absolute_path) or 'document'}: {e.message[:120]}"
        for e in found
    ]
    return GateResult(
        gate=NAME,
        lens="",
        verdict="fail" if problems else "pass",
        in_scope=1,
        analysed=1,
        findings_count=len(problems),
        unit="documents",
        reason="; ".join(problems[:SHOWN]),
        tool="jsonschema",
    )
