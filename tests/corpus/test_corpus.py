"""The library over public skills, agents and commands: see ``tools/corpus.py``."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.library.skill_strict import strict_problems
from tests.library.test_skill_strict import reference_accepts
from tools.corpus import place, read_manifest

FILES = {
    place(source, path, kind): kind
    for source in read_manifest().sources
    for path, kind, _ in source.files
}
_DESCRIPTION = re.compile(r"^[ \t]*description[ \t]*:", re.MULTILINE | re.IGNORECASE)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder with the files."""
    folder = os.environ.get("LADDER_CORPUS")
    if not folder:
        pytest.skip("LADDER_CORPUS names no folder: python -m tools.corpus FOLDER CLONE...")
    missing = [path for path in FILES if not (Path(folder) / path).is_file()]
    assert missing == []
    return Path(folder)


def test_the_manifest_is_of_many_sources() -> None:
    sources = read_manifest().sources
    assert len(sources) >= 20
    assert len(FILES) == sum(len(source.files) for source in sources) >= 300
    assert Counter(FILES.values()).keys() == {"skill", "agent", "command"}
    for source in sources:
        assert re.fullmatch(r"[0-9a-f]{40}", source.commit)
        assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for _, _, sha256 in source.files)


def test_everything_is_loaded_or_explained(corpus: Path) -> None:
    argv = [sys.executable, "-m", "ladder_tui", "skills", "list", "--all", "--json"]
    done = subprocess.run(argv, cwd=corpus, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    entries = {row["path"]: row for row in json.loads(done.stdout)["skills"]}
    assert entries.keys() >= FILES.keys()

    loaded = {path for path in FILES if entries[path]["skill"] is not None}
    recoverable = {path for path in FILES if _is_recoverable(corpus / path)}
    unexplained = [path for path in FILES.keys() - loaded if not _is_explained(entries[path])]
    print(
        f"\n{len(FILES):,} files of {len(read_manifest().sources)} sources:"
        f" {len(recoverable):,} with a recoverable description, {len(recoverable & loaded):,} of"
        f" them loaded; {len(loaded):,} loaded in all, {len(FILES) - len(loaded):,} explained"
    )
    assert unexplained == []
    assert len(recoverable & loaded) >= 0.99 * len(recoverable)
    assert {entries[path]["kind"] for path in FILES} == {"skill", "agent", "command"}
    assert all(entries[path]["kind"] == kind for path, kind in FILES.items())


def test_strict_lint_agrees_with_the_reference(corpus: Path) -> None:
    verdicts: Counter[tuple[bool, bool]] = Counter()
    different = []
    for path in (path for path, kind in FILES.items() if kind == "skill"):
        file = corpus / path
        ours = not strict_problems(file.read_bytes(), path, file.parent.name)
        reference = reference_accepts(file.parent)
        verdicts[ours, reference] += 1
        different += [path] if ours != reference else []
    print(
        f"\n{verdicts.total():,} SKILL.md: the same verdict on"
        f" {verdicts[True, True] + verdicts[False, False]:,},"
        f" of which {verdicts[True, True]:,} pass"
    )
    assert different == []


def test_no_file_is_touched(corpus: Path) -> None:
    before = {path: (corpus / path).stat().st_mtime_ns for path in FILES}
    argv = [sys.executable, "-m", "ladder_tui", "skills", "lint", "--json"]
    done = subprocess.run(argv, cwd=corpus, capture_output=True, check=False, timeout=300)
    assert done.returncode in (0, 1)
    assert json.loads(done.stdout)["checked"] >= len(FILES)
    assert before == {path: (corpus / path).stat().st_mtime_ns for path in FILES}
    assert not (corpus / ".ladder").exists()


def _is_recoverable(file: Path) -> bool:
    """Whether a person finds a description: in the header, or any words for one."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    header = text.lstrip().split("---", 2)[1] if text.lstrip().startswith("---") else ""
    body = text.split("---")[-1]
    has_words = re.search(r"^\s*[A-Za-z][a-z]+ ", body, re.MULTILINE) is not None
    return _DESCRIPTION.search(header) is not None or has_words


def _is_explained(entry: dict[str, Any]) -> bool:
    errors = [problem for problem in entry["problems"] if problem["level"] == "error"]
    return bool(errors) and all(
        p["line"] and p["rule"] and p["message"] and p["fix"] for p in errors
    )
