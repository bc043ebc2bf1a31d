"""Converts one value for a typed input: from text (command line) or as it is (form)."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.library.json_schema import value_fault, without_patterns
from ladder_tui.library.nearest import name_hint

TEXT_LIMIT = 20_000
"""Longest text value in characters."""
JSON_LIMIT = 200_000
"""Longest text of a JSON value in characters."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,15}", re.ASCII)
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_REVISION = re.compile(r"[^\s~^:?*\[\\-][^\s\\]*")


class ValueFault(msgspec.Struct, frozen=True):
    """Why a value does not fit, and what would."""

    rule: str
    message: str
    fix: str


class _MisfitError(Exception):
    def __init__(self, rule: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fault = ValueFault(rule, message, fix)


def convert_value(
    declared: WorkflowInput, value: Any, root: Path | None
) -> tuple[Any, ValueFault | None]:
    """The value as the input's type, or why it does not fit.

    Directories and files become POSIX paths relative to ``root`` (``.`` for itself), must exist and
    may not leave it, not even by symbolic links; with ``root`` None only their form is checked.
    """
    try:
        return _convert(declared, value, root), None
    except _MisfitError as misfit:
        return None, misfit.fault


def _convert(declared: WorkflowInput, value: Any, root: Path | None) -> Any:
    match declared.type:
        case "string":
            return _choice(declared, value)
        case "integer":
            return _integer(declared, value)
        case "number":
            return _number(declared, value)
        case "boolean":
            return _boolean(value)
        case "git-base":
            return _git_base(value)
        case "directory":
            return _path(value, root, is_directory=True)
        case "file":
            return _path(value, root, is_directory=False)
        case "json":
            return _json(declared, value, is_run=root is not None)


def _choice(declared: WorkflowInput, value: Any) -> str:
    text = _plain_text(value)
    if declared.enum and text not in declared.enum:
        raise _MisfitError(
            "I004", f'"{text[:60]}" is not one of the choices', name_hint(text, declared.enum)
        )
    return text


def _plain_text(value: Any) -> str:
    if not isinstance(value, str):
        raise _MisfitError("I003", "expected text", "write text")
    if len(value) > TEXT_LIMIT:
        raise _MisfitError("I003", f"text is over {TEXT_LIMIT:,} characters", "shorten it")
    if _CONTROL.search(value):
        raise _MisfitError("I003", "text holds control characters or is not UTF-8", "remove them")
    return value


def _integer(declared: WorkflowInput, value: Any) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _MisfitError("I003", f"{_shown(value)} is not a whole number", "write for example 5")
    _check_range(declared, value)
    return value


def _number(declared: WorkflowInput, value: Any) -> float | int:
    if isinstance(value, str):
        with suppress(ValueError):
            value = int(value) if _INTEGER.fullmatch(value.strip()) else float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A float, which most programs make of it, ends there.
    if not is_number or not abs(value) <= sys.float_info.max:
        raise _MisfitError("I003", f"{_shown(value)} is not a number", "write for example 0.5")
    number: float | int = value
    _check_range(declared, number)
    return number


def _check_range(declared: WorkflowInput, value: float) -> None:
    low, high = declared.minimum, declared.maximum
    if low is not None and high is not None and not low <= value <= high:
        raise _MisfitError("I005", f"{value} is not in {low}–{high}", f"choose {low} to {high}")
    if low is not None and value < low:
        raise _MisfitError("I005", f"{value} is below {low}", f"choose {low} or more")
    if high is not None and value > high:
        raise _MisfitError("I005", f"{value} is above {high}", f"choose {high} or less")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise _MisfitError("I003", f"{_shown(value)} is not true or false", "write true or false")


def _git_base(value: Any) -> str:
    text = _plain_text(value).strip()
    if not _REVISION.fullmatch(text):
        fix = "write a branch, tag or commit, auto, or none"
        raise _MisfitError("I003", f"{_shown(text)} cannot be a git revision", fix)
    return text


def _json(declared: WorkflowInput, value: Any, *, is_run: bool) -> Any:
    """A value as it is, or the JSON that a text holds; checked against the input's schema.

    Files that nobody asked to run are checked without the regular expressions in them.
    """
    if isinstance(value, str):
        if len(value) > JSON_LIMIT:
            raise _MisfitError("I003", f"JSON is over {JSON_LIMIT:,} characters", "shorten it")
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            fix = 'write JSON, for example ["a", "b"] or "text" with its quotes'
            raise _MisfitError("I003", f"{_shown(value)} is not JSON: {error}", fix) from error
    schema = declared.schema if is_run else without_patterns(declared.schema)
    fault = value_fault(schema, value) if schema is not None else ""
    if fault:
        raise _MisfitError("I008", f"misses its schema: {fault}", "see the input's schema")
    return value


def _path(value: Any, root: Path | None, *, is_directory: bool) -> str:
    text = _plain_text(value)
    kind = "directory" if is_directory else "file"
    if not text:
        raise _MisfitError("I003", f"expected the path of a {kind}", "write a path")
    if root is None:
        if Path(text).is_absolute() or ".." in Path(text).parts:
            raise _MisfitError("I007", f"{_shown(text)} leaves the repository", "stay inside")
        return text
    try:
        base = root.resolve()
        real = (base / text).resolve()
        exists = real.is_dir() if is_directory else real.is_file()
        is_other = real.exists()
    # RuntimeError is how pathlib of Python 3.11 and 3.12 reports a loop of symbolic links.
    except (OSError, RuntimeError, ValueError) as error:
        raise _MisfitError("I006", f"{_shown(text)} cannot be read: {error}", "") from error
    if not real.is_relative_to(base):
        fix = f"choose a {kind} below {base}"
        raise _MisfitError("I007", f"{_shown(text)} is outside the repository", fix)
    if not exists:
        what = f"is not a {kind}" if is_other else "does not exist"
        raise _MisfitError("I006", f"{_shown(text)} {what}", f"choose a {kind} below {base}")
    return real.relative_to(base).as_posix()


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 80 else text[:79] + "…"
