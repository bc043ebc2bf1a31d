"""What every tool promises, whatever it does."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.tools.input import check_input
from ladder_tui.tools.name import EDITING_TOOLS, TOOL_NAMES
from ladder_tui.tools.registry import TOOLS, find_tools, is_editor, missing_tools, run_tool
from ladder_tui.tools.tool import Tool, ToolContext

SECRET = "very-secret-value"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
each_tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.spec.name)

USUAL: dict[str, list[dict[str, Any]]] = {
    "Read": [{"file_path": "a.txt"}, {"file_path": "evil.txt"}, {"file_path": "bin"}],
    "Glob": [{"pattern": "**"}, {"pattern": "*.txt", "path": "."}],
    "Grep": [{"pattern": "."}, {"pattern": ".", "output_mode": "content", "-C": 2}],
    "Edit": [
        {"file_path": "a.txt", "old_string": "text", "new_string": "x\x1b", "replace_all": True},
        {"file_path": "crlf.txt", "old_string": "a\nb", "new_string": "a\nc"},
    ],
    "Write": [
        {"file_path": "new/b.txt", "content": "\x1b[2J"},
        {"file_path": "a.txt", "content": ""},
    ],
    "Bash": [{"command": "cat evil.txt a.txt"}, {"command": "printf '\\x9b\\x1b[2J' >&2; exit 3"}],
}


def make_root(where: Path) -> Path:
    root = where / "root"
    for folder in (root, root / ".git", root / ".ladder", where / "outside"):
        folder.mkdir(parents=True)
    for private in (".env", ".git/config", ".ladder/ladder.db", "../outside/x", "id_rsa"):
        (root / private).write_text(SECRET)
    (root / "a.txt").write_text("text\n" * 3000)
    (root / "evil.txt").write_text("\x1b[2J\x1b]0;x\x07\u202e\x9b\n" * 3)
    (root / "bin").write_bytes(b"\0\x1b[2J")
    (root / "crlf.txt").write_bytes(b"a\r\nb\r\n")
    (root / "away").symlink_to("../outside/x")
    (root / "away-folder").symlink_to("../outside")
    (root / "e\x1b[2Jvil.txt").write_text("x")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_root(tmp_path)


def context(root: Path, limit: int = 40_000, *, is_workspace: bool = True) -> ToolContext:
    return ToolContext(root, ProcessRunner("limits"), limit, is_workspace=is_workspace)


def contents(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()}


def test_names_are_unique() -> None:
    assert {tool.spec.name for tool in TOOLS} == TOOL_NAMES
    assert len({tool.spec.name for tool in TOOLS}) == len(TOOLS)


@each_tool
def test_specification_is_one_a_model_can_use(tool: Tool) -> None:
    spec = tool.spec
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", spec.name)
    assert 20 < len(spec.description) < 1000
    jsonschema.Draft202012Validator.check_schema(spec.input_schema)
    assert spec.input_schema["additionalProperties"] is False
    assert set(spec.input_schema["required"]) <= set(spec.input_schema["properties"])
    assert all(rule.get("description") for rule in spec.input_schema["properties"].values())


@each_tool
async def test_same_files_give_the_same_output(tool: Tool, tmp_path: Path) -> None:
    for number, usual in enumerate(USUAL[tool.spec.name]):
        first, second = [
            await run_tool(TOOLS, tool.spec.name, usual, context(make_root(tmp_path / name)))
            for name in (f"{number}a", f"{number}b")
        ]
        assert first == second
        assert first.text
        assert first.summary
        assert len(first.summary) < 60


@each_tool
async def test_output_is_bounded_clean_and_holds_no_secret(tool: Tool, tmp_path: Path) -> None:
    for number, usual in enumerate(USUAL[tool.spec.name]):
        root = make_root(tmp_path / str(number))
        output = await run_tool(TOOLS, tool.spec.name, usual, context(root, 2000))
        assert len(output.text) < 2500
        assert not CONTROL.search(output.text + output.summary)
        assert SECRET not in output.text
        assert str(root) not in output.text


@each_tool
async def test_only_a_workspace_is_changed(tool: Tool, root: Path) -> None:
    before = contents(root)
    for usual in USUAL[tool.spec.name]:
        asked = run_tool(TOOLS, tool.spec.name, usual, context(root, is_workspace=False))
        if tool.spec.name in EDITING_TOOLS:
            with pytest.raises(ToolError, match="no workspace of your own"):
                await asked
        else:
            await asked
    assert contents(root) == before


PRIVATE = [
    ".env", ".git/config", ".ladder/ladder.db", "../outside/x", "away", "away-folder/x", "id_rsa",
    "/etc/passwd", "/proc/self/environ", ".git", "..", "away-folder", "~/.ssh/id_rsa", "\0", "\x1b",
]  # fmt: skip


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize(
    "tool", [tool for tool in TOOLS if tool.spec.name != "Bash"], ids=lambda tool: tool.spec.name
)
async def test_private_paths_give_nothing_away(tool: Tool, root: Path, path: str) -> None:
    before = contents(root)
    properties = tool.spec.input_schema["properties"]
    name = "file_path" if "file_path" in properties else "path"
    asked = {**USUAL[tool.spec.name][0], name: path}
    with pytest.raises(ToolError) as caught:
        await run_tool(TOOLS, tool.spec.name, asked, context(root))
    assert contents(root) == before
    assert SECRET not in str(caught.value)
    assert not CONTROL.search(str(caught.value).replace("\n", ""))


@each_tool
async def test_a_wrong_input_is_an_error_for_the_model(tool: Tool, root: Path) -> None:
    for wrong in ({}, {"nope": 1}, {**USUAL[tool.spec.name][0], "more": "x"}):
        with pytest.raises(ToolError, match="the parameters are: "):
            await run_tool(TOOLS, tool.spec.name, wrong, context(root))


async def test_a_tool_that_the_agent_does_not_have(root: Path) -> None:
    with pytest.raises(ToolError, match="you have: Read"):
        await run_tool(find_tools(["Read"]), "Grep", {"pattern": "x"}, context(root))
    with pytest.raises(ToolError, match="you have: none"):
        await run_tool((), "Bash\x1b", {}, context(root))


def test_tools_of_a_skill_are_found_by_name() -> None:
    names = ["Grep", "Read(src/**)", "Bash(git:*)", "read", "Grep", "Task"]
    assert [tool.spec.name for tool in find_tools(names)] == ["Read", "Grep", "Bash"]
    assert missing_tools(names) == ("read", "Task")
    assert {tool.spec.name for tool in find_tools(["*"])} == {"Read", "Glob", "Grep"}


def test_an_editor_names_a_tool_that_changes_files() -> None:
    for names in (["Read", "Bash(git:*)"], ["Edit(src/**)"], ["Write"]):
        assert is_editor(names)
    for names in ([], ["Read", "Grep(src/**)"], ["*"], ["edit"], ["Edit(src"]):
        assert not is_editor(names)


_values = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 3000), st.floats(),
    st.text("ab \x1b\u00fc", max_size=5), st.sampled_from(["content", "count", "", "x" * 1001]),
    st.lists(st.booleans(), max_size=2),
)  # fmt: skip


@st.composite
def _calls(draw: st.DrawFn) -> tuple[ToolSpec, dict[str, Any]]:
    spec = draw(st.sampled_from([tool.spec for tool in TOOLS]))
    names = [*spec.input_schema["properties"], "other", *string.ascii_lowercase[:2]]
    return spec, draw(st.dictionaries(st.sampled_from(names), _values, max_size=5))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_calls())
def test_our_check_agrees_with_json_schema(call: tuple[ToolSpec, dict[str, Any]]) -> None:
    spec, values = call
    validator = jsonschema.Draft202012Validator(spec.input_schema)
    # JSON has one number type, so that 3.0 is an integer there; no model writes that.
    is_valid = validator.is_valid(values) and not any(isinstance(v, float) for v in values.values())
    try:
        check_input(spec, values)
    except ToolError:
        assert not is_valid
    else:
        assert is_valid
