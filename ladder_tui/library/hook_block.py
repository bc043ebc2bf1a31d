"""A marked block in a git hook: put in, replaced and taken out without touching another byte.

It stands right after the first line of the script: there it always runs, whatever the rest of the
hook does, and it leaves the exit code of the rest alone. All functions are pure.
"""

from __future__ import annotations

import re
import shlex
from typing import Literal

from ladder_tui.library.trigger_command import TriggerCommand

HookEvent = Literal["pre-commit", "pre-push", "post-merge"]
HOOK_EVENTS: tuple[HookEvent, ...] = ("pre-commit", "pre-push", "post-merge")
CAN_STOP: frozenset[HookEvent] = frozenset({"pre-commit", "pre-push"})
"""Hooks whose exit code git minds."""

_NEW = b"#!/bin/sh\n"
_SHELLS = re.compile(rb"#!\s*(/\S*/)?(env\s+(-S\s+)?)?(/\S*/)?(sh|bash|dash|ash|ksh|zsh)\b")


def hook_block(event: HookEvent, command: TriggerCommand, directory: str) -> str:
    """The lines of a hook for ``command``, run in ``directory`` below the top of the repository.

    A detached run never stops git: what went wrong is said, and git goes on. The run's own exit
    code decides otherwise.
    """
    # Git's own variables would make every git below work on another index or directory.
    clean = "unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE GIT_PREFIX"
    enter = "" if directory == "." else f"cd {shlex.quote(directory)} && "
    run = f"({clean}; {enter}exec {command.shell_text()} </dev/null >&2)"
    failed = (
        f'echo "ladder: {event}: {command.workflow} did not start; git goes on" >&2'
        if command.is_detached
        else "exit 1"
    )
    return f"{_begin(command.workflow)}\n{run} || {failed}\n{_end(command.workflow)}\n"


def put_block(content: bytes | None, workflow: str, block: str) -> bytes:
    """The hook with the block of ``workflow`` in it; ``content`` is None where there is none yet.

    Raises ValueError, with the reason, for a hook that cannot take a block.
    """
    if content is None:
        return _NEW + block.encode()
    bare = take_block(content, workflow)
    kept = content if bare is None else bare
    head, end, tail = kept.partition(b"\n")
    if not _SHELLS.match(head):
        raise ValueError("it is no shell script")
    if not end:
        raise ValueError("its first line has no end")
    return head + end + block.encode() + tail


def take_block(content: bytes, workflow: str) -> bytes | None:
    """The hook without the block of ``workflow``, or None where it holds none."""
    begin, end = _begin(workflow).encode(), _end(workflow).encode()
    found = re.search(
        rb"^" + re.escape(begin) + rb"\n.*?^" + re.escape(end) + rb"\n",
        content,
        re.MULTILINE | re.DOTALL,
    )
    return None if found is None else content[: found.start()] + content[found.end() :]


def is_empty_hook(content: bytes) -> bool:
    """Whether nothing is left of a hook but the line that this module writes."""
    return content == _NEW


def _begin(workflow: str) -> str:
    return f"# >>> ladder {workflow} >>>"


def _end(workflow: str) -> str:
    return f"# <<< ladder {workflow} <<<"
