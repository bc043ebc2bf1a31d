"""Glob patterns over repository paths, in time linear in the path for each star.

``*`` and ``?`` stay within a name, ``**`` spans folders, ``{a,b}`` are alternatives. A pattern
without a slash matches the last name at any depth, as in ripgrep and .gitignore.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate

from ladder_tui.errors import ToolError
from ladder_tui.tools.plain_text import printable

MAX_CHARS = 300
MAX_ALTERNATIVES = 64


def compile_glob(pattern: str) -> Callable[[str], bool]:
    """Return a function that says whether a relative POSIX path matches. Raises ToolError."""
    if not pattern or len(pattern) > MAX_CHARS:
        raise ToolError(f"a glob pattern has 1 to {MAX_CHARS} characters")
    if ".." in pattern.split("/"):
        raise ToolError(f"{printable(pattern)} is refused", why="'..' is not allowed in a pattern")
    alternatives = [_segments(text) for text in _expand(pattern)]

    def matches(path: str) -> bool:
        parts = path.split("/")
        return any(_match(segments, parts) for segments in alternatives)

    return matches


_Segment = re.Pattern[str] | None


def _segments(pattern: str) -> list[_Segment]:
    """None stands for ``**``. Names are matched one by one, so a star cannot run over a slash."""
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    if "/" not in pattern.strip("/"):
        parts = ["**", *parts]
    if pattern.endswith("/"):
        parts.append("**")
    # fnmatch makes stars atomic since Python 3.9: no pattern backtracks over earlier stars.
    return [None if part == "**" else re.compile(translate(part)) for part in parts]


def _match(segments: list[_Segment], parts: list[str]) -> bool:
    """Keep the set of segments that may be next, as an automaton does: no backtracking."""
    states = _skip({0}, segments)
    for part in parts:
        following: set[int] = set()
        for state in states:
            if state == len(segments):
                continue
            segment = segments[state]
            if segment is None:
                following.add(state)
            elif segment.match(part):
                following.add(state + 1)
        states = _skip(following, segments)
        if not states:
            return False
    return len(segments) in states


def _skip(states: set[int], segments: list[_Segment]) -> set[int]:
    """``**`` also stands for no folder at all."""
    reached = set(states)
    for state in sorted(states):
        following = state
        while following < len(segments) and segments[following] is None:
            following += 1
            reached.add(following)
    return reached


def _expand(pattern: str) -> list[str]:
    """Expand ``{a,b}``, innermost first, so that nesting works."""
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        text = waiting.pop()
        braces = re.search(r"\{([^{}]*,[^{}]*)\}", text)
        if braces is None:
            done.append(text)
        else:
            head, tail = text[: braces.start()], text[braces.end() :]
            waiting += [head + choice + tail for choice in braces[1].split(",")]
        if len(done) + len(waiting) > MAX_ALTERNATIVES:
            raise ToolError(f"more than {MAX_ALTERNATIVES} alternatives in one pattern")
    return done
