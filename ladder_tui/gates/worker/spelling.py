"""Check spelling with codespell.

Request ``{"root", "files"}``; answer ``{"hits": [{"path", "line", "word", "fix"}], "unread":
[path]}``. Codespell passes over a file that it cannot open without a word, so which files it
opened is taken from the interpreter's audit events: what was not opened is ``unread``.

Names are given to its ``main`` as they are: in a file of arguments it splits them at spaces.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

from codespell_lib import main as codespell

QUIET = 1 + 2 + 32
"""No warnings about encodings and binary files, which are not given to it, and configuration."""

OPTIONS = (
    *("--disable-colors", "--check-hidden", "--quiet-level", str(QUIET)),
    *("--builtin", "clear"),
)
ACCEPTED = (0, 65)
"""Its exit codes for no misspellings and some (EX_DATAERR)."""

PLACE = re.compile(r":(\d+): ")

Hit = dict[str, str | int]


def run(names: list[str]) -> str:
    """Return what codespell prints about files."""
    text = io.StringIO()
    with redirect_stdout(text):
        code = codespell(*OPTIONS, "--", *names)
    if code not in ACCEPTED:
        raise SystemExit(f"codespell ended with {code}")
    return text.getvalue()


def read_hits(text: str, known: dict[str, str]) -> Iterator[Hit]:
    """Read lines ``NAME:LINE: WORD ==> FIX``; a name is one we gave, whatever characters it has.

    ``known`` maps the names we gave to paths.
    """
    for line in filter(None, text.split("\n")):
        places = [m for m in PLACE.finditer(line) if line[: m.start()] in known]
        word, arrow, fix = line[places[-1].end() :].partition(" ==> ") if places else ("", "", "")
        if not arrow:
            raise SystemExit(f"codespell printed something else than misspellings: {line[:200]}")
        path = known[line[: places[-1].start()]]
        yield {"path": path, "line": int(places[-1][1]), "word": word, "fix": fix}


def answer(root: str, files: list[str]) -> dict[str, object]:
    """Return the answer to a request."""
    opened: set[str] = set()

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str):
            opened.add(arguments[0])

    sys.addaudithook(note)
    known = {f"{root}/{path}": path for path in files}
    plain = [name for name in known if not {"\n", "\r"} & set(name)]
    hits = list(read_hits(run(plain), known)) if plain else []
    for name in known.keys() - set(plain):
        # Alone, so that line ends in the name can be told from those between hits.
        hits += read_hits(run([name]).replace(f"{name}:", "one:"), {"one": known[name]})
    return {"hits": hits, "unread": [path for name, path in known.items() if name not in opened]}


def main() -> None:
    """Answer the request on stdin."""
    request = json.load(sys.stdin)
    json.dump(answer(str(Path(request["root"])), request["files"]), sys.stdout)


if __name__ == "__main__":
    main()
