"""The documentation says what is there: every command, key, event, gate and workflow rule."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from tools.reference import DOCS, PAGES

TOP = Path(__file__).parents[1]
PROSE = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_program_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), (
        "run: .venv/bin/python -m tools.reference"
    )


@pytest.mark.parametrize("path", PROSE, ids=lambda p: str(p.relative_to(TOP)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_screenshot_in_the_readme_exists_and_every_one_is_shown() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"screenshots/([\w.-]+)", readme))
    there = {p.name for p in (TOP / "screenshots").iterdir()}
    assert shown == there


def test_no_machine_path_and_no_registry_host() -> None:
    places = [Path.home(), TOP.parent]
    # A checkout right below a directory that every machine has says nothing of this machine.
    everywhere = {Path("/"), Path("/srv"), Path(tempfile.gettempdir())}
    marks = [f"{place}/" for place in places if place not in everywhere]
    marks += ["pypi" + ".org", "file" + ":///opt"]
    for path in TOP.rglob("*"):
        parts = path.relative_to(TOP).parts
        is_ours = not any(p.startswith(".") and p != ".ci" for p in parts)
        if (
            path.is_file()
            and is_ours
            and path.suffix in {".py", ".md", ".toml", ".yaml", ".txt", ""}
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            found = [m for m in marks if re.search(rf"(?<![\w}}.]){re.escape(m)}", text)]
            assert not found, path
