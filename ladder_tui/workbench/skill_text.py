"""The text of a skill file: read, checked while it is written, saved with a backup."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.skill_entry import SkillSize
from ladder_tui.errors import UsageError
from ladder_tui.library.line_end import plain, restored
from ladder_tui.library.skill_file import SKILL_LIMIT
from ladder_tui.library.text_file import FileFault, read_bytes
from ladder_tui.workbench.authored_file import conflict, encoded, modified_ns, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import require_real
from ladder_tui.workbench.skill_size import SkillSizes
from ladder_tui.workbench.skill_target import SkillTarget, find_target
from ladder_tui.workbench.skill_version import SkillVersions

BACKUPS_KEPT = 50
"""Of one file; the oldest are removed."""
_BACKUP = re.compile(r"\d{8}-\d{6}\.\d{6}\.md")


class SkillTexts:
    """Reads and writes the Markdown files of the library."""

    def __init__(self, project: Project, versions: SkillVersions, sizes: SkillSizes) -> None:
        self._project = project
        self._versions = versions
        self._sizes = sizes
        self._targets: dict[str, SkillTarget] = {}
        """Of files that were read, also when they are gone since."""
        self._seen: dict[tuple[str, int], str] = {}
        """Hash of what was read or written, by path and modification time: neither alone tells
        whether somebody else wrote the file."""

    def read(self, path: str) -> tuple[str, int]:
        """Text of a file, with ``\\n`` line ends and without a byte order mark, and its
        modification time in ns, both to be given back to ``save``.

        Raises UsageError when there is no such file, InvalidFileError where it is no text.
        """
        target = self._targets[path] = find_target(self._project, path)
        stamp = modified_ns(target.file)
        data = target.read()
        text = plain(data.decode())
        self._seen[path, stamp] = _hash(data)
        self._versions.record([target])
        return text, stamp

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Write a file whole or not at all and return its new modification time in ns.

        What was there is kept below ``.ladder/backups`` first. Lines that did not change keep
        their line ends, and a byte order mark stays. ``expected_mtime_ns`` is what ``read`` gave,
        or 0 for a file that is not there.

        Raises ConflictError when the file changed since it was read, ReadOnlyError for what ships
        or belongs to a plugin, StoreError when it cannot be written, UsageError for text that is
        no UTF-8.
        """
        target = self._targets.get(path) or find_target(self._project, path)
        target.require_writable()
        original = self._original(target, path, expected_mtime_ns)
        data = encoded(target.shown, restored(text, original.decode("utf-8", "replace")))
        if data == original and expected_mtime_ns:
            return expected_mtime_ns
        if original:
            self._versions.record([target])
            self._back_up(target, original)
        stamp = write_authored(target.file.resolve(), data)
        self._seen[path, stamp] = _hash(data)
        self._versions.record([target])
        return stamp

    def lint_text(self, path: str, text: str) -> tuple[Skill | None, Sequence[Problem], SkillSize]:
        """Read and check text that may not be saved yet, as the file at ``path``.

        Raises UsageError when there is no such file.
        """
        target = self._targets.get(path)
        if target is None:
            target = self._targets[path] = find_target(self._project, path)
        skill, problems = self.read_text(target, text)
        return skill, problems, self._sizes.of_text(skill, plain(text), target.skill)

    def read_text(self, target: SkillTarget, text: str) -> tuple[Skill | None, Sequence[Problem]]:
        """Read ``text`` as if it were in the file of ``target``, with the sidecar beside it."""
        data = text.encode("utf-8", "replace")
        library = self._project.library
        file = library.read_text(target.shown, data, target.file, target.kind)
        return file.skill, file.problems

    def _original(self, target: SkillTarget, path: str, expected_mtime_ns: int) -> bytes:
        """What is on disk now. Raises ConflictError when that is not what was read."""
        current = modified_ns(target.file)
        if current == 0:
            if expected_mtime_ns:
                raise conflict(target.shown, is_gone=True)
            return b""
        data = read_bytes(target.file, target.file.parent, SKILL_LIMIT)
        if isinstance(data, FileFault):
            raise UsageError(f"{target.shown} {data.message}", next_step=data.fix)
        known = self._seen.get((path, expected_mtime_ns))
        is_same = current == expected_mtime_ns if known is None else known == _hash(data)
        if not is_same:
            raise conflict(target.shown, is_gone=False)
        return data

    def _back_up(self, target: SkillTarget, data: bytes) -> None:
        name = target.shown.removesuffix(".md").replace("/", "+").lstrip(".")
        folder = self._project.directory / "backups" / name
        require_real(folder.parent)
        require_real(folder)
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06d}"
        write_authored(folder / f"{stamp}.md", data)
        ours = sorted(path for path in folder.iterdir() if _BACKUP.fullmatch(path.name))
        for old in ours[:-BACKUPS_KEPT]:
            old.unlink(missing_ok=True)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
