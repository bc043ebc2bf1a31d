"""Common misspellings in all prose and code, by codespell."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.call import call
from ladder_tui.gates.gate import GateError, Scope
from ladder_tui.gates.outcome import Observation, RawFinding, observe
from ladder_tui.gates.scope import select
from ladder_tui.gates.source import SourceCache
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import MIB, ProcessResult, ProcessSpec

RULE = "codespell"
LINE = re.compile(r":(?P<line>\d+): (?P<word>.+?) ==> (?P<fix>.+)$")
EXIT_FOUND = 65
"""codespell's exit code when there are misspellings (EX_DATAERR)."""

QUIET = 1 + 2 + 32
"""No warnings about encodings and binary files, which are not given to it, and configuration."""

HOME = Path(__file__).parent
"""Where it runs: codespell reads ``setup.cfg``, ``.codespellrc`` and ``pyproject.toml`` of its
working directory, and the repository's must not decide what is looked at."""

SHORTEST = 3
"""Letters; codespell's two-letter entries (``te``, ``nd``) hit language codes and CSS classes."""

LONGEST_LINE = 500
"""Characters; longer lines are data or minified code."""

MANY = 20
"""Hits in one file from which on its text is rather another language than bad English."""

PARTS = 2
"""It uses one core: 3,600 files take 2.6 s."""


class Hit(NamedTuple):
    """One line of codespell's output."""

    path: str
    line: int
    word: str
    fix: str


@dataclass(frozen=True)
class SpellingGate:
    """Checks every text file in scope against codespell's list of unambiguous errors."""

    name: str = "codespell"
    lens: str = "documentation"
    summary: str = "Common misspellings in documentation, comments and code (codespell)"
    command: tuple[str, ...] = (sys.executable, "-I", "-m", "codespell_lib")
    timeout_s: float = 120.0
    executes_code: bool = False

    @property
    def version(self) -> str:
        """Tool and version."""
        return f"codespell {metadata.version('codespell')}"

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Check all text files in scope, without data and translations."""
        selection = select(scope, "prose")
        root = scope.root.resolve()
        awkward = [name for name in selection.files if {"\n", "\r"} & set(name)]
        files = [name for name in selection.files if name not in awkward]
        size = -(-len(files) // PARTS) or 1

        async def look() -> Observation:
            parts = [files[start : start + size] for start in range(0, len(files), size)]
            results = await asyncio.gather(*(self._call(process, root, part) for part in parts))
            hits = read_hits(results, f"{root}/", frozenset(files))
            findings, foreign = await asyncio.to_thread(judge, hits, SourceCache(root))
            return Observation(
                findings,
                skipped=[
                    *(Skip(name, "its name holds a line end") for name in awkward),
                    *(Skip(name, "probably not English") for name in foreign),
                ],
                command=(*self.command, *_OPTIONS),
                sandbox=results[0].level if results else "",
            )

        return await observe(self, scope, selection, look)

    async def _call(
        self, process: ProcessRunner, root: Path, files: Sequence[str]
    ) -> ProcessResult:
        spec = ProcessSpec(
            (*self.command, *_OPTIONS, "@/dev/stdin"),
            cwd=HOME,
            timeout_s=self.timeout_s,
            output_limit=16 * MIB,
            stdin="".join(f"{root}/{name}\n" for name in files).encode(),
            read_paths=(root, HOME),
            label="codespell",
        )
        result = await call(process, spec, accepted=(0, EXIT_FOUND))
        if result.is_truncated:
            raise GateError("codespell printed more than 16 MiB")
        return result


_OPTIONS = (
    *("--disable-colors", "--check-hidden", "--quiet-level", str(QUIET)),
    *("--builtin", "clear"),
)


def read_hits(results: Iterable[ProcessResult], prefix: str, known: frozenset[str]) -> list[Hit]:
    """Read lines ``PATH:LINE: WORD ==> FIX``; a path is one we gave, whatever is in its name.

    Raises GateError for a line of another form.
    """
    hits = []
    for result in results:
        for text in result.stdout.decode("utf-8", "replace").split("\n"):
            if not text:
                continue
            for match in LINE.finditer(text):
                path = text[: match.start()].removeprefix(prefix)
                if path in known:
                    hits.append(Hit(path, int(match["line"]), match["word"], match["fix"]))
                    break
            else:
                raise GateError("codespell printed something else than misspellings", why=text)
    return hits


def judge(hits: Iterable[Hit], sources: SourceCache) -> tuple[list[RawFinding], list[str]]:
    """Return the hits worth telling, and the files that are not in English."""
    told = [hit for hit in hits if is_prose(hit, sources.line(hit.path, hit.line))]
    counts = Counter(hit.path for hit in told)
    foreign = sorted(path for path, count in counts.items() if count > MANY)
    findings = [
        RawFinding(
            RULE, hit.path, hit.line, "low", f"`{hit.word}` is a misspelling", f"Write {hit.fix}."
        )
        for hit in told
        if counts[hit.path] <= MANY
    ]
    return findings, foreign


def is_prose(hit: Hit, line: str) -> bool:
    """Say whether a word stands in text: not an identifier, not in data, not a matter of style.

    Attributes, calls and definitions are names, which cannot be misspelled in one place.
    """
    if len(hit.word) < SHORTEST or "-" in hit.word or len(line) > LONGEST_LINE:
        return False
    word = re.escape(hit.word)
    is_name = re.compile(rf"(?:\b(?:def|class|import|from) |[.@_]){word}\b|\b{word}(?:[(=_]| = )")
    is_word = re.compile(rf"(?<!\w){word}(?!\w)")
    return len(is_word.findall(line)) > len(is_name.findall(line)) or not is_word.search(line)


GATE = SpellingGate()
