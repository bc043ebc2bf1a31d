"""``skill:NAME/…`` paths: the files that come with an agent's own skill.

They may lie anywhere on the disk. An agent reads them as it reads the repository, confined to
that folder, and sees no path of the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.errors import ToolError
from ladder_tui.tools.allowance import everything
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.tool import ToolContext

SCHEME = "skill:"
_KEYS = ("path", "file_path")


def enter_skill(
    given: Mapping[str, Any], context: ToolContext
) -> tuple[dict[str, Any], ToolContext]:
    """The input and context of a call, moved into a skill's folder where its path says so.

    Raises ToolError for the folder of a skill that is not the agent's own.
    """
    key = next((key for key in _KEYS if str(given.get(key, "")).startswith(SCHEME)), "")
    if not key:
        return dict(given), context
    name, _, rest = given[key][len(SCHEME) :].partition("/")
    folder = context.skill_folders.get(name)
    if folder is None:
        own = ", ".join(f"{SCHEME}{own}/" for own in context.skill_folders) or "none"
        raise ToolError(
            f"{printable(given[key][:200])} is refused",
            why="only the files of your own skill can be read",
            next_step=f"there are: {own}",
        )
    moved = msgspec.structs.replace(
        context, root=Path(folder), prefix=f"{SCHEME}{name}/", allows=everything
    )
    return {**given, key: rest or "."}, moved
