"""Scenario files: what the scripted model answers, for demonstrations and tests.

::

    prices: {input: 3.0, output: 15.0, cache_read: 0.3}    # dollars per million tokens
    tokens_per_s: 40                                       # pace of every reply
    replies:                                               # the first that matches answers
      - agent: security                                    # glob over name or id; default *
        turn: 1                                            # also: attempt, sample
        tool_use: [{name: Read, input: {path: app.py}}]
      - agent: security
        json: {summary: "...", findings: []}
        fault: {kind: rate_limit, retry_after_s: 2, times: 1}
    default: {text: "Nothing to add."}

A reply is found by the call site (agent, turn, attempt, sample), never by a running counter, so
a resumed run gets the same replies.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ladder_tui.domain.model import CallSite, Capabilities, StructuredOutput
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import InvalidFileError
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes
from ladder_tui.library.typed_decode import decode
from ladder_tui.library.yaml_document import YamlDocument, parse_yaml

ErrorKind = Literal[
    "rate_limit", "overloaded", "server", "timeout", "connection", "cut", "truncated", "auth",
    "permission", "not_found", "invalid_request", "too_large", "protocol", "setup",
]  # fmt: skip
"""Faults that raise the ``ModelError`` of that kind; ``protocol`` is its kind ``garbage``."""
BehaviourKind = Literal["crash", "hang", "garbage"]
"""``crash`` raises RuntimeError as a bug would, ``hang`` waits until it is cancelled, and
``garbage`` replies with text that is no JSON."""
FaultKind = Literal[ErrorKind, BehaviourKind]
SCENARIO_LIMIT = 4 * 1024 * 1024
"""Largest scenario file in bytes."""

Count = Annotated[int, msgspec.Meta(ge=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dollars per million tokens. What is not given costs what ``input`` costs."""

    input: Amount
    output: Amount
    cache_read: Amount | None = None
    cache_write: Amount | None = None


class DeclaredUsage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Usage as a scenario states it; taken as reported by a provider."""

    input_tokens: Count = 0
    output_tokens: Count = 0
    cache_read_input_tokens: Count = 0
    cache_creation_input_tokens: Count = 0

    def as_usage(self) -> Usage:
        """The same numbers as the usage of a call."""
        return Usage(**msgspec.structs.asdict(self))


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failure in place of the reply."""

    kind: FaultKind
    times: Count = 0
    """Network attempts of a call that fail before the reply comes; 0: all of them."""
    after: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    """Part of the reply that streams first; default a half for ``cut`` and ``truncated``."""
    retry_after_s: Amount | None = None
    http_status: Count = 0
    message: str = ""
    usage: DeclaredUsage | None = None


class ToolCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool call that the reply asks for."""

    name: str
    input: dict[str, Any] = {}


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reply and the calls that it answers. ``${agent}``, ``${agent_id}``, ``${turn}``,
    ``${attempt}``, ``${sample}`` and ``${prompt}`` (the last user message) are filled in."""

    agent: str = "*"
    turn: Count | None = None
    attempt: Count | None = None
    sample: Count | None = None
    text: str = ""
    json: Any = msgspec.UNSET
    thinking: str = ""
    tool_use: tuple[ToolCall, ...] = ()
    stop_reason: str = ""
    delay_s: Amount | None = None
    """Seconds until the first byte."""
    tokens_per_s: Amount | None = None
    """Pace of the stream; 0: at once."""
    usage: DeclaredUsage | None = None
    fault: FaultKind | Fault | None = None

    def matches(self, call: CallSite) -> bool:
        """True where this reply answers the call."""
        return (
            (fnmatchcase(call.agent, self.agent) or fnmatchcase(call.agent_id, self.agent))
            and self.turn in (None, call.turn)
            and self.attempt in (None, call.attempt)
            and self.sample in (None, call.sample)
        )


class DeclaredCapabilities(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the scripted model pretends to be able to do."""

    has_tools: bool = True
    structured_output: StructuredOutput = "schema"
    context_window: Annotated[int, msgspec.Meta(gt=0)] = 200_000
    max_output_tokens: Annotated[int, msgspec.Meta(gt=0)] = 8192
    is_local: bool = False

    def as_capabilities(self) -> Capabilities:
        """The same for a model client."""
        return Capabilities(**msgspec.structs.asdict(self))


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole scenario. ``delay_s`` and ``tokens_per_s`` hold where a reply says nothing."""

    model: str = ""
    """Name of the model in the replies; default: the one asked for."""
    capabilities: DeclaredCapabilities = DeclaredCapabilities()
    prices: Prices | None = None
    delay_s: Amount = 0.0
    tokens_per_s: Amount = 0.0
    replies: tuple[Reply, ...] = ()
    default: Reply | None = None
    """Answers what no other reply does; without it, the least answer that the request's schema
    allows."""

    def find(self, call: CallSite) -> Reply | None:
        """The first reply that matches the call, else the default."""
        return next((reply for reply in self.replies if reply.matches(call)), self.default)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        InvalidFileError: with every problem found, each as ``path:line: RULE message``.
    """
    data = read_bytes(path, path.resolve().parent, SCENARIO_LIMIT)
    text: str | FileFault = data if isinstance(data, FileFault) else decode_text(data)
    if isinstance(text, FileFault):
        problem = Problem(str(path), text.line, "SC001", text.message, text.fix)
        raise InvalidFileError(f"The scenario {path} cannot be read.", [problem])
    scenario, problems = lint_scenario(str(path), text)
    if scenario is None:
        raise InvalidFileError(
            f"The scenario {path} cannot be used.",
            problems,
            next_step="correct the lines above",
        )
    return scenario


def find_scenario(path: Path) -> Scenario | None:
    """The scenario in the file, read again only when it changed; None where it cannot be used."""
    try:
        stat = path.stat()
        return _load_cached(path, (stat.st_mtime_ns, stat.st_size))
    except (OSError, InvalidFileError):
        return None


@lru_cache(maxsize=16)
def _load_cached(path: Path, stamp: tuple[int, int]) -> Scenario:  # noqa: ARG001 - part of the key
    return load_scenario(path)


def lint_scenario(path: str, text: str) -> tuple[Scenario | None, list[Problem]]:
    """The scenario in ``text`` (None where it has errors) and all its problems, by line.

    Rules: SC001 cannot be read, SC002 YAML, SC003 unknown, missing or wrong keys, SC004 keys that
    exclude each other, SC005 a reply that an earlier one hides (a warning).
    """
    document = parse_yaml(text)
    problems = [
        Problem(path, fault.place.line, "SC002", fault.message, fault.fix)
        for fault in document.faults
    ]
    if problems:
        return None, problems
    scenario, faults = decode({} if document.value is None else document.value, Scenario)
    for fault in faults:
        line = document.place(fault.path).line
        problems.append(Problem(path, line, "SC003", fault.message, fault.fix))
    if scenario is not None and not problems:
        problems += _reply_problems(path, document, scenario)
    problems.sort(key=lambda problem: problem.line)
    return (None if any(p.level == "error" for p in problems) else scenario), problems


def _reply_problems(path: str, document: YamlDocument, scenario: Scenario) -> list[Problem]:
    problems = []
    seen: dict[tuple[str, int | None, int | None, int | None], int] = {}
    for index, reply in enumerate(scenario.replies):
        line = document.place(("replies", index)).line
        if reply.json is not msgspec.UNSET and reply.text:
            message = "a reply has either text or json"
            problems.append(Problem(path, line, "SC004", message, "remove one"))
        key = (reply.agent, reply.turn, reply.attempt, reply.sample)
        first = seen.get(key)
        seen.setdefault(key, line)
        if first is not None:
            message = f"never used: the reply in line {first} answers the same calls"
            fix = "tell them apart by turn, attempt or sample"
            problems.append(Problem(path, line, "SC005", message, fix, "warning"))
    return problems
