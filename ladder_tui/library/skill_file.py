"""Reads one skill, agent or command, and the ``ladder.yaml`` beside a SKILL.md.

It is usable when none of its problems is an error. Nothing is executed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill, SkillKind
from ladder_tui.library.frontmatter import Frontmatter, parse_frontmatter, parse_usual
from ladder_tui.library.skill_header import Header, read_header, shown_text
from ladder_tui.library.skill_place import SkillShelf
from ladder_tui.library.skill_sidecar import SIDECAR_LIMIT, SIDECAR_NAME, Sidecar, parse_sidecar
from ladder_tui.library.skill_walk import Found
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes, read_seen

SKILL_LIMIT = 1024 * 1024
"""Largest Markdown file in bytes."""
MAX_FILES = 500
"""Context files of one skill that are listed."""

_FILE_RULES = {"missing": "S001", "unreadable": "S001", "large": "S002", "outside": "S003"}
_SKIPPED = frozenset({"__pycache__", "node_modules"})


class SkillFile(msgspec.Struct, frozen=True):
    """What was found in one file."""

    location: str
    """Absolute path of the Markdown file."""
    shown: str
    """Its path as people see it: relative to the repository or library, POSIX."""
    shelf: SkillShelf
    name: str
    """What it says it is called, else what its path says; also where it is broken."""
    description: str
    skill: Skill | None
    """None where a problem is an error."""
    problems: tuple[Problem, ...]
    uses: tuple[str, ...] = ()
    """Names of the skills that it is composed of."""
    uses_lines: tuple[int, ...] = ()
    """Line of each of these names in ``ladder.yaml``."""

    @property
    def path(self) -> Path:
        """The Markdown file."""
        return Path(self.location)

    @property
    def sidecar_shown(self) -> str:
        """Path of its ``ladder.yaml`` as people see it."""
        return f"{self.shown.rpartition('/')[0]}/{SIDECAR_NAME}"


class Offer(msgspec.Struct, frozen=True):
    """What this Ladder has: names that files may mention. None leaves them unchecked."""

    gates: Collection[str] | None = None
    """Evidence gates."""
    tools: Collection[str] | None = None


ANYTHING = Offer()


def read_skill(found: Found, offer: Offer = ANYTHING, *, instead: bytes | None = None) -> SkillFile:
    """Read a file that a walk found. Never raises for what is in it.

    Its real place must be inside its folder's boundary. ``instead`` is read in place of the
    Markdown file.
    """
    shelf = found.shelf
    shown = shown_text(f"{shelf.prefix}/{found.below}" if found.below else shelf.prefix)
    own_name = _own_name(found)
    data = instead if instead is not None else _read(found)
    front = data if isinstance(data, FileFault) else _front(data)
    if isinstance(data, FileFault) or isinstance(front, FileFault):
        fault = data if isinstance(data, FileFault) else front
        assert isinstance(fault, FileFault)
        name = shown_text(own_name)
        return SkillFile(found.path, shown, shelf, name, "", None, (file_problem(shown, fault),))
    header = read_header(front, shown, shelf.kind, own_name, offer.tools)
    problems = header.problems
    sidecar, sidecar_data = Sidecar(), b""
    uses_lines: tuple[int, ...] = ()
    if found.sidecar is not None:
        sidecar, sidecar_data, more, uses_lines = _sidecar(found, shown, offer.gates)
        problems = (*problems, *more)
    if len(problems) > 1:
        problems = tuple(sorted(problems, key=lambda p: (p.path, p.line, p.rule)))
    skill = None
    if all(problem.level == "warning" for problem in problems):
        content_hash = hashlib.sha256(data + sidecar_data if sidecar_data else data).hexdigest()
        skill = _skill(found, shown, header, sidecar, content_hash, front.body)
    return SkillFile(
        found.path,
        shown,
        shelf,
        header.name,
        header.description,
        skill,
        problems,
        sidecar.uses,
        uses_lines,
    )


def _front(data: bytes) -> Frontmatter | FileFault:
    usual = parse_usual(data)
    if usual is not None:
        return usual
    text = decode_text(data)
    return text if isinstance(text, FileFault) else parse_frontmatter(text)


def _own_name(found: Found) -> str:
    """The name that the path gives: the folder of a skill, ``folder:file`` for a command."""
    parts = (found.below or found.path.rpartition("/")[2]).split("/")
    kind: SkillKind = found.shelf.kind
    if kind == "skill":
        return parts[-2] if len(parts) > 1 else found.shelf.directory.rpartition("/")[2]
    stem = parts[-1].removesuffix(".md")
    return ":".join((*parts[:-1], stem)) if kind == "command" else stem


def _skill(
    found: Found, shown: str, header: Header, sidecar: Sidecar, content_hash: str, body: str
) -> Skill:
    shelf = found.shelf
    is_folder = shelf.kind == "skill"
    return Skill(
        name=header.name,
        description=header.description,
        body=body,
        content_hash=content_hash,
        origin=shelf.origin,
        path=shown,
        allowed_tools=header.tools,
        lens=sidecar.lens,
        evidence=sidecar.evidence,
        outputs=sidecar.outputs,
        tier=sidecar.tier or header.tier,
        extra=header.extra,
        kind=shelf.kind,
        source=shelf.source,
        inputs=sidecar.inputs if sidecar.inputs is not None else header.inputs,
        uses=sidecar.uses,
        files=context_files(found) if found.context else (),
        directory=_folder(found) if is_folder else "",
        model=header.model,
    )


def _folder(found: Found) -> str:
    if found.real:
        return found.real.rpartition("/")[0]
    return os.path.realpath(found.folder)


def _read(found: Found) -> bytes | FileFault:
    if found.real and (data := read_seen(found.real, SKILL_LIMIT)) is not None:
        return data
    path = Path(found.path)
    if found.shelf.kind != "skill":
        return read_bytes(path, Path(found.shelf.boundary), SKILL_LIMIT)
    return _read_beside(path, path.name, Path(found.shelf.boundary), SKILL_LIMIT)


def _read_beside(path: Path, name: str, boundary: Path, limit: int) -> bytes | FileFault:
    """Read a file of a skill's folder; the folder may not leave the boundary, nor it the folder."""
    try:
        folder = path.parent.resolve(strict=True)
        if not folder.is_relative_to(boundary.resolve()):
            return FileFault("outside", "its folder is a symbolic link that leaves", "copy it")
    # RuntimeError: a loop of symbolic links on Python 3.11 and 3.12. ValueError: a NUL in the name.
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return FileFault("unreadable", f"cannot be read: {reason}", "check the folder")
    return read_bytes(folder / name, folder, limit)


def _sidecar(
    found: Found, shown: str, gates: Collection[str] | None
) -> tuple[Sidecar, bytes, list[Problem], tuple[int, ...]]:
    beside = f"{shown.rpartition('/')[0]}/{SIDECAR_NAME}"
    boundary = Path(found.shelf.boundary)
    data = _read_beside(Path(found.path), SIDECAR_NAME, boundary, SIDECAR_LIMIT)
    if isinstance(data, FileFault):
        rule = "S003" if data.kind == "outside" else "S020"
        return Sidecar(), b"", [Problem(beside, 0, rule, data.message, data.fix)], ()
    sidecar, problems, uses_lines = parse_sidecar(data, beside, gates)
    return sidecar, data, problems, uses_lines


def context_files(found: Found) -> tuple[str, ...]:
    """Regular files of the context folders, relative to the skill's; links are left out."""
    top = found.folder
    files: list[str] = []
    waiting = [*reversed(found.context)]
    while waiting and len(files) < MAX_FILES:
        folder = waiting.pop()
        try:
            with os.scandir(f"{top}/{folder}") as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            # A file of this name, or a folder that may not be read: it has nothing to offer.
            continue
        names = [e.name for e in entries if e.is_file(follow_symlinks=False)]
        files += [f"{folder}/{name}" for name in names if name.isprintable() and name[0] != "."]
        below = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        waiting += [f"{folder}/{n}" for n in reversed(below) if n not in _SKIPPED and n[0] != "."]
    return tuple(files[:MAX_FILES])


def file_problem(shown: str, fault: FileFault) -> Problem:
    """Why a Markdown file could not be read."""
    rule = _FILE_RULES.get(fault.kind, "S004")
    return Problem(shown, fault.line, rule, fault.message, fault.fix)
