"""Tool calls that need a permission: who is asked what, and what the model learns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.reply import Reply
from ladder_tui.agent.tool_use import run_tools
from ladder_tui.domain.event import QuestionAnswered, QuestionAsked
from ladder_tui.domain.message import Message, ToolResultBlock, ToolUseBlock
from ladder_tui.domain.permission import PermissionRules
from ladder_tui.domain.question import Answer, Question
from ladder_tui.tools.permission import Permissions
from ladder_tui.tools.registry import find_tools
from tests.agent.world import World, skill, task, world

NO_RULES = PermissionRules()
EDITOR = skill("Read", "Edit", "Write", "Bash")


class Person:
    """Answers from a table, and remembers what was asked."""

    def __init__(self, answer: Callable[[Question], Answer]) -> None:
        self.asked: list[Question] = []
        self._answer = answer

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(self._answer(question), 1.0, lambda: None)


def ports_of(opened: World, person: Person | None, rules: PermissionRules = NO_RULES) -> AgentPorts:
    """Ports of an agent with a workspace of its own, on the level ``limits``."""
    place = opened.root / "place"
    place.mkdir(exist_ok=True)
    ports = opened.ports.at(place)
    ports.permissions = Permissions(rules, "limits")
    ports.ask = None if person is None else person.ask
    return ports


async def use(
    ports: AgentPorts, *calls: tuple[str, dict[str, Any]], is_undone: bool = False
) -> list[ToolResultBlock]:
    blocks = tuple(ToolUseBlock(f"u{n}", name, given) for n, (name, given) in enumerate(calls))
    tools = find_tools(EDITOR.allowed_tools)
    message = Message("assistant", blocks)
    done = await run_tools(message, 1, task(skill=EDITOR), tools, ports, is_undone=is_undone)
    return [block for block in done.content if isinstance(block, ToolResultBlock)]


def bash(command: str) -> tuple[str, dict[str, Any]]:
    return "Bash", {"command": command}


async def test_an_approved_command_runs(tmp_path: Path) -> None:
    async with world(tmp_path, {}) as opened:
        person = Person(lambda _: Answer())
        (result,) = await use(ports_of(opened, person), bash("echo a; echo 'b\x1b'"))
        assert (result.content, result.is_error) == ("a\nb␛", False)
        (question,) = person.asked
        assert question.agent_id == "specialists/security"
        assert question.text == "security wants to run a command"
        assert (question.shown, question.shown_kind) == ("echo a; echo 'b␛'", "command")
        assert question.rule == "no sandbox confines it"
        assert "without a sandbox" in question.next_step
        assert [e.question for e in await opened.of(QuestionAsked)] == [question]
        assert [e.answer for e in await opened.of(QuestionAnswered)] == [Answer()]


async def test_a_rejection_tells_the_model_why(tmp_path: Path) -> None:
    async with world(tmp_path, {}) as opened:
        person = Person(lambda _: Answer(decision="reject", reason="use make test"))
        (result,) = await use(ports_of(opened, person), bash("touch x"))
        assert result.is_error
        assert "use make test" in result.content
        assert not (opened.root / "place/x").exists()


async def test_always_asks_once(tmp_path: Path) -> None:
    async with world(tmp_path, {}) as opened:
        person = Person(lambda _: Answer(is_always=True))
        calls = (bash("echo a"), bash("echo b"), bash("printf c"))
        results = await use(ports_of(opened, person), *calls)
        assert [result.content for result in results] == ["a", "b", "c"]
        assert [question.grants for question in person.asked] == ["Bash(echo:*)", "Bash(printf:*)"]


async def test_an_answer_holds_when_the_call_runs_again(tmp_path: Path) -> None:
    first, second = (Person(lambda _: Answer(is_always=True)) for _ in "ab")
    async with world(tmp_path, {}) as opened:
        await use(ports_of(opened, first), bash("echo a"))
    async with world(tmp_path, {}) as opened:
        results = await use(
            ports_of(opened, second), bash("echo a"), bash("echo b"), is_undone=True
        )
        assert [result.content for result in results] == ["a", "b"]
    assert len(first.asked) == 1
    assert second.asked == []


async def test_with_nobody_to_ask_it_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path, {}) as opened:
        (result,) = await use(ports_of(opened, None), bash("touch x"))
        assert result.is_error
        assert "nobody to ask" in result.content
        assert not (opened.root / "place/x").exists()


async def test_no_time_counts_while_a_person_thinks(tmp_path: Path) -> None:
    held: list[bool] = []

    @contextmanager
    def limit() -> Iterator[None]:
        held.append(True)
        yield
        held.append(False)

    async with world(tmp_path, {}) as opened:
        person = Person(lambda _: Answer(reason=str(held)))
        await use(ports_of(opened, person).waiting(limit), bash("echo a"))
        (answered,) = await opened.of(QuestionAnswered)
        assert answered.answer.reason == "[True]"
        assert held == [True, False]


async def test_a_change_is_shown_as_a_diff(tmp_path: Path) -> None:
    rules = PermissionRules(ask=("Edit(src/**)",), deny=("Write(docs/**)",))
    async with world(tmp_path, {}) as opened:
        person = Person(lambda _: Answer())
        ports = ports_of(opened, person, rules)
        edit = {"file_path": "src/a.py", "old_string": "b", "new_string": "c\x1b"}
        results = await use(
            ports,
            ("Write", {"file_path": "src/a.py", "content": "a\nb\n"}),
            ("Edit", edit),
            ("Write", {"file_path": "docs/a.md", "content": ""}),
            ("Write", {"file_path": "b.md", "content": ""}),
        )
        assert [result.is_error for result in results] == [False, False, True, False]
        assert "the rule Write(docs/**) denies it" in results[2].content
        written, edited = person.asked
        assert written.shown == "--- a/src/a.py\n+++ b/src/a.py\n@@ -0,0 +1,2 @@\n+a\n+b"
        assert edited.shown == "--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-b\n+c␛"
        assert edited.shown_kind == "diff"
        assert edited.text == "security wants to edit src/a.py"


async def test_nobody_is_asked_about_what_is_refused_anyway(tmp_path: Path) -> None:
    async with world(tmp_path, {}) as opened:
        person = Person(lambda _: Answer())
        results = await use(ports_of(opened, person), ("Bash", {"cmd": "x"}), ("Task", {}))
        assert all(result.is_error for result in results)
        assert person.asked == []
