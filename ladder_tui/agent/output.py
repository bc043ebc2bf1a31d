"""Structured output: find the JSON in a reply, check it, turn it into findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.finding import SEVERITIES, Finding
from ladder_tui.gates.fingerprint import stamp
from ladder_tui.gates.quote import verify_quote
from ladder_tui.gates.source import SourceCache

MAX_FINDINGS = 200
"""Findings taken from one agent; more is not a review."""
MAX_PROBLEMS = 8


def parse_output(text: str, schema: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the JSON object in ``text`` and what is wrong with it; problems empty when it fits.

    Accepts a bare document, one in a code fence, or one with prose around it.
    """
    document = _find_object(text)
    if document is None:
        return None, ["the reply holds no JSON object"]
    validator = jsonschema.Draft202012Validator(schema)
    problems = [
        f"{'/'.join(str(p) for p in e.absolute_path) or 'document'}: {e.message[:200]}"
        for e in sorted(validator.iter_errors(document), key=lambda e: list(map(str, e.path)))
    ]
    return document, problems[:MAX_PROBLEMS]


def _find_object(text: str) -> dict[str, Any] | None:
    decoder = json.JSONDecoder()
    start = text.find("{")
    tries = 0
    while start != -1 and tries < 50:
        tries += 1
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
            continue
        return found if isinstance(found, dict) else None
    return None


def agent_findings(output: dict[str, Any], spec: AgentSpec, root: Path) -> list[Finding]:
    """Turn an agent's output into findings, each quote compared with the file.

    A quote that is not really there makes its finding ``unverified``; the finding is kept.
    """
    found: list[Finding] = []
    sources = SourceCache(root)
    for item in output.get("findings") or []:
        if len(found) >= MAX_FINDINGS:
            break
        finding = _finding(item, spec, root, sources)
        if finding is not None:
            found.append(finding)
    return list(stamp(found))


def _finding(item: Any, spec: AgentSpec, root: Path, sources: SourceCache) -> Finding | None:
    if not isinstance(item, dict):
        return None
    path = str(item.get("path", "")).removeprefix("./")
    line = item.get("line")
    line = line if isinstance(line, int) and not isinstance(line, bool) and line > 0 else 1
    quote = str(item.get("quote", ""))
    state, line = verify_quote(root, path, line, quote, sources=sources)
    severity = item.get("severity")
    return Finding(
        rule=str(item.get("rule") or "finding")[:80],
        lens=spec.skill.lens or spec.name,
        path=path,
        line=line,
        severity=severity if severity in SEVERITIES else "medium",
        message=str(item.get("message", ""))[:2000],
        reporter=spec.name,
        source="agent",
        symbol=sources.symbol(path, line) if state == "verified" else "",
        quote=quote[:400],
        quote_state=state,
        suggestion=str(item.get("suggestion") or "")[:2000],
        is_changed=line in spec.changed.get(path, ()),
    )
