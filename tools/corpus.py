"""Puts the files of the corpus into a folder: ``python -m tools.corpus FOLDER CLONE...``.

The corpus are public skills, agents and commands that the library is tried on. They are not kept
here: ``tests/corpus/manifest.json`` names repository, commit, path, kind and SHA-256 of each. Clone
the repositories yourself (a bare clone will do; a clone of depth 1 only while the commit is its
newest) and give their directories; the folder becomes a project that has all the files. Then:

    LADDER_CORPUS=FOLDER python -m pytest -s tests/corpus
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

MANIFEST = Path(__file__).parents[1] / "tests" / "corpus" / "manifest.json"
SHELVES = {"skill": ".claude/skills", "agent": ".claude/agents", "command": ".claude/commands"}


class Source(msgspec.Struct, frozen=True):
    """A public repository at one commit."""

    repository: str
    commit: str
    files: tuple[tuple[str, str, str], ...]
    """Path, kind and SHA-256."""


class Manifest(msgspec.Struct, frozen=True):
    """The files of the corpus."""

    about: str
    sources: tuple[Source, ...]


def read_manifest() -> Manifest:
    """The committed manifest."""
    return msgspec.json.decode(MANIFEST.read_bytes(), type=Manifest)


def place(source: Source, path: str, kind: str) -> str:
    """Where a file goes in the folder: the folder of a skill keeps its name."""
    slug = source.repository.replace("/", "+")
    number = hashlib.sha256(path.encode()).hexdigest()[:10]
    parts = path.split("/")
    if kind == "skill":
        folder = parts[-2] if len(parts) > 1 else source.repository.rpartition("/")[2]
        return f"{SHELVES[kind]}/{slug}/{number}/{folder}/{parts[-1]}"
    return f"{SHELVES[kind]}/{slug}/{number}/{parts[-1]}"


def materialise(folder: Path, clones: Sequence[Path]) -> Iterator[str]:
    """Write every file below ``folder``; yields what is missing or not what it should be."""
    for source in read_manifest().sources:
        clone = next((clone for clone in clones if _has(clone, source.commit)), None)
        if clone is None:
            yield f"{source.repository}: no clone that has commit {source.commit}"
            continue
        for path, kind, sha256 in source.files:
            data = _git(clone, "cat-file", "blob", f"{source.commit}:{path}")
            if data is None or hashlib.sha256(data).hexdigest() != sha256:
                yield f"{source.repository}: {path} is not the file that it was"
                continue
            target = folder / place(source, path, kind)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def _has(clone: Path, commit: str) -> bool:
    return _git(clone, "cat-file", "-e", f"{commit}^{{commit}}") is not None


def _git(clone: Path, *words: str) -> bytes | None:
    done = subprocess.run(["git", "-C", str(clone), *words], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def main() -> int:
    """Write the files and say what is missing."""
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    missing = list(materialise(folder, [Path(clone) for clone in sys.argv[2:]]))
    for line in missing:
        print(line, file=sys.stderr)
    total = sum(len(source.files) for source in read_manifest().sources)
    print(f"{total - len(missing):,} of {total:,} files are in {folder}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
