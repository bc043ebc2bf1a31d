"""Content keys: equal requests at the same place of a run are the same purchase."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec

from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.model import ModelRequest
from ladder_tui.domain.question import Question

_encode = msgspec.json.Encoder(order="deterministic").encode


def _digest(kind: str, *parts: Any) -> str:
    return hashlib.sha256(_encode((kind, *parts))).hexdigest()


class CallKeys(NamedTuple):
    """What a model call is known by."""

    turn: str
    """Key of its ledger row: everything sent, the model, and the call site."""
    prompt: str
    """Hash of what the model reads, without the call site: equal prompts have equal hashes."""


def call_keys(model_label: str, request: ModelRequest) -> CallKeys:
    """Both keys of a call; the prompt, which may be long, is hashed once.

    The call site holds agent, turn, sample and step attempt, so three samples stay three, and a
    repeated step is bought again; network retries of one turn share its key.
    """
    read = (request.system, request.messages, request.tools, request.output_schema)
    prompt = hashlib.sha256(_encode(read)).hexdigest()
    sent = (model_label, request.model, request.max_tokens, request.call, prompt)
    return CallKeys(_digest("turn", *sent), prompt)


def tool_key(agent_id: AgentId, attempt: int, turn: int, index: int, name: str, args: Any) -> str:
    """Key of a tool call: where it was asked for, and with what."""
    return _digest("tool", agent_id, attempt, turn, index, name, args)


def interjection_key(agent_id: AgentId, attempt: int, turn: int) -> str:
    """Key of what a person said to an agent before one of its turns."""
    return _digest("interjection", agent_id, attempt, turn)


def retry_key(agent_id: AgentId, pass_: int, number: int) -> str:
    """Key of a person's wish to start an agent over, counted from 1 in each pass of its step."""
    return _digest("retry", agent_id, pass_, number)


def checkpoint_key(agent_id: AgentId, attempt: int, turn: int) -> str:
    """Key of the state of an agent's workspace after a turn."""
    return _digest("checkpoint", agent_id, attempt, turn)


def excerpts_key(agent_id: AgentId, attempt: int) -> str:
    """Key of the source excerpts in an agent's prompt: as they were when they were first read."""
    return _digest("excerpts", agent_id, attempt)


def scope_key(tree: str, paths: Any) -> str:
    """Key of a run's scope: the files and changed lines that were there when it started."""
    return _digest("scope", tree, paths)


def gate_key(agent_id: str, gate: str, version: str, tree: str, scope: Any) -> str:
    """Key of a gate's run: the gate and its tool's version over a pinned tree and scope."""
    return _digest("gate", agent_id, gate, version, tree, scope)


def shards_key(step_id: StepId, path: str, tokens: int, most: int, tree: str) -> str:
    """Key of a fan-out over shards: the files as they were cut when the step first ran."""
    return _digest("shards", step_id, path, tokens, most, tree)


def process_key(step_id: StepId, slot: str, attempt: int, command: Any, tree: str) -> str:
    """Key of a command of a ``run`` step: where it stands, and all that it is started with."""
    return _digest("process", step_id, slot, attempt, command, tree)


def answer_key(question: Question) -> str:
    """Key of a person's answer: the question as it was put, with what it showed.

    An answer holds for what was seen: when something else is shown, the question is new. The words
    about what comes next do not count.
    """
    plain = msgspec.structs.replace(question, next_step="", on_reject="")
    return _digest("answer", plain)
