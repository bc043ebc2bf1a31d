"""Versions of skill files by content hash, and what changed between two of them."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.skill_entry import SkillEntry, SkillVersion
from ladder_tui.errors import StoreError, UsageError
from ladder_tui.gates.printable import UNPRINTABLE
from ladder_tui.library.line_end import plain
from ladder_tui.library.skill_file import SKILL_LIMIT
from ladder_tui.library.skill_sidecar import SIDECAR_LIMIT, SIDECAR_NAME
from ladder_tui.library.text_file import FileFault, read_bytes
from ladder_tui.store import skill_version as version_rows
from ladder_tui.store.database import Database, DatabaseCopy
from ladder_tui.store.skill_version import VersionRow
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_target import SkillTarget, all_targets, find_target

MOST_NOTED = 300
MOST_LINES = 40_000
"""Two versions with more lines together are not compared line by line."""
LINE_WIDTH = 2_000
"""Characters of a line in a diff; longer ones are cut."""


class SkillVersions:
    """What skill files said over time."""

    def __init__(self, project: Project, database: Database) -> None:
        self._project = project
        self._db = database
        self._noted: dict[str, str] | None = None
        """Newest content hash by path, as far as known; None before the first look."""

    def note(self, entries: Sequence[SkillEntry]) -> None:
        """Remember the project's own files that say something new, at most ``MOST_NOTED``.

        So an edit with another program can be compared with what was there before it. In a larger
        library a file is remembered once it is opened, saved or used.
        """
        own = [e for e in entries if e.origin == "project" and e.skill is not None]
        if isinstance(self._db, DatabaseCopy) or len(own) > MOST_NOTED:
            return
        with contextlib.suppress(StoreError):
            if self._noted is None:
                self._noted = version_rows.newest_hashes(self._db)
            fresh = [e for e in own if e.skill and self._noted.get(e.path) != e.skill.content_hash]
            if fresh:
                self._noted |= {e.path: e.skill.content_hash for e in fresh if e.skill}
                paths = {e.path for e in fresh}
                self.record([t for t in all_targets(self._project) if t.shown in paths])

    def record(self, targets: Iterable[SkillTarget]) -> None:
        """Remember what the files say now. A database that cannot be written is left alone."""
        now = time.time()
        rows = [row for target in targets if (row := _row(target, now)) is not None]
        # Versions are a record of work, never a reason that the work itself fails.
        with contextlib.suppress(StoreError):
            version_rows.add_versions(self._db, rows)

    def record_used(self, skills: Sequence[Skill]) -> None:
        """Remember the skills of a run that is about to start."""
        targets = []
        for skill in skills:
            with contextlib.suppress(UsageError):  # it disappeared since it was read
                targets.append(find_target(self._project, skill.path))
        self.record(targets)

    def of(self, path: str) -> Sequence[SkillVersion]:
        """Versions of one file, newest first; the file as it is now is the first.

        Raises UsageError when there is no such file and never was one.
        """
        try:
            target = find_target(self._project, path)
        except UsageError:
            past = version_rows.versions(self._db, path)
            if not past:
                raise
            return past
        past = version_rows.versions(self._db, target.shown)
        row = _row(target, time.time())
        if row is None:
            return past
        current = row.version
        seen_at = next((v.seen_at for v in past if v.content_hash == current.content_hash), None)
        if seen_at is not None:
            current = SkillVersion(current.content_hash, seen_at, current.text, current.sidecar)
        return [current, *(v for v in past if v.content_hash != current.content_hash)]

    def diff(self, path: str, old_hash: str, new_hash: str = "") -> Sequence[str]:
        """Unified diff between two versions; ``new_hash`` is the file as it is now by default.

        Hashes may be shortened. Lines are free of control characters. Raises UsageError.
        """
        known = self.of(path)
        old = _version(known, old_hash, path)
        new = _version(known, new_hash, path) if new_hash else known[0]
        return diff_versions(old, new)


def diff_versions(old: SkillVersion, new: SkillVersion) -> Sequence[str]:
    """Unified diff of the Markdown and of ``ladder.yaml``, free of control characters."""
    names = (old.content_hash[:10], new.content_hash[:10])
    lines = diff_texts(old.text, new.text, names, "SKILL.md")
    return [*lines, *diff_texts(old.sidecar, new.sidecar, names, SIDECAR_NAME)]


def diff_texts(
    old: str, new: str, names: tuple[str, str], file: str, *, limit: int = MOST_LINES
) -> list[str]:
    """Unified diff of two texts; empty for equal ones. Line ends do not count, but are said.

    Of a longer diff than ``limit`` lines the rest is left out, and that is said too.
    """
    if old == new:
        return []
    before, after = _lines(old), _lines(new)
    if before == after:
        return [f"{file}: only line ends or a byte order mark differ"]
    if before and len(before) + len(after) > MOST_LINES:
        return [f"{file}: differs; too long to be compared line by line"]
    head = (f"{file} {names[0]}", f"{file} {names[1]}")
    found = difflib.unified_diff(before, after, *head, lineterm="") if before else _all(after, head)
    lines = [printable(line) for line in itertools.islice(found, limit)]
    return lines if next(iter(found), None) is None else [*lines, f"{file}: … and more"]


def _all(lines: Sequence[str], head: tuple[str, str]) -> Iterator[str]:
    """The unified diff of a new text, without a comparison."""
    yield from (f"--- {head[0]}", f"+++ {head[1]}", f"@@ -0,0 +1,{len(lines)} @@")
    yield from (f"+{line}" for line in lines)


def _lines(text: str) -> list[str]:
    lines = plain(text).split("\n")
    return lines if lines[-1] else lines[:-1]


def printable(line: str) -> str:
    """One line without control and invisible characters, bounded; its indent stays."""
    # Cut before it is cleaned: one line may be the whole of a large file.
    flat = UNPRINTABLE.sub("?", line[: 2 * LINE_WIDTH].expandtabs(4))
    is_whole = len(line) <= 2 * LINE_WIDTH and len(flat) <= LINE_WIDTH
    return flat if is_whole else flat[: LINE_WIDTH - 1] + "…"


def read_version(file: Path, seen_at: float, *, has_sidecar: bool = True) -> SkillVersion | None:
    """A Markdown file and the sidecar beside it as they are now; None where it is no text."""
    data = read_bytes(file, file.parent, SKILL_LIMIT)
    if isinstance(data, FileFault):
        return None
    sidecar = b""
    if has_sidecar:
        found = read_bytes(file.parent / SIDECAR_NAME, file.parent, SIDECAR_LIMIT)
        sidecar = b"" if isinstance(found, FileFault) else found
    try:
        text, beside = data.decode(), sidecar.decode()
    except UnicodeDecodeError:
        return None
    return SkillVersion(hashlib.sha256(data + sidecar).hexdigest(), seen_at, text, beside)


def _row(target: SkillTarget, now: float) -> VersionRow | None:
    version = read_version(target.file, now, has_sidecar=target.kind == "skill")
    if version is None:
        return None
    return VersionRow(target.shown, target.name, target.kind, version)


def _version(known: Sequence[SkillVersion], prefix: str, path: str) -> SkillVersion:
    found = [v for v in known if v.content_hash.startswith(prefix)]
    if len(found) == 1:
        return found[0]
    what = "has no version" if not found else "has several versions that begin with"
    raise UsageError(
        f"{path} {what} {prefix!r}",
        why="known: " + (", ".join(v.content_hash[:10] for v in known[:8]) or "none yet"),
        next_step=f"ladder skills versions {path}",
    )
