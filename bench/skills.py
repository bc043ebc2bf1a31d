"""Reading 1,300 skills: cold against the bytes alone and against skills-ref, warm against cold.

The files are made up, with headers and sizes in the proportions of the corpus of public skills
(``tests/corpus``): most headers are plain, some hold block text or nested keys, some none at all;
a body has 11 kB, mostly with characters that are not ASCII. The bytes are found and read with
pathlib, those that ship included, as in ours. Cold is a new library, as a new process has it; warm
one that read everything before. Processor time, the best of several rounds taken in turns.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from skills_ref.validator import validate

from bench.table import Row, print_table
from ladder_tui.library.location import shipped_directory
from ladder_tui.library.skill_library import SkillLibrary

SKILLS = 1_300
ROUNDS = 5
SHELF = ".claude/skills"
_WORDS = "Reads the tables of a report, checks every figure and says which ones do not add up. "
_BODY = "## Part\n\n" + "A step — with a dash, so that the text is not plain ASCII. " * 4 + "\n\n"
_HEADERS = (
    *(["description: {about}\n"] * 9),
    *(["description: {about}\nlicense: MIT\nallowed-tools: Read, Grep, Bash(git:*)\n"] * 3),
    *(["description: >-\n  {about}\n  Use when figures are in doubt.\n"] * 3),
    *(["description: {about}\nmetadata:\n  author: somebody\n  version: '1.2'\n"] * 3),
    "description: {about}\ntags: [tables, figures]\n",
    "description: {about}\nallowed-tools: [Read, Grep]\n",
)
_ODD = "description: Use when: figures are in doubt. {about}\n"
"""No YAML: one in a hundred."""


def make_skills(root: Path, count: int = SKILLS) -> None:
    """Write ``count`` skills; one in twelve has no header."""
    for number in range(count):
        name = f"check-figures-{number}"
        folder = root / SHELF / name
        folder.mkdir(parents=True)
        shape = _HEADERS[number % len(_HEADERS)] if number % 100 else _ODD
        header = shape.format(about=_WORDS * (1 + number % 3))
        text = "" if number % 12 == 5 else f"---\nname: {name}\n{header}---\n\n"
        text += f"# Figures {number}\n\n" + _BODY * (20 + number % 41)
        (folder / "SKILL.md").write_text(text, encoding="utf-8")


def _read_bytes(*tops: Path) -> list[bytes]:
    return [path.read_bytes() for top in tops for path in top.rglob("SKILL.md")]


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def run(count: int = SKILLS, rounds: int = ROUNDS) -> list[Row]:
    """Seconds for all skills; the ratio is ours over the reference."""
    times: dict[str, list[float]] = {"bytes": [], "cold": [], "warm": [], "skills-ref": []}
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        make_skills(root, count)
        folders = sorted((root / SHELF).iterdir())
        for number in range(rounds):
            library = SkillLibrary(root)
            times["bytes"].append(_seconds(lambda: _read_bytes(root, shipped_directory("skills"))))
            times["cold"].append(_seconds(library.files))
            times["warm"].append(_seconds(library.files))
            if number == 0:
                times["skills-ref"].append(_seconds(lambda: [validate(f) for f in folders]))
        if len(library.skills()) < 1 or len(library.known_skills()) < count:
            raise AssertionError("not every skill was read")
    best = {name: min(values) for name, values in times.items()}
    return [
        _row(
            f"{count} skills cold vs finding and reading the bytes (s)", best, "cold", "bytes", 2.5
        ),
        _row(f"{count} skills cold vs skills-ref (s)", best, "cold", "skills-ref", 0.1),
        _row(f"{count} skills warm vs cold (s)", best, "warm", "cold", 0.5),
    ]


def _row(name: str, best: dict[str, float], ours: str, reference: str, most: float) -> Row:
    ratio = best[ours] / best[reference]
    return Row(name, best[ours], best[reference], ratio, f"<= {most:g}", ratio <= most)


def main() -> int:
    """Print the table; 1 when a target is missed."""
    rows = run()
    print_table(rows)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
