"""Writes skill folders for tests, and reads them as the library does."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ladder_tui.library.skill_file import Offer, SkillFile, read_skill
from ladder_tui.library.skill_library import SkillLibrary
from ladder_tui.library.skill_place import skill_shelves
from ladder_tui.library.skill_walk import walk_shelves
from ladder_tui.library.trust import TrustFile

HEAD = "---\nname: review-x\ndescription: Reviews x.\nallowed-tools: Read\n---\n"


def write_skill(
    root: Path,
    text: str | bytes,
    sidecar: str | None = None,
    name: str = "review-x",
    place: str = ".ladder/skills",
) -> Path:
    """Put a skill into a shelf of the project; gives its folder."""
    folder = root / place / name
    folder.mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "SKILL.md").write_bytes(data)
    if sidecar is not None:
        (folder / "ladder.yaml").write_text(sidecar)
    return folder


def write_file(root: Path, path: str, text: str | bytes) -> Path:
    """Put a file below ``root``; gives its path."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def read_all(
    root: Path, gates: Collection[str] | None = None, home: Path | None = None
) -> list[SkillFile]:
    """What the repository and the home directory hold, without what ships."""
    shelves = [s for s in skill_shelves(root, home) if s.origin != "shipped"]
    return [read_skill(found, Offer(gates)) for found in walk_shelves(shelves)]


def read_one(root: Path, gates: Collection[str] | None = None) -> SkillFile:
    """The only skill of a repository."""
    (file,) = read_all(root, gates)
    return file


def library(root: Path, home: Path | None = None, *, is_trusted: bool = True) -> SkillLibrary:
    """The library of a repository, which is trusted unless a test says no."""
    trust = TrustFile(root / ".trust.json")
    (trust.trust if is_trusted else trust.distrust)(root)
    return SkillLibrary(root, home, trust=trust)
