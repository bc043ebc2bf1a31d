"""Strict lint: a SKILL.md passes where the reference library of Agent Skills says it is valid.

The verdicts are those of ``skills-ref`` 0.1.1; a test holds them against it, file by file. Where
that program crashes on a file, the file does not pass.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from ladder_tui.domain.problem import Problem
from ladder_tui.library.frontmatter import HEADER_LIMIT, parse_frontmatter
from ladder_tui.library.nearest import nearest
from ladder_tui.library.strict_yaml import StrictFault, load_strict

NAME_LIMIT = 64
DESCRIPTION_LIMIT = 1024
COMPATIBILITY_LIMIT = 500
FIELDS = ("name", "description", "license", "allowed-tools", "metadata", "compatibility")

_Fault = tuple[str, str, str, str]
"""Key, rule, message, fix."""


def strict_problems(data: bytes, shown: str, folder: str) -> list[Problem]:
    """What keeps the bytes of a SKILL.md in a folder of this name from passing."""
    try:
        text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [Problem(shown, line, "S040", "is not UTF-8", "save it as UTF-8")]
    if not text.startswith("---"):
        what = "does not begin with ---"
        return [Problem(shown, 1, "S041", what, "begin with ---, without a byte order mark")]
    header, closing, _ = text[3:].partition("---")
    if not closing:
        return [Problem(shown, 1, "S041", "the header has no end", "end it with ---")]
    if len(header) > HEADER_LIMIT:
        what = f"the header is over {HEADER_LIMIT:,} characters"
        return [Problem(shown, 1, "S041", what, "shorten it")]
    fields = load_strict(header)
    if isinstance(fields, StrictFault):
        message = f"the header is not strict YAML: {fields.message}"
        fix = "put text with special characters in quotes; indent lists, no [] or {}"
        return [Problem(shown, fields.line + 1, "S042", message, fix)]
    if not isinstance(fields, dict):
        return [Problem(shown, 1, "S042", "the header is no list of keys", "write KEY: VALUE")]
    lines = parse_frontmatter(text).lines
    return [
        Problem(shown, lines.get(key, 1), rule, message, fix)
        for key, rule, message, fix in _faults(fields, folder)
    ]


def _faults(fields: dict[str, Any], folder: str) -> Iterator[_Fault]:
    for key in fields:
        if key not in FIELDS:
            best = nearest(key, FIELDS)
            fix = f"nearest: {best}" if best else "move it below metadata"
            yield key, "S043", f'the key "{key[:60]}" is not in the specification', fix
    for key in ("name", "description"):
        value = fields.get(key)
        if not isinstance(value, str) or not value.strip():
            yield key, "S044", f"{key} is missing, empty or no text", f"write {key}: TEXT"
    if isinstance(name := fields.get("name"), str) and name.strip():
        yield from _name_faults(name, folder)
    if isinstance(text := fields.get("description"), str) and len(text) > DESCRIPTION_LIMIT:
        yield "description", "S050", _too_long("description", text, DESCRIPTION_LIMIT), "shorten it"
    if "compatibility" in fields:
        text = fields["compatibility"]
        if not isinstance(text, str):
            yield "compatibility", "S051", "compatibility is no text", "write one text"
        elif len(text) > COMPATIBILITY_LIMIT:
            what = _too_long("compatibility", text, COMPATIBILITY_LIMIT)
            yield "compatibility", "S051", what, "shorten it"


def _name_faults(written: str, folder: str) -> Iterator[_Fault]:
    name = unicodedata.normalize("NFKC", written.strip())
    if len(name) > NAME_LIMIT:
        yield "name", "S045", _too_long("name", name, NAME_LIMIT), "shorten it"
    if name != name.lower():
        yield "name", "S046", f'name "{name}" has capital letters', "write small letters"
    if name.startswith("-") or name.endswith("-") or "--" in name:
        what = f'name "{name}" has a hyphen at an end, or two in a row'
        yield "name", "S047", what, "put single hyphens between words"
    if not all(character.isalnum() or character == "-" for character in name):
        what = f'name "{name}" holds other than letters, digits and hyphens'
        yield "name", "S048", what, "use letters, digits and hyphens"
    if unicodedata.normalize("NFKC", folder) != name:
        what = f'name "{name}" differs from its folder "{folder}"'
        yield "name", "S049", what, "give both one name"


def _too_long(what: str, text: str, limit: int) -> str:
    return f"{what} has {len(text):,} characters of {limit:,}"
