"""Structured output: find the JSON in a reply, check it, turn it into findings.

Everything here is untrusted text: control characters do not get past this module, and the path of
a finding never leads out of the repository.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema
import msgspec

from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.finding import SEVERITIES, Finding
from ladder_tui.domain.message import Message
from ladder_tui.domain.model import ModelReply
from ladder_tui.gates.fingerprint import stamp
from ladder_tui.gates.printable import clean
from ladder_tui.gates.quote import verify_quote
from ladder_tui.gates.source import SourceCache

MAX_FINDINGS = 200
"""Findings taken from one agent; more is not a review."""
MAX_PROBLEMS = 8
MAX_LINE = 10_000_000
_TRIES = 50
_RULE, _PATH, _QUOTE, _TEXT = 80, 400, 400, 2_000
"""Characters kept of the fields of a finding."""


def prose_of(reply: ModelReply) -> str:
    """What a reply without a schema says; marked where it was cut."""
    text = reply.message.text.strip()
    return f"{text} … (cut off)" if reply.stop_reason == "max_tokens" else text


def said_last(messages: list[Message]) -> str:
    """The newest text of an agent that did not get to its end: what there is of a result."""
    texts = (m.text.strip() for m in reversed(messages) if m.role == "assistant")
    return next(filter(None, texts), "")


def read_output(
    reply: ModelReply, schema: dict[str, Any], max_tokens: int
) -> tuple[dict[str, Any] | None, list[str]]:
    """The JSON object in a reply of at most ``max_tokens``, and what is wrong with it."""
    output, problems = parse_output(reply.message.text, schema)
    if reply.stop_reason == "max_tokens":
        problems = [f"the reply was cut at {max_tokens} tokens: be shorter", *problems]
    return output, problems


def parse_output(text: str, schema: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the JSON object in ``text`` and what is wrong with it; problems empty when it fits.

    Accepts a bare document, one in a code fence, or one with prose around it. Of several objects
    the first that fits is taken, else the longest one with its problems.
    """
    validator = jsonschema.Draft202012Validator(schema)
    best: dict[str, Any] | None = None
    longest = 0
    problems = ["the reply holds no JSON object"]
    for document, size in _objects(text):
        wrong = _problems(validator, document)
        if not wrong:
            return document, []
        if size > longest:
            best, longest, problems = document, size, wrong
    return best, problems


def _problems(validator: jsonschema.Draft202012Validator, document: dict[str, Any]) -> list[str]:
    try:
        errors = sorted(validator.iter_errors(document), key=lambda e: list(map(str, e.path)))
    except RecursionError:
        return ["document: is nested too deep"]
    return [
        clean("/".join(str(p) for p in e.absolute_path) or "document", 200)
        + f": {clean(e.message[:1000], 200)}"
        for e in errors[:MAX_PROBLEMS]
    ]


def _objects(text: str) -> Iterator[tuple[dict[str, Any], int]]:
    """The JSON objects in ``text``, outermost only, each with its length in characters."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_TRIES):
        if start == -1:
            return
        end = start + 1
        try:
            found, end = decoder.raw_decode(text, start)
            yield _settled(found), end - start
        except (ValueError, RecursionError, msgspec.MsgspecError):
            pass
        start = text.find("{", end)


def _settled(found: dict[str, Any]) -> dict[str, Any]:
    """The document with what the journal can hold: no lone surrogates, no NaN, no infinity.

    Python's decoder lets all three pass, and one of them would make the whole run's output
    impossible to store. Raises ValueError, RecursionError or MsgspecError.
    """
    raw = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
    settled: dict[str, Any] = msgspec.json.decode(raw)
    return settled


def surplus_findings(output: dict[str, Any]) -> int:
    """How many findings of ``output`` are over the cap."""
    return max(0, len(_items(output)) - MAX_FINDINGS)


def agent_findings(output: dict[str, Any], spec: AgentSpec, root: Path) -> list[Finding]:
    """Turn an agent's output into findings, each quote compared with the file.

    A quote that is not really there makes its finding ``unverified``; the finding is kept.
    Reads files, at most once each: about a millisecond a finding.
    """
    sources = SourceCache(root)
    found = [
        _finding(item, spec, root, sources)
        for item in _items(output)[:MAX_FINDINGS]
        if isinstance(item, dict)
    ]
    return list(stamp(found))


def _items(output: dict[str, Any]) -> list[Any]:
    items = output.get("findings")
    return items if isinstance(items, list) else []


def _finding(item: dict[str, Any], spec: AgentSpec, root: Path, sources: SourceCache) -> Finding:
    path = _inside(_text(item, "path"), root)
    quote = _text(item, "quote")
    state, line = verify_quote(root, path, _line(item.get("line")), quote, sources=sources)
    length = len(sources.lines(path))
    line = min(line, length) if length else line
    severity = item.get("severity")
    return Finding(
        rule=clean(_text(item, "rule"), _RULE) or "finding",
        lens=spec.skill.lens or clean(_text(item, "lens"), _RULE) or spec.name,
        path=path,
        line=line,
        severity=severity if severity in SEVERITIES else "medium",
        message=clean(_text(item, "message"), _TEXT),
        reporter=spec.name,
        source="agent",
        symbol=sources.symbol(path, line) if state == "verified" else "",
        quote=clean_lines(quote, _QUOTE),
        quote_state=state,
        suggestion=clean_lines(_text(item, "suggestion"), _TEXT),
        is_changed=line in spec.changed.get(path, ()),
    )


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return "" if value is None else str(value)


def _line(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():  # 14.0 is an integer in JSON Schema
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return 1
    return min(max(value, 1), MAX_LINE)


def _inside(path: str, root: Path) -> str:
    """The path relative to the repository, without anything that leads out of it."""
    text = clean(path[: 2 * _PATH], _PATH).removeprefix(f"{root}/")
    return "/".join(p for p in PurePosixPath(text).parts if p not in ("..", "/", "//"))


def clean_lines(text: str, limit: int) -> str:
    """``text`` of at most ``limit`` characters that keeps its lines, without control characters."""
    lines = [clean_line(line, limit) for line in text[: 2 * limit].split("\n")]
    whole = "\n".join(lines).strip("\n")
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"


def clean_line(line: str, limit: int) -> str:
    """One line without control characters; indentation stays, as code needs it."""
    bare = line.lstrip(" \t")
    return line[: len(line) - len(bare)].replace("\t", "    ") + clean(bare, limit)
