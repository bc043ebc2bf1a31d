"""Common misspellings in prose and code, by codespell."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.outcome import Observation, RawFinding, observe
from ladder_tui.gates.scope import select
from ladder_tui.gates.source import SourceCache
from ladder_tui.gates.worker_call import WORKERS, ask_worker
from ladder_tui.process.runner import ProcessRunner

RULE = "codespell"
SHORTEST = 3
"""Letters; codespell's two-letter entries (``te``, ``nd``) hit language codes and CSS classes."""

LONGEST_LINE = 500
"""Characters; longer lines are data or minified code."""

MANY = 20
"""Hits in one file from which on its text is rather another language than bad English."""

PARTS = 2
"""It uses one core: 3,600 files take 2.6 s."""


class Hit(msgspec.Struct, frozen=True):
    """A word that codespell knows as a misspelling."""

    path: str
    line: int
    word: str
    fix: str


class _Answer(msgspec.Struct):
    hits: list[Hit]
    unread: list[str]


@dataclass(frozen=True)
class SpellingGate:
    """Checks every text file in scope against codespell's list of unambiguous errors."""

    name: str = "codespell"
    lens: str = "documentation"
    summary: str = "Common misspellings in documentation, comments and code (codespell)"
    script: Path = WORKERS / "spelling.py"
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

        async def ask(files: Sequence[str]) -> tuple[_Answer, str]:
            # Not in the repository: codespell reads the configuration of its working directory.
            answer, result = await ask_worker(
                process,
                self.script,
                {"files": files},
                _Answer,
                root=root,
                cwd=self.script.parent,
                timeout_s=self.timeout_s,
            )
            return answer, result.level

        async def look() -> Observation:
            # Interleaved, so that one directory of large files does not make one part slow.
            parts = [selection.files[start::PARTS] for start in range(PARTS)]
            answers = await asyncio.gather(*(ask(part) for part in parts if part))
            hits = [hit for answer, _ in answers for hit in answer.hits]
            findings, foreign = await asyncio.to_thread(judge, hits, SourceCache(root))
            return Observation(
                findings,
                skipped=[
                    *(
                        Skip(name, "codespell did not read it")
                        for a, _ in answers
                        for name in a.unread
                    ),
                    *(Skip(name, "probably not English") for name in foreign),
                ],
                command=("python", "-I", self.script.name),
                sandbox=answers[0][1],
            )

        return await observe(self, scope, selection, look)


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
