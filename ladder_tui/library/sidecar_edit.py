"""Adds a skill to ``uses`` of a ``ladder.yaml``; comments and everything else stay as they are."""

from __future__ import annotations

import re
from typing import Any

from ladder_tui.library.yaml_document import YamlDocument, parse_yaml

_NEW = "# Skills that this one is composed of; their text follows its own.\n"
_FLOW = re.compile(r"(uses\s*:\s*\[)([^\]#]*)(\].*)$", re.DOTALL)
_EMPTY = re.compile(r"(uses\s*:)(?:[ \t]*(?:~|null))?([ \t]*(?:#.*)?)$", re.DOTALL)


def with_use(text: str, name: str) -> str | None:
    """``text`` with ``name`` at the end of its ``uses``; None where that takes a person.

    A text that has it already is returned as it is. The result was read again: it says what the
    old one said, and ``uses`` in addition.
    """
    document = parse_yaml(text.removeprefix("\ufeff"))
    fields = document.value if document.value is not None else {}
    if document.faults or not isinstance(fields, dict):
        return None
    old = fields.get("uses") or []
    if not isinstance(old, list):
        return None
    if name in old:
        return text
    edited = _edited(text, document, old, name)
    return edited if _says(edited, {**fields, "uses": [*old, name]}) else None


def _edited(text: str, document: YamlDocument, old: list[Any], name: str) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if ("uses",) not in document.marks:
        head = "" if not text or text.endswith(("\n", "\r")) else end
        note = _NEW if not text.strip() else ""
        return f"{text}{head}{note}uses: [{name}]{end}"
    first = document.place(("uses",)).line - 1
    line = lines[first].rstrip("\r\n")
    tail = lines[first][len(line) :]
    if match := _FLOW.search(line):
        inside = match[2].strip().rstrip(",")
        listed = f"{inside}, {name}" if inside else name
        lines[first] = f"{line[: match.start()]}{match[1]}{listed}{match[3]}{tail}"
    elif old:
        last = document.place(("uses", len(old) - 1)).line - 1
        dash = re.match(r"\s*-\s+", lines[last])
        if not lines[last].endswith(("\n", "\r")):
            lines[last] += end
        lines.insert(last + 1, f"{dash[0] if dash else '  - '}{name}{end}")
    elif match := _EMPTY.search(line):
        lines[first] = f"{line[: match.start()]}{match[1]} [{name}]{match[2]}{tail}"
    return "".join(lines)


def _says(text: str, fields: dict[str, Any]) -> bool:
    document = parse_yaml(text.removeprefix("\ufeff"))
    return not document.faults and document.value == fields
