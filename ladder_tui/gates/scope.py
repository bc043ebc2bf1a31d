"""Which files a run is about, which of them can be read, and which of those a gate takes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from ladder_tui.domain.verdict import Skip
from ladder_tui.errors import UsageError
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.severity import is_test_file
from ladder_tui.gates.source import MAX_BYTES, read_regular

ALWAYS_EXCLUDED = frozenset({".git", ".hg", ".svn", ".jj", ".ladder"})
"""Never in scope, not even when they are named."""

EXCLUDED = ALWAYS_EXCLUDED | {
    ".venv", "venv", ".tox", ".nox", "site-packages", "__pypackages__", "node_modules",
    "bower_components", "vendor", "vendored", "_vendor", "_vendored", "third_party",
    "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs",
    ".idea", ".ipynb_checkpoints",
}  # fmt: skip
"""Other people's code and caches: in scope only when a chosen path lies inside."""

BINARY = "binary"
NOT_UTF8_NAME = "its name is not UTF-8"
BINARY_SUFFIXES = frozenset(
    {
        ".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".bmp", ".tif", ".tiff", ".pdf", ".zip",
        ".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".whl", ".jar", ".class", ".so", ".dll",
        ".dylib", ".exe", ".o", ".a", ".pyc", ".pyd", ".woff", ".woff2", ".ttf", ".otf", ".eot",
        ".mp3", ".mp4", ".ogg", ".wav", ".mov", ".avi", ".webm", ".sqlite", ".sqlite3", ".db",
        ".mo", ".pickle", ".pkl", ".npy", ".npz", ".parquet", ".gguf",
    }
)  # fmt: skip
"""Known by name, so that they need not be read."""

PYTHON = (".py", ".pyi")
DATA_SUFFIXES = frozenset(
    {
        ".po", ".pot", ".svg", ".csv", ".tsv", ".lock", ".map", ".jsonl", ".ndjson", ".dic",
        ".ipynb", ".patch", ".diff", ".pem", ".crt", ".sum",
    }
)  # fmt: skip
"""Text that nobody writes as prose in English: data, translations, generated files."""

TRANSLATIONS = frozenset({"locale", "locales", "i18n", "l10n", "translations"})
NAME_LISTS = frozenset({"AUTHORS", "CONTRIBUTORS", "RECORD", "MAINTAINERS", "CODEOWNERS"})

Kind = Literal["python", "product", "module", "test", "prose"]
"""``python``: sources and stubs; ``product``: those without tests; ``module``: sources without
stubs; ``test``: modules that look like tests; ``prose``: all text that people write."""


class Selection(msgspec.Struct, frozen=True):
    """The part of a scope that one gate is responsible for."""

    in_scope: int
    files: tuple[str, ...]
    """Those that can be read."""
    skipped: tuple[Skip, ...]
    kind: Kind


def build_scope(
    root: Path,
    paths: Sequence[str] = (),
    files: Iterable[str] | None = None,
    changed: Mapping[str, frozenset[int]] | None = None,
    *,
    renames: Mapping[str, str] | None = None,
    odd_names: Iterable[str] = (),
) -> Scope:
    """Return the scope of ``paths`` (files or directories) below ``root``.

    ``files`` are candidates relative to the root, usually those that git knows; without them the
    directory is walked. Each file is opened once to see whether it is text. A candidate that no
    longer exists is not in scope. A symbolic link to another file in scope, or to a directory
    of the repository, is what it leads to; every other link is skipped. Blocks: 0.3 s for 3,600
    files (measured).

    Raises UsageError for a path that leads out of the root.
    """
    base = root.resolve()
    chosen = tuple(dict.fromkeys(_relative(base, path) for path in paths))
    if "" in chosen:
        chosen = ()
    candidates = _walk(base, chosen) if files is None else files
    in_scope = sorted({path for path in candidates if is_in_scope(path, chosen)})
    kept: list[str] = []
    skipped: list[Skip] = []
    known = set(in_scope)
    inside: dict[Path, bool] = {}
    for path in in_scope:
        reason = _reason_to_skip(base, path, known, inside)
        if reason is None:
            continue
        name = os.fsencode(path).decode("utf-8", "backslashreplace")
        kept.append(name)
        if reason:
            skipped.append(Skip(name, reason))
    odd = [name for name in odd_names if is_in_scope(name, chosen)]
    kept.extend(odd)
    skipped.extend(Skip(name, NOT_UTF8_NAME) for name in odd)
    lines = None if changed is None else dict(changed)
    return Scope(base, chosen, tuple(sorted(kept)), lines, tuple(skipped), dict(renames or {}))


def select(scope: Scope, kind: Kind) -> Selection:
    """Return the files of the scope that a gate for ``kind`` looks at."""
    suffixes = {"python": PYTHON, "product": PYTHON, "prose": ("",)}.get(kind, (".py",))
    reasons = {skip.path: skip for skip in scope.skipped}
    mine = [path for path in scope.files if path.endswith(suffixes)]
    if kind in ("test", "product"):
        mine = [path for path in mine if is_test_file(path) == (kind == "test")]
    binary = {path for path, skip in reasons.items() if skip.reason == BINARY}
    if kind == "prose":  # a picture is not a text that was left out
        mine = [p for p in mine if not (is_data(p) or p in binary)]
    return Selection(
        len(mine),
        tuple(path for path in mine if path not in reasons),
        tuple(reasons[path] for path in mine if path in reasons),
        kind,
    )


def is_data(path: str) -> bool:
    """Say whether a text file holds data, translations or minified code by its name."""
    name = PurePosixPath(path)
    is_lock = name.stem.endswith(("-lock", ".lock"))
    is_list = name.stem.upper() in NAME_LISTS
    is_translated = not TRANSLATIONS.isdisjoint(name.parts[:-1]) and name.suffix != ".py"
    is_minified = ".min." in name.name
    is_named = is_lock or is_list or is_translated or is_minified
    return is_named or name.suffix.lower() in DATA_SUFFIXES


def is_in_scope(path: str, chosen: Sequence[str]) -> bool:
    """Say whether a relative path lies in a chosen one and in no excluded directory below it."""
    parts = PurePosixPath(path).parts
    if not ALWAYS_EXCLUDED.isdisjoint(parts):
        return False
    tops = [PurePosixPath(top).parts for top in chosen] or [()]
    return any(
        parts[: len(top)] == top and EXCLUDED.isdisjoint(parts[len(top) : -1]) for top in tops
    )


def _relative(base: Path, path: str) -> str:
    """Return ``path`` relative to the root, '' for the root itself."""
    joined = Path(os.path.normpath(base / path))
    if "\0" in path or not joined.is_relative_to(base):
        raise UsageError(
            f"{path!r} is outside of the repository",
            why=f"a run looks at files below {base} only",
            next_step="name a path inside the repository",
        )
    relative = joined.relative_to(base).as_posix()
    return "" if relative == "." else relative


def _walk(base: Path, chosen: Sequence[str]) -> Iterator[str]:
    for top in chosen or ("",):
        start = base / top
        if not start.is_dir():
            yield top
            continue
        for folder, directories, names in os.walk(start):
            directories[:] = [
                d for d in directories if d not in EXCLUDED and not _is_venv(folder, d)
            ]
            yield from ((Path(folder) / n).relative_to(base).as_posix() for n in names)


def _is_venv(folder: str, name: str) -> bool:
    return (Path(folder) / name / "pyvenv.cfg").exists()


def _reason_to_skip(base: Path, path: str, known: set[str], inside: dict[Path, bool]) -> str | None:
    """Return why a file cannot be read, '' when it can, None when it is not there at all.

    ``inside`` remembers which directories really lie below the root.
    """
    target = base / path
    try:
        path.encode()
        mode = target.lstat().st_mode
        if stat.S_ISLNK(mode):
            return _reason_of_link(base, target, known)
        folder = target.parent
        if folder not in inside:
            inside[folder] = folder.resolve().is_relative_to(base)
        if not inside[folder]:
            return "its directory is a symbolic link out of the repository"
    except UnicodeEncodeError:
        return NOT_UTF8_NAME
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if stat.S_ISDIR(mode):
        return None  # git lists a submodule as one file
    if not stat.S_ISREG(mode):
        return "not a regular file"
    return _reason_of_content(target)


def _reason_of_link(base: Path, target: Path, known: set[str]) -> str | None:
    try:
        real = target.resolve(strict=True)
    except (OSError, RuntimeError):
        return "broken symbolic link"
    if real.is_relative_to(base) and (real.is_dir() or real.relative_to(base).as_posix() in known):
        return None
    return "symbolic link"


def _reason_of_content(target: Path) -> str:
    if target.suffix.lower() in BINARY_SUFFIXES:
        return BINARY
    try:
        data = read_regular(target, MAX_BYTES + 1)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if b"\0" in data:
        return BINARY
    if len(data) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1_000_000} MB"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    return ""
