"""Writes skill folders for tests."""

from __future__ import annotations

from pathlib import Path

HEAD = "---\nname: review-x\ndescription: Reviews x.\nallowed-tools: Read\n---\n"


def write_skill(
    root: Path, text: str | bytes, sidecar: str | None = None, name: str = "review-x"
) -> Path:
    """Put a skill into the project's shelf; gives its folder."""
    folder = root / ".ladder" / "skills" / name
    folder.mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "SKILL.md").write_bytes(data)
    if sidecar is not None:
        (folder / "ladder.yaml").write_text(sidecar)
    return folder
