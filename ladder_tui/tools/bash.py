"""Bash: a command line in the sandbox, in the agent's own workspace.

There is no network on the level ``bwrap``; the workspace is writable, git's folder is read-only,
and of the rest of the machine only programs can be seen. See docs/security.md for ``limits``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.process.git_command import common_directory, config_masks, find_repository
from ladder_tui.process.runner import ProcessResult, ProcessRunner, ProcessSpec
from ladder_tui.process.sandbox import probe_sandbox
from ladder_tui.process.spec import MIB
from ladder_tui.tools.permission import allows_command
from ladder_tui.tools.plain_text import decode, printable
from ladder_tui.tools.replace_file import require_workspace
from ladder_tui.tools.tool import ToolContext, ToolOutput

DEFAULT_TIMEOUT_MS = 120_000
MAX_TIMEOUT_MS = 600_000
MAX_COMMAND_CHARS = 20_000
OUTPUT_LIMIT = 4 * MIB
ADDRESS_SPACE_MB = 8192
"""Of each process: runtimes reserve far more than they use, which the watchdog counts."""
_HEAD_SHARE = 0.6
"""Of what is shown when the output is long: the rest is its end, where failures stand."""
_NOTE_ROOM = 200
# One pipe for both, so that errors stand where they happened.
_MERGED = ("bash", "-c", 'exec "$@" 2>&1', "bash", "bash", "--noprofile", "--norc", "-c")
_GIT = {"GIT_PAGER": "cat", "PAGER": "cat", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


class RunCommand:
    """Runs a command line; what it says and its exit code are the result."""

    spec = ToolSpec(
        name="Bash",
        description=(
            "Run a command line with bash in your workspace, for example to test what you "
            "changed. There is no network and no input; each call starts anew in the repository "
            "root, and nothing it starts outlives it. git can read and not commit."
        ),
        input_schema={
            "type": "object",
            "properties": {
                "command": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_COMMAND_CHARS,
                    "description": "The command line",
                },
                "timeout": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_TIMEOUT_MS,
                    "description": f"Time limit in ms (default {DEFAULT_TIMEOUT_MS})",
                },
                "description": {
                    "type": "string",
                    "maxLength": 200,
                    "description": "What it does, in a few words",
                },
            },
            "required": ["command"],
            "additionalProperties": False,
        },
    )

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """Run in the sandbox; see ``Tool.run``. A command that fails is a result, not an error."""
        require_workspace(context)
        command = str(input["command"])
        if "\0" in command:
            raise ToolError("the command cannot be run", why="it holds a NUL character")
        if not allows_command(context.allowed_tools, command):
            raise ToolError("the command is refused", why="the rules of your skill do not allow it")
        process = context.process or ProcessRunner((await probe_sandbox()).level)
        root = context.root.resolve()
        folder = await asyncio.to_thread(_git_folder, root)
        spec = ProcessSpec(
            argv=(*_MERGED, command),
            cwd=root,
            timeout_s=input.get("timeout", DEFAULT_TIMEOUT_MS) / 1000,
            memory_mb=ADDRESS_SPACE_MB,
            output_limit=OUTPUT_LIMIT,
            env=_GIT,
            read_paths=(folder,) if folder is not None and root not in folder.parents else (),
            write_paths=(root,),
            masks=config_masks(folder) if folder is not None else (),
            label="Bash",
        )
        return _output(await process.run(spec), spec, context.max_output_chars)


def _git_folder(root: Path) -> Path | None:
    """Where git keeps the repository of a workspace, often outside: its worktrees share it."""
    repository = find_repository(root)
    if repository is None or repository.top != root:
        return None
    return common_directory(repository.git_dir)


def _output(result: ProcessResult, spec: ProcessSpec, max_chars: int) -> ToolOutput:
    lines = [printable(decode(line.rstrip(b"\r"))[0]) for line in result.stdout.split(b"\n")]
    if lines and not lines[-1]:
        lines.pop()
    text, is_cut = _fit("\n".join(lines), max_chars - _NOTE_ROOM)
    notes, summary = _ending(result, spec)
    if not text and not notes:
        text = "(no output)"
    shown = "\n".join([text, *(f"[{note}]" for note in notes)]).lstrip("\n")
    return ToolOutput(shown, summary, is_cut or result.is_truncated)


def _ending(result: ProcessResult, spec: ProcessSpec) -> tuple[list[str], str]:
    """Notes for the model on how the command ended, and a few words for the board."""
    if result.is_timed_out:
        return [f"ended by the time limit of {spec.timeout_s:g} s"], "timed out"
    if result.is_truncated:
        return [f"ended: it wrote more than {OUTPUT_LIMIT // MIB} MiB"], "too much output"
    if result.excess == "processes":
        return [f"ended: more than {spec.max_processes} processes"], "too many processes"
    if result.excess == "memory":
        return ["ended: its processes held too much memory together"], "too much memory"
    code = result.exit_code or 0
    return ([f"exit code {code}"] if code else []), f"exit {code}"


def _fit(text: str, room: int) -> tuple[str, bool]:
    """The text, or its beginning and its end with what was left out between."""
    if len(text) <= room:
        return text, False
    head = int(room * _HEAD_SHARE)
    tail = room - head
    left_out = len(text) - head - tail
    return f"{text[:head]}\n[… {left_out:,} characters left out …]\n{text[-tail:]}", True
