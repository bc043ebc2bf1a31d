"""A workflow: typed inputs, steps in order, gates, a typed output, a rule for failing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from ladder_tui.domain.finding import Severity
from ladder_tui.domain.routing import Tier

InputKind = Literal[
    "string", "directory", "file", "integer", "number", "boolean", "git-base", "json"
]
OnError = Literal["stop", "continue", "fallback"]
StepKind = Literal["skill", "run", "aggregate", "gate", "ask", "workflow"]
AggregateName = Literal[
    "union-dedup", "majority", "quorum", "best-of", "judge", "first-valid", "concat", "tree-reduce"
]
ASKING: frozenset[AggregateName] = frozenset({"judge", "tree-reduce"})
"""Aggregates that ask a skill, the one in ``by``."""
VOTING: frozenset[AggregateName] = frozenset({"majority", "quorum"})
"""Aggregates that count the values of an expression, the one in ``by``."""
Effect = Literal["external", "none"]
Parse = Literal["text", "json", "lines"]
AnswerKind = Literal["approve", "choose", "value"]
EscalateOn = Literal["schema", "gate", "confidence", "failure"]


class WorkflowInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One typed input; the launch form and ``-i KEY=VALUE`` are made from it."""

    type: InputKind = "string"
    default: Any = None
    is_required: bool = msgspec.field(default=False, name="required")
    enum: tuple[str, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    schema: dict[str, Any] | None = None
    """JSON Schema of an input of type ``json``."""
    help: str = ""


class AgentLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one agent may use. Tokens count what is sent and received over all turns."""

    turns: int = 12
    tokens: int = 200_000
    output_tokens: int = 4_096
    """Of one reply."""
    usd: float | None = None
    seconds: float = 600.0


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that a workflow or a step may use; None means no limit of its own."""

    usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None


class Shards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fan-out over a part of the repository, cut into shards by tokens.

    Each item is ``{name, paths, files, tokens}``: ``shard-1`` and so on, POSIX paths relative to
    the repository, their number, and their estimated tokens.
    """

    shards: str
    """The directory, usually ``${inputs.path}``."""
    tokens: int = 60_000
    """The most a shard holds; a file that is larger is a shard of its own."""
    most: int = 64
    """Shards at the most; what does not fit is named in the step's reason."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to a person. The step's output is ``{decision, choice, value, reason, round}``.

    ``decision`` is ``approve`` or ``reject`` (for ``choose`` and ``value`` it is ``approve``).
    """

    question: str
    answer: AnswerKind = "approve"
    options: tuple[str, ...] | str = ()
    """For ``choose``: the choices, or an expression that gives them."""
    value: WorkflowInput | None = None
    """For ``value``: the type of what is given."""
    show: str | None = None
    """An expression for what the question is about: a diff, a finding, any output."""
    next: str = ""
    """What exactly happens after an approval, in words; made from the next step where empty."""
    redo: str | None = None
    """Id of the earlier step that runs again with ``feedback`` when a person rejects."""
    redo_limit: int = 2


class Escalate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Start with the step's model, and let a better one do the work again where its answer does
    not hold."""

    to: Tier = "best"
    on: tuple[EscalateOn, ...] = ("schema", "gate")
    """``schema``: the answer misses its schema, after a repair turn; ``gate``: it quotes what is
    not in the file; ``confidence``: it says less of itself than ``confidence``; ``failure``: the
    agent crashed, hung, reached a limit, or its provider is down."""
    confidence: float = 0.7
    """The least that the field ``confidence`` of the answer must say, 0 to 1."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step. Exactly one of ``skill``, ``run``, ``aggregate``, ``gate``, ``ask``, ``workflow``
    says what kind it is.

    A string of the form ``${expression}`` is a JMESPath expression over ``inputs``, ``item``
    and ``steps``.
    """

    id: str
    skill: str | None = None
    run: tuple[str, ...] | None = None
    """A command as an argument list; values become whole arguments, never parts of a script."""
    aggregate: AggregateName | None = None
    gate: str | None = None
    ask: Ask | None = None
    workflow: str | None = None
    """Name of another workflow, run as one step with the inputs in ``with``."""
    name: str | None = None
    """Name of the slot, shown on the board; in a fan-out usually ``${item.name}``."""
    for_each: tuple[Any, ...] | str | int | Shards | None = None
    """What it runs once for each of; a whole number is that many times the same task."""
    max_parallel: int | str | None = None
    over: str | None = None
    """Id of the step whose outputs are aggregated or gated."""
    by: str | tuple[str, ...] | None = None
    """What an aggregate decides by: ``${item.FIELD}`` of each answer (majority, quorum), gates
    (best-of), or a skill (judge, tree-reduce)."""
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    env: dict[str, str] = {}
    """Of a ``run`` step: added to its scrubbed environment."""
    stdin: str | None = None
    cwd: str = "."
    effect: Effect = "external"
    """Of a ``run`` step. ``none``: sandboxed, the repository is read-only, may be repeated freely.
    ``external``: it may change the repository and reach the network; never repeated silently."""
    parse: Parse = "text"
    """How the standard output of a ``run`` step becomes its ``value``."""
    when: str | bool | None = None
    needs: tuple[str, ...] = ()
    """Earlier steps that must have ended well; else this one is skipped."""
    limits: AgentLimits = AgentLimits()
    model: str | None = None
    """Model of its agents, as ``--model`` takes it."""
    tier: Tier | None = None
    """Kind of model of its agents: which one that is, the configuration says."""
    escalate: Escalate | None = None
    """When a better model does the work of an agent again."""
    budget: Budget | None = None
    retry: int = 0
    timeout: float | None = None
    """Seconds for the whole step, a person's time not counted."""
    on_error: OnError = "stop"
    fallback: Any = msgspec.UNSET
    """With ``on_error: fallback``: the output that takes the place of the missing one."""
    output: dict[str, Any] | None = None
    """JSON Schema: of a ``run`` step with ``parse: json`` that of its ``value``, of ``best-of``
    and ``first-valid`` what an answer must fit."""

    @property
    def kind(self) -> StepKind:
        """What the step does."""
        for kind in STEP_KINDS:
            if getattr(self, kind) is not None:
                return kind
        return "gate"


STEP_KINDS: tuple[StepKind, ...] = ("skill", "run", "aggregate", "gate", "ask", "workflow")


class FailOn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a finished run fail; everything else is only reported."""

    severity: Severity | None = None
    """Findings of this severity or worse fail the run."""
    verified: bool = True
    """Only findings whose quote is really there count."""
    changed: bool = True
    """With a base, only findings on changed lines count."""
    agents: bool = False
    """An agent that failed fails the run."""
    gates: tuple[Literal["fail", "degraded", "error"], ...] = ()
    """Verdicts of ``gate`` steps that fail the run."""
    when: str | None = None
    """An expression over what the steps gave; where it is true at the end, the run fails."""


class Workflow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workflow file."""

    name: str
    description: str = ""
    inputs: dict[str, WorkflowInput] = {}
    steps: tuple[Step, ...]
    budget: Budget | None = None
    fail_on: FailOn = FailOn()
    result: str | None = None
    """Expression for what the workflow gives; without it, the output of its last aggregate, else
    of its last step."""
    output: dict[str, Any] | None = None
    """JSON Schema of the result."""

    def paths(self, inputs: Mapping[str, Any]) -> list[str]:
        """Directories and files among resolved ``inputs``: what a run is about."""
        return [
            str(inputs[name])
            for name, declared in self.inputs.items()
            if declared.type in ("directory", "file") and inputs.get(name)
        ]
