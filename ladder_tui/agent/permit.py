"""Whether a tool call may run: by rule, or by asking a person."""

from __future__ import annotations

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.question import put_question, stored_answer
from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.ids import QuestionId
from ladder_tui.domain.message import ToolUseBlock
from ladder_tui.domain.question import SHOWN_LIMIT, Question
from ladder_tui.errors import ToolError
from ladder_tui.gates.printable import clean
from ladder_tui.tools.confine import resolve
from ladder_tui.tools.permission import Decision, allows_command
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.proposed_change import proposed_diff
from ladder_tui.tools.skill_folder import SCHEME

WAITING = "waiting for you"
_VERBS = {"Bash": "run a command", "Edit": "edit", "Write": "write"}


async def require_permission(
    use: ToolUseBlock, place: str, spec: AgentSpec, ports: AgentPorts
) -> None:
    """Return when the call may run. ``place`` says which call of the agent it is.

    Raises ToolError where a rule or a person says no; the person's reason goes to the model.
    """
    path = _path(use, ports)
    decision = ports.permissions.decide(use.name, use.input, path)
    if decision.kind == "allow" or _is_refused_anyway(use, spec):
        return
    if decision.kind == "deny":
        raise ToolError(f"{use.name} is refused", why=f"the rule {decision.rule} denies it")
    question = _question(use, f"{spec.attempt + 1}.{place}", path, decision, spec, ports)
    answer = stored_answer(question, ports.ledger)
    if answer is None:
        if ports.ask is None:
            why = f"the rule {decision.rule} asks, and there is nobody to ask"
            raise ToolError(f"{use.name} is refused", why=why)
        ports.meter(spec.agent_id).activity(WAITING)
        answer = await put_question(question, ports.ask, ports.emit, ports.ledger)
    if answer.decision == "reject":
        raise ToolError(f"a person refused this {use.name}", why=answer.reason)
    if answer.is_always:
        ports.permissions.grant(question.grants)


def _is_refused_anyway(use: ToolUseBlock, spec: AgentSpec) -> bool:
    """Nobody is asked about what the tool itself will refuse."""
    command = str(use.input.get("command", ""))
    return use.name == "Bash" and not allows_command(spec.skill.allowed_tools, command)


def _path(use: ToolUseBlock, ports: AgentPorts) -> str:
    """What the call names, relative to the root; empty for all of it and for a skill's files."""
    given = use.input.get("file_path", use.input.get("path", ""))
    if not isinstance(given, str) or not given or given.startswith(SCHEME):
        return ""
    inside = resolve(ports.root, given)
    return "" if inside == "." else inside


def _question(
    use: ToolUseBlock,
    place: str,
    path: str,
    decision: Decision,
    spec: AgentSpec,
    ports: AgentPorts,
) -> Question:
    is_command = use.name == "Bash"
    shown = str(use.input.get("command", "")) if is_command else ""
    if not is_command and use.name in _VERBS:
        shown = proposed_diff(use.name, use.input, path, ports.root)
    lines = [printable(line) for line in shown[:SHOWN_LIMIT].split("\n")]
    verb = _VERBS.get(use.name, "use " + use.name)
    what = verb if is_command else f"{verb} {printable(path or 'the repository')}"
    return Question(
        question_id=QuestionId(f"{spec.agent_id}#{place}"),
        step_id=spec.step_id,
        kind="approve",
        text=clean(f"{spec.name} wants to {what}", 400),
        shown="\n".join(lines)[:SHOWN_LIMIT],
        shown_kind="command" if is_command else "diff",
        rule=clean(decision.rule, 200),
        next_step=_next_step(is_command=is_command, ports=ports),
        on_reject="the agent is told your reason and goes on",
        agent_id=spec.agent_id,
        grants=decision.grants,
    )


def _next_step(*, is_command: bool, ports: AgentPorts) -> str:
    if not is_command:
        return "the file changes in the agent's own workspace"
    if ports.process.level == "bwrap":
        return "it runs in the sandbox, in the agent's own workspace"
    return "it runs without a sandbox, with your rights, in the agent's own workspace"
