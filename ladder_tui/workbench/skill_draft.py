"""New skills: from a template, or as a copy of another."""

from __future__ import annotations

from ladder_tui.domain.skill import SkillKind
from ladder_tui.library.frontmatter_edit import with_field
from ladder_tui.library.skill_folder import FolderFile
from ladder_tui.library.skill_template import template
from ladder_tui.library.skill_walk import SKILL_NAME
from ladder_tui.workbench.authored_file import encoded, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import (
    copied_files,
    own_place,
    require_free,
    require_name,
    write_folder,
)
from ladder_tui.workbench.skill_target import SkillTarget, find_target

PLACES: dict[SkillKind, str] = {
    "skill": ".ladder/skills",
    "agent": ".claude/agents",
    "command": ".claude/commands",
}
"""Where new files of each kind go, relative to the repository."""


class SkillDrafts:
    """Makes files of the repository's own."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def new(self, name: str, kind: SkillKind = "skill", *, text: str = "") -> str:
        """Write a new file from the template, or with ``text``; returns its path as shown.

        Raises UsageError for a bad or taken name, StoreError when it cannot be written.
        """
        data = encoded(name, text or template(kind, name))
        return self.write(name, kind, [FolderFile(SKILL_NAME, data)])

    def duplicate(self, path: str, name: str) -> str:
        """Copy a skill with all its files, or an agent or command; returns the copy's path.

        The copy is the repository's own, carries the new name, and differs in nothing else.
        Raises UsageError, InvalidFileError for a folder that may not be copied, StoreError.
        """
        target = find_target(self._project, path)
        return self.write(name, target.kind, _files(target, name))

    def write(self, name: str, kind: SkillKind, files: list[FolderFile]) -> str:
        """Write the files of a new skill; of an agent or command, its one file.

        A repository without files of its own is trusted with its first one. Raises UsageError for
        a bad or taken name, StoreError.
        """
        require_name(name)
        shown = f"{PLACES[kind]}/{name}" if kind == "skill" else f"{PLACES[kind]}/{name}.md"
        place = own_place(self._project.root, shown)
        require_free(place, shown)
        is_first = not self._project.has_own()
        if kind == "skill":
            write_folder(place, files)
            shown = f"{shown}/{SKILL_NAME}"
        else:
            write_authored(place, files[0].data)
        if is_first:
            # Nothing in it is a stranger's.
            self._project.trust.trust(self._project.root)
        return shown


def _files(target: SkillTarget, name: str) -> list[FolderFile]:
    """The files of a copy that is called ``name``."""
    data = target.read()
    renamed = encoded(name, with_field(data.decode(), "name", name))
    if target.folder is None:
        return [FolderFile(SKILL_NAME, renamed if target.kind == "agent" else data)]
    files = copied_files(target.folder, target.shown.removesuffix(f"/{target.file.name}"))
    return [FolderFile(SKILL_NAME, renamed), *(f for f in files if f.path != target.file.name)]
