"""Takes a patch of git apart into pieces that can be accepted one by one, and together again.

A piece is one hunk, or a whole file that has none: a binary one, a renamed one, an empty one.
Format: https://git-scm.com/docs/diff-format#generate_patch_text_with_p
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import msgspec

from ladder_tui.process.git_diff import unquote

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_FILE = b"diff --git "


class Piece(msgspec.Struct, frozen=True):
    """A part of a patch that makes sense by itself."""

    header: bytes
    """The lines that name its file, the same for all pieces of the file."""
    body: bytes
    """The hunk; empty where the header says everything, else a binary change too."""

    @property
    def is_whole_file(self) -> bool:
        """Whether its file cannot be taken in parts."""
        return not self.body.startswith(b"@@ ")

    @property
    def path(self) -> str:
        """The file's path, its new one where it moved; U+FFFD for what is not UTF-8."""
        lines = self.header.split(b"\n")
        marks = {b"rename to ": b"", b"+++ ": b"b/", b"--- ": b"a/"}
        for mark, prefix in marks.items():
            for line in lines:
                # Git ends a header with a tab where an unquoted name holds a space.
                name = unquote(line.removeprefix(mark).removesuffix(b"\t"))
                if line.startswith(mark) and name != b"/dev/null":
                    return name.removeprefix(prefix).decode(errors="replace")
        # Nothing moved, so the first line holds the same name twice.
        both = lines[0].removeprefix(_FILE)
        name = unquote(both[: (len(both) - 1) // 2]).removeprefix(b"a/")
        return name.decode(errors="replace")


def split_patch(patch: bytes) -> list[Piece]:
    """The pieces of ``git diff --patch --binary``, in order. Joined again they are the patch."""
    pieces: list[Piece] = []
    for header, bodies in _files(patch.splitlines(keepends=True)):
        pieces += [Piece(header, body) for body in bodies or [b""]]
    return pieces


def join_pieces(pieces: Sequence[Piece], wanted: Collection[int] | None = None) -> bytes:
    """A patch of the pieces at the places in ``wanted``, or of all. ``git apply`` takes it.

    Line numbers of later hunks stay as they were: git finds a hunk by its old place and context.
    Raises IndexError for a place that there is not.
    """
    places = range(len(pieces)) if wanted is None else sorted(set(wanted))
    patch = b""
    header = None
    for place in places:
        piece = pieces[place]
        if piece.header != header:
            patch += piece.header
            header = piece.header
        patch += piece.body
    return patch


def _files(lines: Iterable[bytes]) -> Iterable[tuple[bytes, list[bytes]]]:
    """Header and hunks of each file."""
    header, bodies, left = b"", list[bytes](), 0
    for line in lines:
        if left > 0 or (bodies and line.startswith(b"\\")):
            # Inside a hunk a line may look like a header; count as many as are announced.
            bodies[-1] += line
            left -= _counted(line)
        elif line.startswith(_FILE):
            if header:
                yield header, bodies
            header, bodies = line, []
        elif hunk := _HUNK.match(line):
            removed, added = (int(n) if n is not None else 1 for n in hunk.groups())
            bodies.append(line)
            left = removed + added
        elif line == b"GIT binary patch\n" or (bodies and not bodies[0].startswith(b"@@ ")):
            bodies = [*bodies, line] if not bodies else [bodies[0] + line]
        else:
            header += line
    if header:
        yield header, bodies


def _counted(line: bytes) -> int:
    """How many of the announced lines a line is: context is one of both sides."""
    if line.startswith(b" ") or line in (b"\n", b"\r\n"):
        return 2
    return 1 if line.startswith((b"+", b"-")) else 0
