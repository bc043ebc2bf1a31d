"""How many tokens skills are: in a listing, when they are used, and with all their files."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.skill_entry import SkillEntry, SkillSize
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes
from ladder_tui.models.token import count_tokens

FILE_LIMIT = 2 * 1024 * 1024
"""A context file over this many bytes is not opened: its size is taken, four bytes a token."""
BYTES_PER_TOKEN = 4
_REMEMBERED = 4_096


class SkillSizes:
    """Estimates, remembered by content."""

    def __init__(self) -> None:
        self._bodies: dict[str, tuple[int, int]] = {}
        """By content hash: tokens of the listing entry and of the body."""
        self._files: dict[tuple[str, int, int], int] = {}
        """By path, modification time and size."""

    def of(self, entry: SkillEntry) -> SkillSize:
        """Size of an entry; a broken one counts as its description alone. Reads its files."""
        if entry.skill is None:
            return SkillSize(count_tokens(_listed(entry.name, entry.description)), 0, 0)
        return self.of_skill(entry.skill)

    def of_skill(self, skill: Skill) -> SkillSize:
        """Size of a skill with all its context files that are text."""
        return SkillSize(*self._own(skill), self._references(skill))

    def of_text(self, skill: Skill | None, text: str, saved: Skill | None) -> SkillSize:
        """Size of what an editor holds; text that is no skill counts as a body.

        ``saved`` is the skill as it is on disk, whose context files are counted.
        """
        references = self._references(saved) if saved else 0
        if skill is None:
            return SkillSize(0, count_tokens(text), references)
        return SkillSize(*self._own(skill), references)

    def _own(self, skill: Skill) -> tuple[int, int]:
        known = self._bodies.get(skill.content_hash)
        if known is None:
            if len(self._bodies) >= _REMEMBERED:
                self._bodies.clear()
            listing = count_tokens(_listed(skill.name, skill.description))
            known = self._bodies[skill.content_hash] = listing, count_tokens(skill.body)
        return known

    def _references(self, skill: Skill) -> int:
        if not skill.directory:
            return 0
        return sum(self._file(Path(skill.directory, name)) for name in skill.files)

    def _file(self, path: Path) -> int:
        try:
            status = path.stat()
        except OSError:
            return 0
        key = (str(path), status.st_mtime_ns, status.st_size)
        known = self._files.get(key)
        if known is None:
            if len(self._files) >= _REMEMBERED:
                self._files.clear()
            known = self._files[key] = _tokens(path, status.st_size)
        return known


def _tokens(path: Path, size: int) -> int:
    data = read_bytes(path, path.parent, FILE_LIMIT)
    if isinstance(data, FileFault):
        return size // BYTES_PER_TOKEN if data.kind == "large" else 0
    text = decode_text(data)
    return 0 if isinstance(text, FileFault) else count_tokens(text)


def _listed(name: str, description: str) -> str:
    return f"{name}: {description}"
