"""Takes a section out of a skill and makes it one of its own, which the first one uses."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from ladder_tui.errors import InvalidFileError, LadderError, UsageError
from ladder_tui.library.frontmatter import parse_frontmatter
from ladder_tui.library.frontmatter_edit import quoted
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.sidecar_edit import with_use
from ladder_tui.library.skill_folder import FolderFile
from ladder_tui.library.skill_section import (
    Section,
    find_section,
    first_sentence,
    raised,
    sections,
)
from ladder_tui.library.skill_sidecar import SIDECAR_LIMIT, SIDECAR_NAME
from ladder_tui.library.skill_walk import SKILL_NAME
from ladder_tui.library.text_file import FileFault, read_bytes
from ladder_tui.workbench.authored_file import encoded, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import require_free, require_name, write_folder
from ladder_tui.workbench.skill_target import SkillTarget, find_target
from ladder_tui.workbench.skill_text import SkillTexts


class SkillSplits:
    """Breaks skills down."""

    def __init__(self, project: Project, texts: SkillTexts) -> None:
        self._project = project
        self._texts = texts

    def split(self, path: str, heading: str, name: str) -> tuple[str, str]:
        """Move the section under ``heading`` into a new skill beside the first one.

        Returns the paths of the new skill and of the changed first one, whose ``ladder.yaml``
        says that it uses the new one. All three files are written, or none. Raises UsageError
        for a heading or name that cannot be, ReadOnlyError, ConflictError, StoreError.
        """
        require_name(name)
        target = find_target(self._project, path)
        target.require_writable()
        if target.folder is None:
            raise UsageError(
                f"{target.shown} cannot be split",
                why=f"a file of kind {target.kind} has no ladder.yaml to say what it uses",
                next_step=f"make it a skill first: ladder skills new {target.name}",
            )
        text, stamp = self._texts.read(target.shown)
        lines, section = _find(target, text, heading)
        shown = f"{target.shown.rsplit('/', 2)[0]}/{name}/{SKILL_NAME}"
        place = target.folder.parent / name
        require_free(place, shown)
        beside, sidecar = _sidecar(target, name)
        made = _new_text(target, lines, section, name)
        write_folder(place, [FolderFile(SKILL_NAME, encoded(shown, made))])
        try:
            write_authored(target.folder / SIDECAR_NAME, sidecar)
            self._texts.save(target.shown, _rest(lines, section, name), stamp)
        except LadderError:
            # The first skill must not say that it uses what it still holds itself.
            _put_back(target.folder / SIDECAR_NAME, beside)
            shutil.rmtree(place, ignore_errors=True)
            raise
        return shown, target.shown


def _find(target: SkillTarget, text: str, heading: str) -> tuple[list[str], Section]:
    """Lines of the file, and the section in them, counted from the beginning of the file."""
    lines = text.split("\n")
    start = parse_frontmatter(text).body_line - 1
    body = lines[start:]
    found = find_section(body, heading)
    if found is None:
        titles = [s.title for s in sections(body)]
        raise UsageError(
            f'{target.shown} has no heading "{heading}"',
            why=name_hint(heading, titles) or "it has no headings",
            next_step=f"ladder skills show {target.name}",
        )
    section = Section(found.title, found.level, found.first + start, found.last + start)
    rest = [*body[: found.first], *body[found.last :]]
    if not any(line.strip() and not line.startswith("#") for line in rest):
        raise UsageError(
            f'"{found.title}" is all that {target.shown} says',
            why="nothing would be left of it",
            next_step=f"name a section inside it, or: ladder skills duplicate {target.name}",
        )
    return lines, section


def _new_text(target: SkillTarget, lines: list[str], section: Section, name: str) -> str:
    body = raised(lines, section)
    says = first_sentence(body[1:]) or f"{section.title}."
    header = [f"name: {name}", f"description: {quoted(f'{says} A part of {target.name}.')}"]
    if target.skill is not None and target.skill.allowed_tools:
        header.append(f"allowed-tools: {quoted(', '.join(target.skill.allowed_tools))}")
    return "\n".join(["---", *header, "---", *body]).rstrip("\n") + "\n"


def _rest(lines: list[str], section: Section, name: str) -> str:
    """The first skill without the section, which its heading still stands for."""
    stub = [lines[section.first], "", f"As the skill `{name}` says, which follows.", ""]
    return "\n".join([*lines[: section.first], *stub, *lines[section.last :]]).rstrip("\n") + "\n"


def _sidecar(target: SkillTarget, name: str) -> tuple[bytes | None, bytes]:
    """``ladder.yaml`` as it is, None without one, and as it will be."""
    file = target.file.parent / SIDECAR_NAME
    data = read_bytes(file, file.parent, SIDECAR_LIMIT)
    if isinstance(data, FileFault) and data.kind != "missing":
        raise UsageError(f"{SIDECAR_NAME} {data.message}", next_step=data.fix)
    old = None if isinstance(data, FileFault) else data
    with contextlib.suppress(UnicodeDecodeError):
        if (edited := with_use((old or b"").decode(), name)) is not None:
            return old, edited.encode()
    raise InvalidFileError(
        f"{SIDECAR_NAME} of {target.name} cannot be changed",
        (),
        next_step=f"write it so that `ladder skills lint` finds nothing, or add uses: [{name}]",
    )


def _put_back(file: Path, data: bytes | None) -> None:
    with contextlib.suppress(LadderError, OSError):
        if data is None:
            file.unlink(missing_ok=True)
        else:
            write_authored(file, data)
