"""Readers never crash and never hang, whatever a file holds."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.library.location import shipped_directory
from ladder_tui.library.workflow_file import parse_workflow, read_workflow
from tests.library.skill_folder import HEAD, library, read_all, read_one, write_file, write_skill
from tests.library.workflow_example import CATALOG
from tests.library.workflow_examples import EXAMPLES

_REVIEW = (shipped_directory("workflows") / "review.yaml").read_bytes()
_SKILL = HEAD.encode() + b"# Title\n\nDo it.\n"
_SIDECAR = (shipped_directory("skills") / "review-tests" / "ladder.yaml").read_bytes()
_PIECES = st.sampled_from(
    [b"&a ", b"*a", b"!!python/name:x ", b"[", b"]", b"{", b"}", b"\t", b"\r", b"\r\n", b"---\n",
     b"- ", b": ", b"#", b"|\n", b"'", b'"', b"\0", b"\xff", b"\xef\xbb\xbf", b"${", b"}", b"-9",
     b"${inputs.x}", b"\xe2\x80\xa8", b"\x1b[2J", b"? ", b"%YAML 9.9\n", b"\n\n", b"null", b"1e999"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """One of the seeds with pieces cut out, copied and put in."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        piece = draw(_PIECES | st.binary(max_size=6) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


@settings(max_examples=300, deadline=None)
@given(mutated((_REVIEW, *(example.good.encode() for example in EXAMPLES[::7]))))
def test_workflow_files(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    workflow, problems = parse_workflow(text, "w.yaml", CATALOG)
    assert (workflow is None) == any(problem.level == "error" for problem in problems)
    assert all(problem.line >= 1 and problem.message for problem in problems)


@settings(max_examples=100, deadline=None)
@given(mutated((_REVIEW,)))
def test_workflow_files_on_disk(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.yaml"
        path.write_bytes(data)
        file = read_workflow(path, "review.yaml")
        assert (file.workflow is None) == any(p.level == "error" for p in file.problems)


@settings(max_examples=300, deadline=None)
@given(mutated((_SKILL,)), mutated((_SIDECAR,)) | st.none())
def test_skills(data: bytes, sidecar: bytes | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = write_skill(root, data)
        if sidecar is not None:
            (folder / "ladder.yaml").write_bytes(sidecar)
        file = read_one(root, ("codespell",))
        assert file.path.read_bytes() == data
        assert (file.skill is None) == any(p.level == "error" for p in file.problems)
        if file.skill is not None:
            assert file.skill.name
            assert "/" not in file.skill.name
            assert file.skill.name.isprintable()


_AGENT = b"---\nname: helper\ndescription: Helps.\ntools: Read, Grep\nmodel: haiku\n---\nHelp.\n"
_COMMAND = b"---\nargument-hint: [issue]\nallowed-tools: Bash(git:*)\n---\nFix $ARGUMENTS\n"
_MANIFEST = b'{"name": "tidy", "agents": ["./more", "./one.md"]}'


@settings(max_examples=200, deadline=None)
@given(mutated((_AGENT,)), mutated((_COMMAND,)), mutated((_MANIFEST,)))
def test_agents_commands_and_plugins(agent: bytes, command: bytes, manifest: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        plugin = root / ".claude/plugins/tidy"
        write_file(root, ".claude/agents/helper.md", agent)
        write_file(root, ".claude/commands/git/fix.md", command)
        write_file(plugin, ".claude-plugin/plugin.json", manifest)
        write_file(plugin, "agents/other.md", agent)
        files = {file.shown: file for file in read_all(root)}
        assert files[".claude/commands/git/fix.md"].name == "git:fix"
        assert ".claude/plugins/tidy/agents/other.md" in files
        for file in files.values():
            assert (file.skill is None) == any(p.level == "error" for p in file.problems)
            assert file.name.isprintable()
        entries = library(root).entries()
        json.loads(msgspec.json.encode(entries))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_skill(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_skill(root, data)
        file = read_one(root)
        assert (file.skill is None) == any(p.level == "error" for p in file.problems)
