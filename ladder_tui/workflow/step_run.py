"""A run step: a command, or a fan-out of them.

With ``effect: none`` it runs in the sandbox and may be repeated. With ``effect: external`` it is
announced before it starts, and what an earlier runner started is never repeated without asking.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from ladder_tui.agent.ledger_key import process_key
from ladder_tui.domain.event import ProcessFinished, ProcessStarted
from ladder_tui.domain.ids import QuestionId
from ladder_tui.domain.question import Question
from ladder_tui.errors import LadderError, StoreError
from ladder_tui.gates.printable import clean
from ladder_tui.process.runner import ProcessSpec
from ladder_tui.workflow.command import CommandLine, CommandOutput, command_line, command_output
from ladder_tui.workflow.executor import OutOfTimeError, in_time, run_slots
from ladder_tui.workflow.plan import parallel_of, plan_places
from ladder_tui.workflow.port import ProcessPast
from ladder_tui.workflow.question import ask_person
from ladder_tui.workflow.shard_step import shards_of
from ladder_tui.workflow.step import PROCESS_GRACE_S, StepContext, StepPlan, StepResult, Stopped
from ladder_tui.workflow.step_key import definition_hash, short_hash

DEFAULT_TIMEOUT_S = 600.0
EVENT_TEXT = 20_000
"""Characters of each output that its event carries."""
AGAIN, SKIP, STOP = "run it again", "leave it out", "stop the run"
EXTERNAL_RULE = "external effect"

_decode = msgspec.json.Decoder(CommandOutput).decode


class _Slot(NamedTuple):
    name: str
    command: CommandLine


class _Left(NamedTuple):
    """A slot that gave nothing."""

    reason: str
    is_skipped: bool = False


_Given = CommandOutput | _Left


class RunStep:
    """Starts commands, never through a shell."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Raises UsageError for a value that is no argument."""
        step, names = context.step, context.frame.names()
        cut = await shards_of(context)
        root = context.ports.agent.root
        slots = tuple(
            _Slot(place.name, command_line(step, place.scope, root))
            for place in plan_places(step, names, step.id, None if cut is None else cut.items)
        )
        given = {slot.name: msgspec.to_builtins(slot.command) for slot in slots}
        is_single = step.for_each is None
        parts = {
            "definition": definition_hash(step),
            "inputs": short_hash(given),
            "tree": context.data.spec.tree,
        }
        return StepPlan(
            inputs=next(iter(given.values())) if is_single else given,
            parts=parts,
            max_parallel=1 if is_single else parallel_of(step, names, None),
            slots=slots,
            note="" if cut is None else cut.reason,
        )

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:
        """Run them. Raises ``Stopped`` where a person says so."""

        async def work(slot: _Slot) -> _Given:
            try:
                return await in_time(_attempts(context, slot), context.deadline)
            except OutOfTimeError:
                return _Left(context.deadline.reason)

        given = await run_slots(plan.slots, work, max(1, plan.max_parallel))
        outputs = [_seen(one) for one in given]
        context.data.products[context.step_id] = outputs
        lost = [
            f"{slot.name}: {_problem(one)}" if slot.name else _problem(one)
            for slot, one in zip(plan.slots, given, strict=True)
            if _problem(one)
        ]
        is_skipped = all(isinstance(one, _Left) and one.is_skipped for one in given)
        return StepResult(
            output=outputs if context.step.for_each is not None else outputs[0],
            ok=sum(not _problem(one) for one in given),
            total=len(given),
            reason="; ".join(lost),
            empty=tuple(n for n, one in enumerate(given) if _problem(one)),
            is_skipped=bool(given) and is_skipped,
        )


def _problem(given: _Given) -> str:
    return given.reason if isinstance(given, _Left) else given.problem


def _seen(given: _Given) -> Any:
    """A command that failed leaves what it wrote to be seen; one without an end leaves nothing."""
    return None if isinstance(given, _Left) else given.seen


async def _attempts(context: StepContext, slot: _Slot) -> _Given:
    step = context.step
    first = context.pass_ * (step.retry + 1) + 1
    last = first + step.retry
    for attempt in range(first, last + 1):
        await context.ports.agent.gate.wait()
        # A failure that stops the run is not kept: when the run is resumed it is tried again.
        is_kept = attempt < last or step.on_error != "stop"
        given = await _attempt(context, slot, attempt, is_kept=is_kept)
        if isinstance(given, _Left) or not given.problem:
            break
    return given


async def _attempt(context: StepContext, slot: _Slot, attempt: int, *, is_kept: bool) -> _Given:
    ports, step_id = context.ports, context.step_id
    tree = context.data.spec.tree
    key = process_key(step_id, slot.name, attempt, slot.command, tree)
    stored = ports.agent.ledger.get(key)
    if stored is not None:
        return _decode(stored)
    if slot.command.effect == "external":
        past = ports.past.get((step_id, slot.name, attempt))
        if past is not None and (left := await _ask_again(context, slot, attempt, past)):
            return left
    started = ProcessStarted(step_id, slot.name, _shown(slot.command), context.step.effect, attempt)
    await ports.agent.ledger.announce(started)
    try:
        output = await _start(context, slot.command)
    except StoreError:
        raise
    except LadderError as error:  # it was not started at all
        output = CommandOutput(None, "", "", 0.0, problem=f"{error.what}: {error.why}".rstrip(": "))
    finished = ProcessFinished(
        step_id,
        slot.name,
        output.exit_code,
        output.elapsed_s,
        output.stdout[:EVENT_TEXT],
        output.stderr[:EVENT_TEXT],
        output.is_truncated or len(output.stdout) > EVENT_TEXT or len(output.stderr) > EVENT_TEXT,
        attempt,
    )
    if output.problem and not is_kept:
        ports.agent.emit(finished)
    else:
        body = msgspec.json.encode(output)
        await ports.agent.ledger.keep(key, "process", body, (finished,))
    return output


async def _start(context: StepContext, command: CommandLine) -> CommandOutput:
    ports = context.ports
    root = ports.agent.root
    is_external = command.effect == "external"
    left_s = context.deadline.left_s
    timeout_s = DEFAULT_TIMEOUT_S if left_s is None else max(0.1, left_s - PROCESS_GRACE_S)
    spec = ProcessSpec(
        argv=command.argv,
        cwd=(root / command.cwd).resolve(),
        timeout_s=timeout_s,
        stdin=command.stdin.encode("utf-8", "replace"),
        env=command.env,
        read_paths=() if is_external else (root.resolve(),),
        write_paths=(root.resolve(),) if is_external else (),
        label=f"{context.step_id}: {command.argv[0]}",
    )
    runner = ports.outside if is_external else ports.agent.process
    return command_output(context.step, await runner.run(spec))


async def _ask_again(
    context: StepContext, slot: _Slot, attempt: int, past: ProcessPast
) -> _Left | None:
    """Ask what to do about a command that was started before; None for running it again."""
    how = "was not seen to end" if past.exit_code is None else f"ended with {past.exit_code}"
    shown = " ".join(_shown(slot.command))
    number = f"{attempt}.{past.starts}"
    place = f"{context.step_id}/{slot.name}" if slot.name else context.step_id
    question = Question(
        question_id=QuestionId(f"{place}#{number}"),
        step_id=context.step_id,
        kind="choose",
        text=(
            f"The command of step {context.step_id} was started before and {how}."
            " What it did outside cannot be known. Run it again?"
        ),
        options=(AGAIN, SKIP, STOP),
        shown=shown,
        shown_kind="command",
        rule=EXTERNAL_RULE,
        next_step=f"{AGAIN}: {shown}",
        on_reject="the run stops; it can be resumed",
    )
    answer = await ask_person(question, context)
    if answer.decision == "reject" or answer.choice == STOP:
        raise Stopped(f"a person stopped it at step {place}", "cancelled", is_final=True)
    if answer.choice == SKIP:
        return _Left("left out by a person: it was started before", is_skipped=True)
    return None


def _shown(command: CommandLine) -> tuple[str, ...]:
    return tuple(clean(word, 1_000) for word in command.argv)
